"""What docstrings say, as Markdown: a class of layers documents itself."""

from __future__ import annotations

import inspect
import re
from typing import Any


def doc(thing: Any) -> str:
    """A docstring, inherited or not."""
    return inspect.getdoc(thing) or ""


def markdown(text: str) -> str:
    """A docstring as Markdown of one paragraph, H' with its prime."""
    return re.sub(r"(?<=[A-Z])'", "′", " ".join(text.split()).replace("``", "`"))


def said(thing: type) -> str:
    """What the docstring of a class itself says, as Markdown, without the source."""
    return markdown((thing.__doc__ or "").partition("Source: ")[0])


def lead(thing: type) -> str:
    """The first sentence of that: up to a full stop with a capital letter behind it."""
    return re.split(r"(?<=\.) (?=[A-Z])", said(thing), maxsplit=1)[0]


def remarks(thing: type) -> str:
    """The other sentences."""
    return said(thing).removeprefix(lead(thing)).strip()


def source(thing: type) -> str:
    """Where a rule comes from."""
    return markdown((thing.__doc__ or "").partition("Source: ")[2]).rstrip(".")
