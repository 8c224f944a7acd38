"""Docstrings as Markdown: the classes of layers document themselves."""

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
    """Return a docstring, inherited or not."""
    return inspect.getdoc(thing) or ""


def markdown(text: str) -> str:
    """Convert a docstring to one paragraph of Markdown, with a prime in H′."""
    return re.sub(r"(?<=[A-Z])'", "′", " ".join(text.split()).replace("``", "`"))


def description(thing: type) -> str:
    """Return the docstring of the class itself as Markdown, without the source."""
    return markdown((thing.__doc__ or "").partition("Source: ")[0])


def lead(thing: type) -> str:
    """Return the first sentence of the description: up to a full stop before a capital letter."""
    return re.split(r"(?<=\.) (?=[A-Z])", description(thing), maxsplit=1)[0]


def remarks(thing: type) -> str:
    """Return the description after its first sentence."""
    return description(thing).removeprefix(lead(thing)).strip()


def source(thing: type) -> str:
    """Return the source given at the end of the docstring."""
    return markdown((thing.__doc__ or "").partition("Source: ")[2]).rstrip(".")


@cache
def field_docs(cls: type) -> dict[str, str]:
    """Return the docstrings after the annotated fields of a class and its bases, by field name.

    They are read from the source code. Only pages, schemas and errors need them; without source code there are none.
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
