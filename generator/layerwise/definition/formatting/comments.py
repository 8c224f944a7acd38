"""The comments of a definition, each with the entry that it is about."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import yaml

Tree = Any
"""A node of PyYAML, which knows its style and where it begins and ends."""
Span = tuple[tuple[int, int], tuple[int, int]]
"""Line and column, from 0, of a beginning and an end."""

HEADER = "# yaml-language-server"
"""The beginning of the line that points editors to the schema, which stays the first."""


class Comments:
    """Comments of whole lines go with the entry below, others with the line that they are on."""

    def __init__(self, text: str, tree: Tree) -> None:
        self._whole: dict[int, tuple[int, str]] = {}
        self._after: dict[int, str] = {}
        self._inside: set[int] = set()
        self._above: dict[int, list[str]] = {}
        self._find(text, [*_spans(tree)])
        self._lines = {line for line, (_, comment) in self._whole.items() if comment} | {*self._after}
        self.header = self._whole.pop(0)[1] if self._whole.get(0, (0, ""))[1].startswith(HEADER) else ""
        """The first line, if it points to the schema."""
        for node in _nodes(tree):
            if not is_block(node) and isinstance(node, yaml.CollectionNode):
                self._keep_inside(node)
        self._below: dict[int, list[str]] = {}
        before: list[Tree] = []
        for start in _starts(tree):
            self._above.setdefault(start.start_mark.index, self._taken(start, before))
            before.append(start)
        self.last = [comment for _, comment in self._collapsed(len(text))]
        """The comments below the last entry."""

    def above(self, start: Tree, indent: int) -> list[str]:
        """Take the lines above an entry."""
        return [f"{' ' * indent}{comment}".rstrip() for comment in self._above.pop(start.start_mark.index, [])]

    def below(self, start: Tree, indent: int) -> list[str]:
        """Take the comments below an entry that are indented as far as it is, and farther than the next one."""
        return [f"{' ' * indent}{comment}" for comment in self._below.pop(start.start_mark.index, [])]

    def at(self, line: int) -> str:
        """Take the comment at the end of a line, with the space before it."""
        return f"  {self._after.pop(line)}" if line in self._after else ""

    def is_inside(self, tree: Tree) -> bool:
        """True if there is a comment within the brackets or braces of a value."""
        return tree.start_mark.index in self._inside

    def are_between(self, tree: Tree) -> bool:
        """True if there is a comment on or between the lines of a value, but for the last one."""
        return any(tree.start_mark.line <= line < last_line(tree) for line in self._lines)

    def _find(self, text: str, covered: list[Span]) -> None:
        for number, line in enumerate(text.split("\n")):
            if "#" not in line and line.strip():
                continue
            spans = [span for span in covered if span[0][0] <= number <= span[1][0]]
            column = next(_places(number, line, spans), None)
            if column is not None and line[:column].strip():
                self._after[number] = line[column:].rstrip()
            elif column is not None:
                self._whole[number] = column, line[column:].rstrip()
            elif not line.strip() and not _is_in(number, 0, spans):
                self._whole[number] = 0, ""

    def _keep_inside(self, tree: Tree) -> None:
        """Leave the comments in a value over several lines where they are."""
        first, last = tree.start_mark.line, tree.end_mark.line
        whole = [line for line in self._whole if first < line <= last]
        after = [line for line in self._after if first <= line < last]
        if after or any(self._whole[line][1] for line in whole):
            self._inside.add(tree.start_mark.index)
        for line in whole:
            del self._whole[line]
        for line in after:
            del self._after[line]

    def _taken(self, start: Tree, before: list[Tree]) -> list[str]:
        """The lines above an entry; comments that are indented farther stay below the entry before them."""
        above: list[str] = []
        for column, comment in self._collapsed(start.start_mark.line):
            over = next((entry for entry in reversed(before) if entry.start_mark.column <= column), None)
            if over is not None and column > start.start_mark.column and not any(above):
                self._below.setdefault(over.start_mark.index, []).append(comment)
            else:
                above.append(comment)
        return above

    def _collapsed(self, line: int) -> list[tuple[int, str]]:
        """Take the comments before a line that no entry has yet, with their columns; of empty lines in a row one."""
        taken = [self._whole.pop(number) for number in sorted(self._whole) if number < line]
        return [one for place, one in enumerate(taken) if one[1] or not place or taken[place - 1][1]]


def is_block(tree: Tree) -> bool:
    """True for a mapping or list that is written without braces or brackets."""
    return isinstance(tree, yaml.CollectionNode) and not tree.flow_style


def has_table(tree: Tree) -> bool:
    """True if a value is or has a list with a line for each entry."""
    return any(isinstance(node, yaml.SequenceNode) and is_block(node) for node in _nodes(tree))


def _starts(tree: Tree) -> Iterator[Tree]:
    """The beginnings of the entries of blocks, in the order of the text."""
    if not is_block(tree):
        return
    for part in tree.value:
        key, value = part if isinstance(tree, yaml.MappingNode) else (part, part)
        yield key
        yield from _starts(value)


def last_line(tree: Tree) -> int:
    """The line of the last scalar in a value; where a block ends, the next entry has begun."""
    scalars = (node for node in _nodes(tree) if isinstance(node, yaml.ScalarNode))
    return max((node.end_mark.line for node in scalars), default=tree.end_mark.line)


def _nodes(tree: Tree) -> Iterator[Tree]:
    """A node and all nodes in it."""
    left = [tree]
    while left:
        node = left.pop()
        yield node
        if isinstance(node, yaml.MappingNode):
            left += [part for pair in node.value for part in pair]
        elif isinstance(node, yaml.SequenceNode):
            left += node.value


def _spans(tree: Tree) -> Iterator[Span]:
    """The positions of the scalars in which a number sign or an empty line can be."""
    for node in _nodes(tree):
        if isinstance(node, yaml.ScalarNode) and (node.style or node.start_mark.line != node.end_mark.line):
            start, end = node.start_mark, node.end_mark
            yield (start.line, start.column), (end.line, end.column)


def _places(number: int, line: str, covered: list[Span]) -> Iterator[int]:
    """The places where a comment begins in a line: at a number sign after a space, outside of scalars."""
    for column, character in enumerate(line):
        if character == "#" and (not column or line[column - 1] in " \t") and not _is_in(number, column, covered):
            yield column


def _is_in(line: int, column: int, covered: list[Span]) -> bool:
    return any(start <= (line, column) < end for start, end in covered)
