"""Templates of HTML without their indentation, a fifth of a short page."""

from __future__ import annotations

import re

from jinja2.ext import Extension


class Compact(Extension):
    """Removes indentation and empty lines when a template is compiled; what it prints is left alone."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        """A template's source with every line at its beginning."""
        return re.sub(r"\s*\n\s*", "\n", source)
