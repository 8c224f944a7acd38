"""Values as YAML writes them inside braces."""

from __future__ import annotations

import json
import re
from typing import Any

from layerwise.importing.drafting.expressions import Expr

_SPECIAL = re.compile(r"[,\[\]{}#\"'&*!|>%@`]|: |^[-?:=~ ]|[: ]$")
_WORDS = {"true", "false", "null", "yes", "no", "on", "off", "~", ""}
_NUMBER = re.compile(r"[-+.0-9][0-9_.,:eE+]*")


def scalar(value: Any) -> str:
    """A value, in quotation marks if YAML would read something else."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    text = str(value)
    if isinstance(value, Expr):
        return json.dumps(text) if re.search(r"[,\[\]{}#\"']|: ", text) else text
    quoted = _SPECIAL.search(text) or text.lower() in _WORDS or _NUMBER.fullmatch(text) or not text.isprintable()
    return json.dumps(text, ensure_ascii=False) if quoted else text


def size(kernel: Any, channels: Any) -> str:
    """A kernel and channels as the size of a convolution: 3x3x$width."""
    parts = [part for part in (kernel, channels) if part is not None]
    if len(parts) == 1:
        return scalar(parts[0])
    head = parts[0].before_text() if isinstance(parts[0], Expr) else str(parts[0])
    text = f"{head}x{parts[1]}"
    return json.dumps(text) if re.search(r"[,\[\]{}#\"']|: ", text) else text


WIDTH = 119
"""Columns that a line may have."""


def wrapped(entries: list[tuple[str, str]], indent: int) -> list[str]:
    """A mapping in braces on several lines, as an entry of a list."""
    lines = [" " * indent + "- {"]
    for place, (key, value) in enumerate(entries):
        text = f"{key}: {value}" + ("," if place < len(entries) - 1 else "}")
        if place and len(lines[-1]) + len(text) > WIDTH:
            lines[-1] = lines[-1].rstrip()
            lines.append(" " * (indent + 3))
        lines[-1] += text + " "
    return [*lines[:-1], lines[-1].rstrip()]


def mapping(entries: list[tuple[str, str]]) -> str:
    """A mapping in braces."""
    return "{" + ", ".join(f"{key}: {value}" if value else f"{key}: " for key, value in entries) + "}"
