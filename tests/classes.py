"""Numbers in the classes of elements."""

from __future__ import annotations

from bs4 import Tag

from layerwise.report.classes import PLACES


def number_in(classes: str | list[str]) -> int:
    """The number of an element's classes: ``b1 c2 e3`` is 1203."""
    names = classes.split() if isinstance(classes, str) else classes
    digits = {name[0]: name[1] for name in names if len(name) == 2 and name[0] in PLACES and name[1].isdigit()}
    return int("".join(digits.get(place, "0") for place in PLACES))


def share_in(element: Tag) -> int:
    """The percentage of an element's class ``s42``."""
    return next((int(name[1:]) for name in element["class"] if name[0] == "s" and name[1:].isdigit()), 0)
