"""The reference of the library: the public names of ``import layerwise`` with their docstrings, as Markdown."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import layerwise
from layerwise.core.docs import field_docs

ORDER = ("network", "load", "loads", "diff", "Network", "Layer", "DefinitionError", "Diagnostic", "UnknownNetworkError")
"""The public names in the order of the page; those that are not named follow."""
_SECTION = re.compile(r"^(Raises|Returns):\n((?: +.*\n?|\n)+)", re.MULTILINE)


class Member(NamedTuple):
    """A function, a class, a method or a property."""

    name: str
    signature: str
    """With annotations; empty for classes and properties."""
    text: str
    """Its docstring as Markdown, with its examples as listings."""
    members: tuple[Member, ...] = ()


def members() -> list[Member]:
    """All public names, with the members of classes."""
    names = [*ORDER, *(name for name in layerwise.__all__ if name not in ORDER)]
    return [_member(name, _public(name)) for name in names]


def _public(name: str) -> Any:
    """A public object; ``layerwise.network`` is also a package."""
    found = getattr(layerwise, name)
    return inspect.getmodule(layerwise.load).network if inspect.ismodule(found) else found  # type: ignore[union-attr]


def _member(name: str, thing: Any) -> Member:
    if inspect.isclass(thing):
        return Member(name, "", _markdown(inspect.getdoc(thing) or ""), tuple(_of_class(thing)))
    return Member(name, _signature(thing), _markdown(inspect.getdoc(thing) or ""))


def _of_class(cls: type) -> Iterator[Member]:
    """The fields, properties and methods of a class that are public and documented."""
    for name, text in field_docs(cls).items():
        yield Member(name, "", _markdown(text))
    if issubclass(cls, Exception):
        return
    for name, thing in inspect.getmembers(cls):
        is_property = isinstance(thing, property) or type(thing).__name__ == "cached_property"
        is_method = inspect.isfunction(thing)
        if not name.startswith("_") and (is_property or is_method):
            yield Member(name, _signature(thing) if is_method else "", _markdown(inspect.getdoc(thing) or ""))


def _signature(function: Any) -> str:
    """The parameters of a function with their annotations, without ``self``."""
    signature = inspect.signature(function)
    parameters = [parameter for name, parameter in signature.parameters.items() if name != "self"]
    return re.sub(r"(: |-> )'([^']*)'", r"\1\2", str(signature.replace(parameters=parameters)))


def _markdown(docstring: str) -> str:
    """A docstring as Markdown: names as code, examples as listings, errors as a list."""
    text = _SECTION.sub(_section, docstring.replace("``", "`"))
    return re.sub(r"(?:^>>>.*\n?(?:^(?!\n|>>>).+\n?)*)+", _listing, text, flags=re.MULTILINE).strip()


def _section(found: re.Match[str]) -> str:
    lines = (line.strip() for line in found[2].splitlines())
    items = "".join(f"- `{name}`: {text}\n" for name, _, text in (line.partition(": ") for line in lines if line))
    return f"{found[1]}:\n\n{items}"


def _listing(found: re.Match[str]) -> str:
    return f"\n```pycon\n{found[0].rstrip()}\n```\n"
