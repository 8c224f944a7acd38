"""A block as HTML: networks with the parts that it names, or its errors."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from layerwise.core.errors import DefinitionError, Diagnostic, LayerwiseError
from layerwise.definition import parse
from layerwise.extension.blocks import Block
from layerwise.extension.host import Host
from layerwise.network.catalogue import calculate
from layerwise.network.finding import by_name, catalogue_folder
from layerwise.network.graph import Network
from layerwise.report import embedding

NAME = "definition.yml"
_SHOW = re.compile(r"^show:[ ]*\[?([^\]\n#]*)\]?[ ]*(?:#.*)?$", re.MULTILINE)
_NETWORK = re.compile(r"^network:[ ]*(.*?)[ ]*(?:#.*)?$", re.MULTILINE)
_OTHER = re.compile(r"^(?!network:|show:|[ ]*(?:#.*)?$).*$", re.MULTILINE)


def render(block: Block, folder: Path, host: Host) -> str:
    """The HTML of a block. Its errors are part of it, and are reported to the host."""
    text = block.text
    try:
        networks, show = _networks(text, folder), _shown(text)
        return "".join(embedding.embedded(network, show) for network in networks)
    except DefinitionError as error:
        diagnostics: Sequence[Diagnostic] = error.diagnostics
    except (LayerwiseError, ValueError) as error:
        diagnostics = [Diagnostic(NAME, _line_of(text, error), 1, str(error))]
    for diagnostic in diagnostics:
        host.warn(block.line, diagnostic)
    return embedding.errors(diagnostics, text.splitlines())


def _shown(text: str) -> Sequence[str]:
    """The parts that a block names."""
    found = _SHOW.search(text)
    return [name.strip() for name in found[1].split(",")] if found else embedding.DEFAULT


def _networks(text: str, folder: Path) -> list[Network]:
    """The networks of a block. Raises ``LayerwiseError``."""
    found = _NETWORK.search(text)
    if found is None:
        definition = parse(_SHOW.sub("", text), NAME)
        return [entry.network for entry in calculate(definition, Path(NAME)).sound().entries]
    if other := _OTHER.search(text):
        message = "a block with network has no other keys than show; write a definition, or the name of a network"
        raise DefinitionError([Diagnostic(NAME, text.count("\n", 0, other.start()) + 1, 1, message)])
    entries, diagnostics = by_name(found[1].strip("\"'"), [*([folder] if folder.is_dir() else []), catalogue_folder()])
    if diagnostics:
        raise DefinitionError([Diagnostic(NAME, _line(text, found), 1, str(one)) for one in diagnostics])
    if len(entries) > 1:
        names = ", ".join(entry.network.slug for entry in entries)
        raise LayerwiseError(f"network: {found[1]} is a family; name one of its networks: {names}")
    return [entries[0].network]


def _line_of(text: str, error: Exception) -> int:
    """The line of the key that an error is about."""
    found = (_SHOW if str(error).startswith("show") else _NETWORK).search(text)
    return _line(text, found) if found else 1


def _line(text: str, found: re.Match[str]) -> int:
    return text.count("\n", 0, found.start()) + 1
