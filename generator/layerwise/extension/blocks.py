"""Fenced blocks of a page with the language ``layerwise``."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable
from dataclasses import dataclass

_OPENING = re.compile(r"(?P<indent> *)(?P<fence>`{3,}|~{3,}) *(?P<language>[^\s`{]*)[^`]*")


@dataclass(frozen=True, slots=True)
class Block:
    """The content of a block."""

    line: int
    """The line of its opening fence, from 1."""
    text: str


def replace_blocks(lines: list[str], replacement: Callable[[Block], str]) -> list[str]:
    """Replace each block by a paragraph of one line. What is inside other blocks, and blocks without an end, stays."""
    result: list[str] = []
    at = 0
    while at < len(lines):
        opening = _OPENING.fullmatch(lines[at])
        end = _end(lines, at, opening["fence"]) if opening else None
        if opening is None or end is None:
            result.append(lines[at])
            at += 1
            continue
        if opening["language"] == "layerwise":
            text = textwrap.dedent("".join(f"{line}\n" for line in lines[at + 1 : end]))
            result += ["", opening["indent"] + replacement(Block(at + 1, text)), ""]
        else:
            result += lines[at : end + 1]
        at = end + 1
    return result


def _end(lines: list[str], opening: int, fence: str) -> int | None:
    """The place of the closing fence: of the same character and at least as long."""
    for at in range(opening + 1, len(lines)):
        line = lines[at].strip()
        if len(line) >= len(fence) and set(line) == {fence[0]}:
            return at
    return None
