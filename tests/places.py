"""Whether mistakes are where an editor can go: at a line and column of the file."""

from __future__ import annotations

from layerwise.core.errors import DefinitionError


def check_places(error: DefinitionError, content: bytes) -> None:
    """Every mistake of a file is on one line, in the file, and has a message of a bearable length."""
    lines = content.decode("utf-8-sig", "replace").split("\n")
    assert error.mistakes
    for mistake in error.mistakes:
        assert 1 <= mistake.line <= len(lines), str(mistake)
        assert 1 <= mistake.column <= len(lines[mistake.line - 1]) + 1, str(mistake)
        assert "\n" not in mistake.message
        assert 0 < len(mistake.message) < 20_000, str(mistake)[:100]
