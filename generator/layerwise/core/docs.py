"""What docstrings say, as Markdown: a class of layers documents itself."""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from typing import Any


def doc(thing: Any) -> str:
    """A docstring, inherited or not."""
    return inspect.getdoc(thing) or ""


def markdown(text: str) -> str:
    """A docstring as Markdown of one paragraph, H' with its prime."""
    return re.sub(r"(?<=[A-Z])'", "′", " ".join(text.split()).replace("``", "`"))


def description(thing: type) -> str:
    """What the docstring of a class itself says, as Markdown, without the source."""
    return markdown((thing.__doc__ or "").partition("Source: ")[0])


def lead(thing: type) -> str:
    """The first sentence of that: up to a full stop with a capital letter behind it."""
    return re.split(r"(?<=\.) (?=[A-Z])", description(thing), maxsplit=1)[0]


def remarks(thing: type) -> str:
    """The other sentences."""
    return description(thing).removeprefix(lead(thing)).strip()


def source(thing: type) -> str:
    """Where a rule comes from."""
    return markdown((thing.__doc__ or "").partition("Source: ")[2]).rstrip(".")


@cache
def field_docs(cls: type) -> dict[str, str]:
    """The docstrings that follow the annotated fields of a class and its bases, by the fields' names.

    They are read from the source, which only pages, schemas and errors need; without the source there are none.
    """
    docs: dict[str, str] = {}
    for base in reversed(cls.__mro__):
        if base.__module__ != "builtins" and inspect.get_annotations(base):
            docs |= dict(_field_docs(base))
    return docs


def _field_docs(cls: type) -> Iterator[tuple[str, str]]:
    try:
        (tree,) = ast.parse(textwrap.dedent(inspect.getsource(cls))).body
    except OSError:
        return
    assert isinstance(tree, ast.ClassDef)
    for field, text in pairwise(tree.body):
        match field, text:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(doc))):
                yield name, inspect.cleandoc(doc)
