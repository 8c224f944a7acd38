"""The length of definitions, to compare drafts with files that people wrote."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

NETWORKS = Path(__file__).parents[1] / "networks"


def hand_written_lines(definition: str) -> int:
    """The lines of ``blocks`` and ``layers`` of a definition, or of a file in ``networks/`` with the blocks it uses."""
    if not definition.endswith(".yml"):
        return _lines(definition)
    text = (NETWORKS / definition).read_text(encoding="utf-8")
    used: dict[tuple[str, str], int] = {}
    _used_blocks(NETWORKS, text, used)
    return _lines(text) + sum(used.values())


def _lines(text: str) -> int:
    """The lines of ``blocks`` and ``layers``."""
    count, counts = 0, False
    for line in text.splitlines():
        if line and not line.startswith((" ", "#")):
            counts = line.startswith(("blocks:", "layers:"))
        count += counts and bool(line.strip())
    return count


def _used_blocks(folder: Path, text: str, used: dict[tuple[str, str], int]) -> None:
    """Add the lines of each block that a file uses from another, and of those that this one uses in turn."""
    sources: dict[str, Any] = yaml.safe_load(text).get("use") or {}
    for source, names in sources.items():
        file = folder / f"{source}.yml"
        other = file.read_text(encoding="utf-8")
        for name in [names] if isinstance(names, str) else names.values() if isinstance(names, dict) else names:
            section = re.search(rf"^  {re.escape(name)}:.*\n((?:    .*\n|\n)*)", other, re.MULTILINE)
            used[source, name] = 1 + len([line for line in section[1].splitlines() if line.strip()]) if section else 0
        _used_blocks(file.parent, other, used)
