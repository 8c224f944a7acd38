"""Keras models: the configuration in a ``.keras`` file, or of a model that a function returns, without weights."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from layerwise.core.errors import quoted
from layerwise.importing.readers.archives import read_json
from layerwise.importing.readers.keras_layers import LAYERS, Layer, Result
from layerwise.importing.table import TranslationError
from layerwise.importing.trace import MAX_NODES, ModelImportError, Node, Trace, parse_trace

Shape = tuple[int, ...]
DEFAULT = (3, 224, 224)
"""The input of a function whose model takes images of any size."""


def trace_keras_file(path: Path, shape: Shape | None = None) -> Trace:
    """Trace a ``.keras`` file. Raises ``ModelImportError`` for any content that is no such model."""
    content = read_json(path, "/config.json", "Keras model")
    metadata = read_json(path, "/metadata.json", "Keras model")
    version = str(metadata.get("keras_version", "")) if isinstance(metadata, dict) else ""
    return trace_config(content, path.name, f"Keras {version[:40]}".strip(), shape)


def trace_keras_function(source: str, shape: Shape | None = None) -> Trace:
    """Trace a function that returns a Keras model, such as ``keras.applications:ResNet50``.

    Raises ``ModelImportError`` if Keras is not installed, or the function cannot be called.
    """
    module, _, name = source.partition(":")
    for backend in ("torch", "jax", "tensorflow"):
        if importlib.util.find_spec(backend):
            os.environ.setdefault("KERAS_BACKEND", backend)
            break
    try:
        function = getattr(importlib.import_module(module), name)
        model = function(weights=None)
        version = importlib.import_module("keras").__version__
        config = {"class_name": type(model).__name__, "config": model.get_config()}
        shape = shape or (None if all(model.input_shape[1:]) else DEFAULT)
    except ImportError:
        raise ModelImportError('importing this needs Keras; run: pip install "layerwise[keras]"') from None
    except Exception as error:
        raise ModelImportError(f"{source} cannot be built: {type(error).__name__}: {str(error)[:200]}") from error
    return trace_config(config, source, f"Keras {version}", shape)


def trace_config(content: Any, name: str, producer: str, shape: Shape | None = None) -> Trace:
    """Trace the configuration of a functional or a sequential model."""
    try:
        trace = _Model(content, name, producer, shape).trace()
    except (KeyError, TypeError, AttributeError, IndexError, ValueError, ZeroDivisionError) as error:
        problem = f"{type(error).__name__}: {str(error)[:100]}"
        raise ModelImportError(f"{name}: a configuration that Keras 3 does not make: {problem}") from None
    return parse_trace(trace.to_json(), name)


class _Model:
    """Reads one configuration."""

    def __init__(self, content: dict[str, Any], name: str, producer: str, shape: Shape | None) -> None:
        self.config = content["config"]
        self.kind = content.get("class_name", "Functional")
        self.given = shape
        self.result = Trace(name, producer, [], [], {})
        self.ends: dict[str, str] = {}
        """The last node of each layer."""
        self.shapes: dict[str, Shape] = {}
        if len(self.config["layers"]) > MAX_NODES:
            raise ModelImportError(f"{name}: more than {MAX_NODES:,} layers")

    def trace(self) -> Trace:
        """Return the trace."""
        is_sequential = self.kind == "Sequential"
        before = ""
        for layer in self.config["layers"]:
            kind, config = layer["class_name"], layer["config"]
            name = str(layer.get("name") or config["name"])
            if is_sequential and not before and kind != "InputLayer":
                self.input("input", self.config.get("build_input_shape") or config.get("batch_shape"))
                before = "input"
            if kind == "InputLayer":
                self.input(name, config.get("batch_shape") or config.get("batch_input_shape"))
            else:
                arguments: list[str | float] = [before] if is_sequential else list(self.arguments(layer, name))
                self.layer(name, kind, config, arguments)
            before = name
        last = before if is_sequential else next(_names(self.config["output_layers"]), "")
        self.result.outputs = [self.ends[last]]
        return self.result

    def input(self, name: str, sides: Any) -> None:
        """The image, H×W×C in the configuration."""
        if not isinstance(sides, list | tuple) or len(sides) != 4:
            raise ModelImportError(f"{self.result.source}: its input is no image: {quoted(sides)}")
        _, height, width, channels = sides
        given = self.given or (channels, height, width)
        merged = (channels or given[0], height or given[1], width or given[2])
        if None in merged:
            shown = "×".join(str(side or "?") for side in (height, width, channels))
            raise ModelImportError(f"{self.result.source}: its input is {shown}; name its size with --input")
        if self.given and merged != self.given:
            shown = "×".join(map(str, (*merged[1:], merged[0])))
            raise ModelImportError(f"{self.result.source}: its input is {shown}, which differs from --input")
        self.shapes[name] = (1, *merged)
        self.ends[name] = name
        self.result.nodes.append(Node(name, "input", shape=self.shapes[name]))

    def arguments(self, layer: dict[str, Any], name: str) -> Iterator[str | float]:
        """The layers whose outputs a layer takes, and numbers. Raises for one that is used twice."""
        if len(layer["inbound_nodes"]) != 1:
            raise ModelImportError(f"{self.result.source}: layer {quoted(name)} is used more than once")
        (call,) = layer["inbound_nodes"]
        for argument in call["args"]:
            yield from _tensors(argument)

    def layer(self, name: str, kind: str, config: dict[str, Any], arguments: list[str | float]) -> None:
        """Translate one layer."""
        if kind == "Sequential":
            self.nested(name, config, arguments)
            return
        place = f"{kind} at {name}"
        inputs = [self.ends[entry] for entry in arguments if isinstance(entry, str)]
        shapes = [self.shapes[entry] for entry in arguments if isinstance(entry, str)]
        constants = [float(entry) for entry in arguments if not isinstance(entry, str)]
        if kind not in LAYERS:
            raise ModelImportError(f"{self.result.source}: cannot express {place}: the language has no layer for it")
        if config.get("data_format") == "channels_first":
            raise ModelImportError(f"{self.result.source}: cannot express {place}: its channels are the first side")
        layer = Layer(name, kind, config, inputs, shapes, constants)
        result = Result(layer)
        try:
            LAYERS[kind](layer, result)
        except TranslationError as error:
            raise ModelImportError(f"{self.result.source}: cannot express {place}: {error}") from None
        self.result.nodes += result.nodes
        self.result.tensors |= result.tensors
        self.ends[name], self.shapes[name] = result.last, result.shape

    def nested(self, name: str, config: dict[str, Any], arguments: list[str | float]) -> None:
        """A sequential model that is a layer of another one."""
        (before,) = arguments
        for layer in config["layers"]:
            if layer["class_name"] != "InputLayer":
                inner = f"{name}/{layer['config']['name']}"
                self.layer(inner, layer["class_name"], layer["config"], [before])
                before = inner
        self.ends[name], self.shapes[name] = self.ends[str(before)], self.shapes[str(before)]


def _tensors(value: Any) -> Iterator[str | float]:
    """The layers and numbers of an argument."""
    if isinstance(value, dict) and value.get("class_name") == "__keras_tensor__":
        yield str(value["config"]["keras_history"][0])
    elif isinstance(value, list):
        for entry in value:
            yield from _tensors(entry)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield float(value)


def _names(value: Any) -> Iterator[str]:
    """The names of output layers, of which there may be one or several."""
    if isinstance(value, list) and value and isinstance(value[0], str):
        yield value[0]
    elif isinstance(value, list):
        for entry in value:
            yield from _names(entry)
