r"""The Python-Markdown extension ``layerwise``: fenced blocks that hold a definition, or the name of a network.

It works wherever Python-Markdown does: in MkDocs, ProperDocs, Zensical, or alone.

>>> from markdown import markdown
>>> text = "```layerwise\nname: Tiny\ninput: 8x8x3\nlayers: [{conv: 3x3x4}, {fc: 10}]\nshow: [totals]\n```"
>>> "1,562" in markdown(text, extensions=["layerwise"])  # 3·3·3·4 + 4 + 6·6·4·10 + 10
True
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from markdown import Extension, Markdown
from markdown.preprocessors import Preprocessor

from layerwise.extension.blocks import Block, replace_blocks
from layerwise.extension.host import Host
from layerwise.extension.rendering import render
from layerwise.report import embedding

PRIORITY = 29
"""Before fenced code and superfences (25), which would print a listing, and after line ends are normalized (30)."""


class LayerwiseExtension(Extension):
    """Replaces fenced blocks with the language ``layerwise`` by tables and pictures."""

    def __init__(self, **options: Any) -> None:
        self.config = {
            "networks": ["networks", "the folder of definitions in which names are looked up"],
            "strict": [False, "raise an exception for the first block with errors"],
            "styles": [True, "begin the first block of a page with a style sheet"],
        }
        super().__init__(**options)

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - a name of Python-Markdown
        """Register the extension."""
        md.registerExtension(self)
        self._blocks = _Blocks(md, self)
        md.preprocessors.register(self._blocks, "layerwise", PRIORITY)

    def reset(self) -> None:
        """Begin another page, which needs a style sheet of its own."""
        self._blocks.is_styled = False


class _Blocks(Preprocessor):
    """Renders the blocks of a page."""

    def __init__(self, md: Markdown, options: Extension) -> None:
        super().__init__(md)
        self._options, self.is_styled = options, False

    def run(self, lines: list[str]) -> list[str]:
        """Replace the blocks by placeholders of their HTML."""
        self._host = Host.of(
            self.md, "\n".join(lines).rstrip().count("\n") + 1, is_strict=self._options.getConfig("strict")
        )
        return replace_blocks(lines, self._placeholder)

    def _placeholder(self, block: Block) -> str:
        content = render(block, self._host.folder(Path(self._options.getConfig("networks"))), self._host)
        if self._options.getConfig("styles") and not self.is_styled:
            content, self.is_styled = embedding.styled(content), True
        return self.md.htmlStash.store(content)


def makeExtension(**options: Any) -> LayerwiseExtension:  # noqa: N802 - a name of Python-Markdown
    """Return the extension."""
    return LayerwiseExtension(**options)
