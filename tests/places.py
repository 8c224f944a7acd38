"""A check that diagnostics are at a line and column of the file, where an editor can go."""

from __future__ import annotations

from layerwise.core.errors import DefinitionError


def check_places(error: DefinitionError, content: bytes) -> None:
    """Check that each diagnostic is inside of the file and has a message of one line and of limited length."""
    lines = content.decode("utf-8-sig", "replace").split("\n")
    assert error.diagnostics
    for diagnostic in error.diagnostics:
        assert 1 <= diagnostic.line <= len(lines), str(diagnostic)
        assert 1 <= diagnostic.column <= len(lines[diagnostic.line - 1]) + 1, str(diagnostic)
        assert "\n" not in diagnostic.message
        assert 0 < len(diagnostic.message) < 20_000, str(diagnostic)[:100]
