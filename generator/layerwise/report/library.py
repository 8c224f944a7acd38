"""The library: networks from files, from strings and from the catalogue, with their tables in several forms."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from layerwise.core.errors import UnknownNetworkError, suggestion
from layerwise.core.files import slugify
from layerwise.definition import Definition, parse
from layerwise.definition import load as read_definition
from layerwise.network import graph
from layerwise.network.catalogue import Entry, calculate
from layerwise.network.claims import check
from layerwise.network.finding import by_name, catalogue_folder
from layerwise.report import embedding
from layerwise.report.data import export
from layerwise.report.escaping import plain
from layerwise.report.figures import key_figures
from layerwise.report.tables import latex, markdown
from layerwise.report.tables.network import layer_table


class Network(graph.Network):
    """One network, calculated: its layers, its totals, and tables of them. A notebook shows it as a table.

    Shapes are height × width × channels, memory is in bytes, MACs are multiply-accumulates for one image.
    """

    @classmethod
    def of(cls, network: graph.Network) -> Network:
        """Return a network with the methods of this class."""
        return cls(**{field.name: getattr(network, field.name) for field in fields(network) if field.init})

    def to_dict(self) -> dict[str, Any]:
        """Return all data of the network: those of ``api/v1/networks/<slug>.json``, with each layer as one record.

        Shapes are lists in the order height, width, channels; memory is in bytes; missing values are None.

        >>> import layerwise
        >>> data = layerwise.network("lenet-5").to_dict()
        >>> data["parameters"], data["layers"][0]["formula"], data["layers"][0]["output"]
        (61706, '5×5×1×6 + 6', [28, 28, 6])
        """
        entry = Entry(self, check(self)[0], Path(self.definition.source.file))
        record: dict[str, Any] = json.loads(json.dumps(export.detail(entry)))
        return record

    def to_markdown(self) -> str:
        """Return the key figures and the layer table as Markdown.

        >>> import layerwise
        >>> print(layerwise.network("lenet-5").to_markdown().splitlines()[0])
        **LeNet-5**: Parameters 61,706, Memory 241.0 KB, MACs 416.5 K, Peak activations 22.97 KB, Depth 5, Input 32×32×1
        """
        figures = ", ".join(f"{figure.title} {figure.text}" for figure in key_figures(self))
        return f"**{plain(self.name)}**: {figures}\n\n{markdown.render(layer_table(self))}\n"

    def to_latex(self) -> str:
        r"""Return the layer table for LaTeX with the package ``booktabs``, of a long one also with ``longtable``.

        >>> import layerwise
        >>> print(layerwise.network("lenet-5").to_latex().splitlines()[4])
        \begin{tabular}{lllrrllr}
        """
        return latex.render(layer_table(self))

    def to_html(self, show: Sequence[str] = embedding.DEFAULT) -> str:
        """Return HTML with its own style sheet, for light and dark pages.

        ``show`` has some of ``totals``, ``profile``, ``strips``, ``layers``, ``blocks``, ``compute`` and ``memory``.

        Raises:
            ValueError: ``show`` has another name; the message lists the known ones.
        """
        return embedding.styled(embedding.embedded(self, show))

    def _repr_html_(self) -> str:
        """The totals, the profile and the layer table, which a notebook shows."""
        return self.to_html()


def load(path: str | os.PathLike[str], variant: str | None = None) -> Network:
    """Calculate a network from a definition file.

    A file with several variants needs the name or the slug of one of them.

    Raises:
        DefinitionError: the file cannot be read or has errors, such as a claim that disagrees with the calculation.
        UnknownNetworkError: the file has no such variant, or several and none is named; the message lists them.
    """
    file = Path(path)
    return _selected(read_definition(file), file, variant)


def loads(text: str, variant: str | None = None, name: str = "definition.yml") -> Network:
    """Calculate a network from the text of a definition; ``name`` is the file name in errors. Raises as ``load``."""
    return _selected(parse(text, name), Path(name), variant)


def network(name: str) -> Network:
    """Return a network of the catalogue, which comes with Layerwise, by its name or the name of its page.

    >>> import layerwise
    >>> layerwise.network("resnet-50")
    <Network 'ResNet-50': 25,557,032 parameters, 125 layers>

    Raises:
        UnknownNetworkError: there is no such network, or the name is that of a family; the message lists names.
    """
    entries = by_name(name, [catalogue_folder()]).entries
    if len(entries) > 1:
        raise UnknownNetworkError(f"{name!r} is a family; name one of its networks: {_names(entries)}")
    return Network.of(entries[0].network)


def _names(entries: Iterable[Entry]) -> str:
    return ", ".join(entry.network.name for entry in entries)


def _selected(definition: Definition, file: Path, variant: str | None) -> Network:
    entries = calculate(definition, file).sound().entries
    if variant is None and len(entries) > 1:
        raise UnknownNetworkError(f"{file} has several networks; name one of them: {_names(entries)}")
    for entry in entries:
        if variant in (None, entry.network.name) or slugify(str(variant)) == entry.network.slug:
            return Network.of(entry.network)
    known = suggestion(str(variant), [entry.network.name for entry in entries], "networks")
    raise UnknownNetworkError(f"no network {variant!r} in {file}; {known}")
