"""Badges with the figures of a network: a picture, and data for https://shields.io/badges/endpoint-badge."""

from __future__ import annotations

from html import escape

from layerwise.network.graph import Network
from layerwise.report.data import records
from layerwise.report.formatting import rounded_count

LABEL, VALUE = "#4a4f59", "#1d4ed8"
"""Colours of the two parts; white text on them has a contrast of 8:1 and 6.7:1."""
HEIGHT, SIZE, PADDING = 20, 11, 6
"""Pixels."""
NARROW, WIDE = frozenset("iljtfr.,:;|!' ()[]-"), frozenset("mwMW@%")
"""Characters with widths other than the usual one."""


def message(network: Network) -> str:
    """The figures: ``25.56 M parameters, 3.858 G MACs``."""
    at_least = "at least " if network.uncounted else ""
    return f"{at_least}{rounded_count(network.parameters)} parameters, {rounded_count(network.macs)} MACs"


def endpoint(network: Network) -> records.Badge:
    """The badge as data."""
    return {"schemaVersion": 1, "label": network.name, "message": message(network), "color": VALUE}


def svg(network: Network) -> str:
    """The badge as a picture, which is as wide as its text in any font."""
    label, figures = network.name, message(network)
    left, right = _width(label), _width(figures)
    at, whole = left + 2 * PADDING, left + right + 4 * PADDING
    title = escape(f"{label}: {figures}")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{whole}" height="{HEIGHT}" role="img" aria-label="{title}">'
        f"<title>{title}</title>"
        f'<rect width="{whole}" height="{HEIGHT}" rx="3" fill="{LABEL}"/>'
        f'<path d="M{at} 0H{whole - 3}a3 3 0 0 1 3 3V{HEIGHT - 3}a3 3 0 0 1-3 3H{at}z" fill="{VALUE}"/>'
        f'<g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="{SIZE}">'
        f'<text x="{PADDING}" y="14" textLength="{left}">{escape(label)}</text>'
        f'<text x="{at + PADDING}" y="14" textLength="{right}">{escape(figures)}</text></g></svg>\n'
    )


def _width(text: str) -> int:
    """The approximate width of a string in pixels, in a sans-serif font."""
    return round(sum(4.2 if sign in NARROW else 9.8 if sign in WIDE else 6.9 for sign in text))
