"""The few pieces of SVG the pictures are made of. Lengths are in CSS pixels at the picture's natural size."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

WIDEST_LETTER = 0.65
"""Width of a letter in ems: an average of the widest of the fonts a page may be shown in."""


def width_of(text: str, size: float) -> float:
    """About how wide a text is in letters of a size."""
    return len(text) * size * WIDEST_LETTER


def shortened(text: str, letters: int) -> str:
    """A text of so many letters at most."""
    return text if len(text) <= letters else f"{text[: max(letters, 2) - 1]}…"


def number(value: float) -> str:
    """A coordinate with at most one decimal: ``12``, ``12.5``."""
    return f"{value:.1f}".removesuffix(".0")


def path(*commands: str | float) -> str:
    """The data of a path: ``path("M", 1, 2, "h", 3)`` → ``M1 2h3``."""
    data = ""
    for command in commands:
        if isinstance(command, str):
            data += command
        else:
            data += ("" if data[-1:].isalpha() else " ") + number(command)
    return data


def text(x: float, y: float, content: str, css: str) -> str:
    """A line of text around ``x`` on the base line ``y``; ``content`` is SVG."""
    return f'<text class="{css}" x="{number(x)}" y="{number(y)}">{content}</text>'


def title(content: str) -> str:
    """What a pointer resting on the shape is told."""
    return f"<title>{escape(content)}</title>"


def image(width: float, height: float, label: str, body: Iterable[str]) -> str:
    """A whole picture with its text alternative. It shrinks with the page, though not beyond reading."""
    w, h = number(round(width)), number(round(height))
    return (
        f'<svg role="img" aria-label="{escape(label)}" viewBox="0 0 {w} {h}" width="{w}" height="{h}" '
        f'style="--w:{w}px">{"".join(body)}</svg>'
    )


SHRINKS_TO = 0.85
"""How small a picture may become before it scrolls, against its natural size; the style sheet has the same."""
NARROWEST_SCREEN = 288.0
"""Room for content on a screen of 320 pixels."""


def scrolling(label: str, picture: str, width: float) -> str:
    """A picture in a wrapper that scrolls sideways where the page is too narrow; with the keyboard, too."""
    if width * SHRINKS_TO <= NARROWEST_SCREEN:
        return picture
    return f'<div class="lw-scroll" tabindex="0" role="group" aria-label="{escape(label)}">{picture}</div>'


CATEGORIES = {
    "input": "input",
    "convolution": "convolution",
    "pooling": "pooling",
    "linear": "fully connected",
    "normalization": "normalization",
    "other": "other",
}
"""The kinds a colour stands for, in the order of a legend; linear layers and attention are fully connected, too."""


def legend(categories: Iterable[str]) -> str:
    """What the colours of a picture mean."""
    shown = set(categories)
    keys = (f'<span class="lw-key lw-{name}">{words}</span>' for name, words in CATEGORIES.items() if name in shown)
    return f'<span class="lw-keys">{"".join(keys)}</span>'
