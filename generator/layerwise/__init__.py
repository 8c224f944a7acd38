"""The reference of convolutional networks, calculated: the public API.

``network`` returns a network of the catalogue, which comes with the package. ``Network`` has its totals, each ``Layer``
its own figures; shapes are H×W×C, memory is in bytes, MACs are multiply-accumulates for one image:

>>> import layerwise
>>> network = layerwise.network("lenet-5")
>>> network.parameters, network.memory_bytes, network.macs
(61706, 246824, 416520)
>>> for layer in network.layers[:2]:
...     print(layer.name, layer.output, layer.parameters, layer.macs)
Conv1 28×28×6 156 117600
MaxPool1 14×14×6 0 0

``load`` calculates the network of a definition file. A file that defines several needs the name of one:

>>> layerwise.load("networks/vgg.yml", "VGG-16").parameters
138357544

``loads`` takes the definition itself, ``diff`` compares two networks layer by layer:

>>> small = layerwise.loads("{name: Small, input: 8x8x3, layers: [{conv: 3x3x4}, {fc: 10}]}")
>>> large = layerwise.loads("{name: Large, input: 8x8x3, layers: [{conv: 3x3x8}, {fc: 10}]}")
>>> first, second = layerwise.diff(small, large)
>>> first.changes[0]
Change(what='size', before=(3, 3, 4), after=(3, 3, 8))

An error in a definition is a ``DefinitionError``; its ``diagnostics`` have a file, a line, a column and a message:

>>> layerwise.loads("{name: Small, input: 8x8x3, layers: [{cnv: 3x3x4}]}")
Traceback (most recent call last):
layerwise.core.errors.DefinitionError: definition.yml:1:39: unknown layer kind or block 'cnv'; did you mean 'conv'?
"""

from __future__ import annotations

import importlib
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from layerwise.core.errors import DefinitionError, Diagnostic, LayerwiseError, UnknownNetworkError
    from layerwise.network.diff import diff
    from layerwise.network.graph import LayerNode as Layer
    from layerwise.report.library import Network, load, loads, network

__version__ = "0.1.0"

__all__ = [
    "DefinitionError",
    "Diagnostic",
    "Layer",
    "LayerwiseError",
    "Network",
    "UnknownNetworkError",
    "diff",
    "load",
    "loads",
    "network",
]

_SOURCES = {
    "DefinitionError": ("core.errors", "DefinitionError"),
    "Diagnostic": ("core.errors", "Diagnostic"),
    "Layer": ("network.graph", "LayerNode"),
    "LayerwiseError": ("core.errors", "LayerwiseError"),
    "Network": ("report.library", "Network"),
    "UnknownNetworkError": ("core.errors", "UnknownNetworkError"),
    "diff": ("network.diff", "diff"),
    "load": ("report.library", "load"),
    "loads": ("report.library", "loads"),
    "makeExtension": ("extension", "makeExtension"),  # for Python-Markdown, where the entry point is not installed
}
"""The module and the name of each public object, which is imported when it is first used: completion must be fast."""

if not TYPE_CHECKING:

    class _Package(ModuleType):
        """The package ``layerwise.network``, which is also the function of that name."""

        def __call__(self, name: str) -> object:
            return importlib.import_module("layerwise.report.library").network(name)

    importlib.import_module("layerwise.network").__class__ = _Package

if not TYPE_CHECKING:  # a type checker reads the imports above, and reports unknown names

    def __getattr__(name: str) -> object:
        if name not in _SOURCES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        module, source = _SOURCES[name]
        value = globals()[name] = getattr(importlib.import_module(f"layerwise.{module}"), source)
        return value

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__})
