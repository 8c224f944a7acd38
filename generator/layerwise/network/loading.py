"""The public way from a definition to a network: ``layerwise.load`` and ``layerwise.loads``."""

from __future__ import annotations

import os
from pathlib import Path

from layerwise.core.errors import UnknownNetworkError, suggestion
from layerwise.core.files import slugify
from layerwise.definition import Definition, parse
from layerwise.definition import load as read_definition
from layerwise.network.catalogue import calculate
from layerwise.network.graph import Network


def load(path: str | os.PathLike[str], variant: str | None = None) -> Network:
    """Calculate a network from a definition file.

    A file with several variants needs the name or the slug of one of them.

    Raises:
        DefinitionError: the file cannot be read or has errors, such as a claim that disagrees with the calculation.
        UnknownNetworkError: the file has no such variant, or several and none is named; the message lists them.
    """
    file = Path(path)
    return _network(read_definition(file), file, variant)


def loads(text: str, variant: str | None = None, name: str = "definition.yml") -> Network:
    """Calculate a network from the text of a definition; ``name`` is the file name in errors. Raises as ``load``."""
    return _network(parse(text, name), Path(name), variant)


def _network(definition: Definition, file: Path, variant: str | None) -> Network:
    entries = calculate(definition, file).sound().entries
    networks = [entry.network for entry in entries]
    names = ", ".join(network.name for network in networks)
    if variant is None:
        if len(networks) > 1:
            raise UnknownNetworkError(f"{file} has several networks; name one of them: {names}")
        return networks[0]
    for network in networks:
        if variant == network.name or slugify(variant) == network.slug:
            return network
    known = suggestion(variant, [network.name for network in networks], "networks")
    raise UnknownNetworkError(f"no network {variant!r} in {file}; {known}")
