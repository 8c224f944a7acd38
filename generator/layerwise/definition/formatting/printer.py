"""Print the tree of a definition in the one style, from pieces of its text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import yaml

from layerwise.definition.formatting.comments import Comments, Tree, has_table, is_block, last_line
from layerwise.definition.formatting.order import LAYERED, in_order, inside, of_items
from layerwise.definition.formatting.spelling import spelled
from layerwise.layers import MERGES

WIDTH = 120
INDENT = 2
DEPTH = 6
"""Levels of brackets and braces in lists of layers on one line."""


class Entry(NamedTuple):
    """An entry of a mapping, or of a list where it has no key."""

    key: Tree | None
    value: Tree
    role: str
    """The role of the value: what kind of mapping or list it is."""
    gap: str = " "
    """The space before it on a line."""

    @property
    def is_empty(self) -> bool:
        """True if it has no value."""
        return isinstance(self.value, yaml.ScalarNode) and not self.value.value and not self.value.style


class Printer:
    """Prints one definition."""

    def __init__(self, text: str, comments: Comments) -> None:
        self.text = text
        self.comments = comments

    def document(self, tree: Tree) -> str:
        """The whole text."""
        if not is_block(tree):
            return self.text
        header = [self.comments.header] if self.comments.header else []
        lines = [*header, *self.block(tree, 0, "file"), *self.comments.last]
        return "\n".join(lines).rstrip() + "\n"

    # --- blocks -----------------------------------------------------------------------------------------------------

    def block(self, tree: Tree, indent: int, role: str) -> list[str]:
        """The lines of a mapping or list that is written over several lines."""
        if isinstance(tree, yaml.SequenceNode):
            return [line for item in tree.value for line in self.item(item, indent, of_items(role))]
        entries = self.entries(tree, role)
        if role == "parameters" and any(entry.is_empty for entry in entries):
            return [line for entry in entries for line in self.parameter(entry, indent)]
        return [line for entry in entries for line in self.entry(entry, indent)]

    def entries(self, tree: Tree, role: str) -> list[Entry]:
        """The entries of a mapping in their order."""
        found = {key.value: (key, value) for key, value in tree.value}
        entries = [Entry(*found[key], inside(role, key)) for key in in_order(role, list(found))]
        if role == "branch" and {*found} == {"identity", "when"}:  # the condition is that of the branch
            return [entry for entry in entries if not entry.is_empty]
        return entries

    def entry(self, entry: Entry, indent: int) -> list[str]:
        """The lines of a key with its value."""
        key = entry.key
        assert key is not None
        head = f"{' ' * indent}{self.scalar(key)}:"
        above = self.comments.above(key, indent)
        is_file = not indent and is_block(entry.value)
        if is_file or self.is_spread(entry.value, entry.role, len(head) + 1):
            head += self.comments.at(key.start_mark.line)
            lines = [head, *self.block(entry.value, indent + INDENT, entry.role)]
        else:
            lines = self.leaf(head, entry.value, entry.role, indent)
        return [*above, *lines, *self.comments.below(key, indent)]

    def parameter(self, entry: Entry, indent: int) -> list[str]:
        """The lines of a parameter as an entry of a list."""
        above = self.comments.above(entry.key, indent)
        first, *rest = self.entry(entry, indent + INDENT)
        name = f"{' ' * indent}- {first.lstrip()}"
        return [*above, name.replace(":", "", 1) if entry.is_empty else name, *rest]

    def item(self, item: Tree, indent: int, role: str) -> list[str]:
        """The lines of an entry of a list."""
        dash, above = f"{' ' * indent}-", self.comments.above(item, indent)
        if word := _word(item, role):
            return [*above, f"{dash} {self.scalar(word)}{self.comments.at(word.start_mark.line)}"]
        if not _is_pair(item, role) and not self.is_spread(item, role, indent + INDENT):
            return [*above, *self.leaf(dash, item, role, indent), *self.comments.below(item, indent + INDENT)]
        lines = self.block(item, indent + INDENT, role)
        first = next(number for number, line in enumerate(lines) if line and not line.lstrip().startswith("#"))
        before = [line[INDENT:] for line in lines[:first]]
        return [*above, *before, f"{dash} {lines[first].lstrip()}", *lines[first + 1 :]]

    def is_spread(self, tree: Tree, role: str, column: int) -> bool:
        """True if a value that begins in a column takes several lines, without brackets and braces around it.

        A list of layers can be a table, which stays. Anything else in it takes several lines if it does not fit on one.
        """
        if role not in LAYERED or isinstance(tree, yaml.ScalarNode):
            return is_block(tree)
        if self.comments.is_inside(tree) or not tree.value:
            return False
        if has_table(tree) or (is_block(tree) and self.comments.are_between(tree)):
            return True
        is_list = isinstance(tree, yaml.SequenceNode)
        too_wide = column + len(self.flat(tree, role)) > WIDTH
        return (too_wide and not (is_list and role == "branches")) or (_depth(tree) > DEPTH and not is_list)

    # --- values -----------------------------------------------------------------------------------------------------

    def leaf(self, head: str, value: Tree, role: str, indent: int) -> list[str]:
        """The lines of a key or dash with a value that is no block."""
        start, end = value.start_mark, value.end_mark
        if isinstance(value, yaml.ScalarNode) and not value.value and not value.style:
            return [head + self.comments.at(start.line)]
        is_flow = isinstance(value, yaml.CollectionNode)
        if start.line != end.line and (not is_flow or self.comments.is_inside(value)):
            lines = self.shifted(value, indent + INDENT)
        else:
            lines = self.filled(value, len(head) + 1, role, 0)
        if value.style not in ("|", ">") if not is_flow else True:
            lines[-1] += self.comments.at(last_line(value) if is_flow else end.line)
        return [f"{head} {lines[0]}", *lines[1:]]

    def shifted(self, value: Tree, indent: int) -> list[str]:
        """A value over several lines, as it is written, with another indentation."""
        first, *rest = self.text[value.start_mark.index : value.end_mark.index].rstrip().split("\n")
        least = min((len(line) - len(line.lstrip()) for line in rest if line.strip()), default=0)
        return [first.rstrip(), *(f"{' ' * indent}{line[least:]}".rstrip() for line in rest)]

    def scalar(self, value: Tree) -> str:
        """A string or number, or a key."""
        return spelled(self.text[value.start_mark.index : value.end_mark.index].strip(), value.value)

    def filled(self, tree: Tree, column: int, role: str, tail: int) -> list[str]:
        """A value within brackets or braces, on as few lines as fit.

        The first line begins in a column, and ``tail`` characters follow the last.
        """
        flat = self.flat(tree, role)
        opening, closing, entries = self.parts(tree, role)
        if column + len(flat) + tail <= WIDTH or not entries:
            return [flat]
        lines, at, begin = [opening], column + len(opening), column + len(opening)
        for number, entry in enumerate(entries):
            end = f"{closing}" if number == len(entries) - 1 else ","
            after = len(end) + (tail if number == len(entries) - 1 else 0)
            text, gap = self.pair(entry), entry.gap if number else ""
            if number and at + len(gap) + len(text) + after > WIDTH:
                lines.append(" " * begin)
                at, gap = begin, ""
            at += len(gap)
            head = text[: len(text) - len(self.flat(entry.value, entry.role))]
            shown = self.filled(entry.value, at + len(head), entry.role, after)
            lines[-1] += gap + head + shown[0]
            lines += shown[1:]
            lines[-1] += end
            at = len(lines[-1]) + (column if len(lines) == 1 else 0)
        return lines

    def flat(self, tree: Tree, role: str) -> str:
        """A value on one line."""
        if isinstance(tree, yaml.ScalarNode) or _word(tree, role):
            return self.scalar(_word(tree, role) or tree)
        opening, closing, entries = self.parts(tree, role)
        pieces = [f"{entry.gap if number else ''}{self.pair(entry)}" for number, entry in enumerate(entries)]
        return f"{opening}{','.join(pieces)}{closing}"

    def pair(self, entry: Entry) -> str:
        """An entry on one line."""
        value = self.flat(entry.value, entry.role)
        return value if entry.key is None else f"{self.scalar(entry.key)}: {value}"

    def parts(self, tree: Tree, role: str) -> tuple[str, str, list[Entry]]:
        """The brackets around a value, and its entries."""
        if isinstance(tree, yaml.ScalarNode):
            return "", "", []
        if isinstance(tree, yaml.SequenceNode):
            items = zip(tree.value, self.gaps(tree.value), strict=True)
            return "[", "]", [Entry(None, item, of_items(role), gap) for item, gap in items]
        entries = self.entries(tree, role)
        if role == "parameters" and any(entry.is_empty for entry in entries):
            names = [Entry(None, entry.key, "") if entry.is_empty else entry for entry in entries]
            return "[", "]", names
        is_pair = tree.flow_style and self.text[tree.start_mark.index] != "{"  # in a list: [width, stride: 1]
        return ("", "", entries) if is_pair else ("{", "}", entries)

    def gaps(self, items: Sequence[Tree]) -> Iterator[str]:
        """The spaces before the entries of a list on one line, which can be a row of a table."""
        for number, item in enumerate(items):
            between = self.text[items[number - 1].end_mark.index : item.start_mark.index] if number else ""
            gap = between.partition(",")[2]
            yield gap if gap and not gap.strip() and "\n" not in gap else " "


def _is_pair(item: Tree, role: str) -> bool:
    """True for an entry of a list of layers that is a join alone."""
    return (
        role == "item"
        and isinstance(item, yaml.MappingNode)
        and [key.value in MERGES for key, _ in item.value] == [True]
    )


def _word(tree: Tree, role: str) -> Tree | None:
    """The key of an entry of a list of layers that has nothing else, so that it can be a word."""
    if role not in ("item", "branch") or not isinstance(tree, yaml.MappingNode) or len(tree.value) != 1:
        return None
    ((key, value),) = tree.value
    return key if isinstance(value, yaml.ScalarNode) and not value.value and not value.style else None


def _depth(tree: Tree) -> int:
    """The levels of mappings and lists in a value, itself included."""
    if isinstance(tree, yaml.ScalarNode):
        return 0
    inner = (part for pair in tree.value for part in pair) if isinstance(tree, yaml.MappingNode) else tree.value
    return 1 + max(map(_depth, inner), default=0)
