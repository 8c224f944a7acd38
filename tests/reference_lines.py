"""The length of definitions, to compare drafts with files that people wrote."""

from __future__ import annotations

from pathlib import Path

NETWORKS = Path(__file__).parents[1] / "networks"


def hand_written_lines(definition: str) -> int:
    """The lines of ``blocks`` and ``layers`` of a definition, or of a file in ``networks/``."""
    text = (NETWORKS / definition).read_text(encoding="utf-8") if definition.endswith(".yml") else definition
    count, counts = 0, False
    for line in text.splitlines():
        if line and not line.startswith((" ", "#")):
            counts = line.startswith(("blocks:", "layers:"))
        count += counts and bool(line.strip())
    return count
