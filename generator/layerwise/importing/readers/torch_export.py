"""PyTorch models by ``torch.export``, on the meta device: no weights, no computation, no GPU."""

from __future__ import annotations

import importlib
import inspect
import logging
import sys
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

from layerwise.core.errors import quoted, suggestion
from layerwise.importing.trace import ModelImportError, Node, TensorInfo, Trace

if TYPE_CHECKING:
    import torch

Shape = tuple[int, ...]


def trace_torch(source: str, shape: Shape | None = None) -> Trace:
    """Trace ``module:name``, a function, a class or a module of PyTorch, or ``timm:name``.

    ``shape`` is channels × height × width; by default, the size the model was made for, or 3×224×224.
    Raises ``ModelImportError`` if it cannot be imported, built or exported.
    """
    try:
        importlib.import_module("torch")
    except ImportError:
        raise ModelImportError('importing this needs PyTorch; run: pip install "layerwise[torch]"') from None
    warnings.filterwarnings("ignore")
    logging.disable(logging.WARNING)
    try:
        factory = _factory(source)
        model = _built(factory, source)
        return trace_module(model, shape or _size(model, source), source)
    except ModelImportError:
        raise
    except Exception as error:
        raise ModelImportError(f"{source} cannot be exported: {_first_line(error)}") from error
    finally:
        logging.disable(logging.NOTSET)


def _first_line(error: Exception) -> str:
    """Return the type and the first line of an error of another package."""
    text = str(error).strip().splitlines()
    return f"{type(error).__name__}: {text[0][:200]}" if text else type(error).__name__


def _factory(source: str) -> Any:
    """Import the object that a source names."""
    module, _, name = source.partition(":")
    if module == "timm":
        timm = _module("timm", source)
        if not timm.is_model(name):
            raise ModelImportError(
                f"timm has no model {quoted(name)}; {suggestion(name, timm.list_models(), 'models')}"
            )
        return lambda: timm.create_model(name, pretrained=False)
    found = _module(module, source)
    for part in name.split("."):
        if not hasattr(found, part):
            names = [known for known in dir(found) if not known.startswith("_")]
            raise ModelImportError(f"{module} has no {quoted(part)}; {suggestion(part, names, 'names')}")
        found = getattr(found, part)
    return found


def _module(name: str, source: str) -> Any:
    """Import a module, also from the current folder."""
    if (here := str(Path.cwd())) not in sys.path:
        sys.path.insert(0, here)
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise ModelImportError(f"{source}: cannot import {name}: {error}") from None


def _size(model: Any, source: str) -> Shape:
    """Return the input that a model of torchvision or timm was made for; 3×224×224 of all others."""
    module, _, name = source.partition(":")
    if isinstance(side := getattr(model, "image_size", None), int):
        return (3, side, side)
    if module == "timm":
        config = importlib.import_module("timm").get_pretrained_cfg(name)
        return tuple(config.input_size) if config is not None else (3, 224, 224)
    if module.startswith("torchvision.models"):
        weights = [*importlib.import_module("torchvision").models.get_model_weights(name)]
        crops = [weight.transforms.keywords["crop_size"] for weight in weights]
        side = crops[0] if crops else 224
        return (3, side, side)
    return (3, 224, 224)


def _built(factory: Any, source: str) -> torch.nn.Module:
    """Build the model without weights: on the meta device, or on the CPU if it computes while it is built."""
    import torch  # noqa: PLC0415

    if isinstance(factory, torch.nn.Module):
        return factory.to("meta").eval()
    if not callable(factory):
        raise ModelImportError(f"{source} is neither a function nor a module of PyTorch")
    arguments: dict[str, None] = {}
    if inspect.isfunction(factory) and "weights" in inspect.signature(factory).parameters:
        arguments["weights"] = None
    try:
        with torch.device("meta"):
            model = factory(**arguments)
    except (RuntimeError, NotImplementedError):
        model = factory(**arguments)
    if not isinstance(model, torch.nn.Module):
        raise ModelImportError(f"{source} returns {type(model).__name__}, not a module of PyTorch")
    return model.to("meta").eval()


def trace_module(model: torch.nn.Module, shape: Shape, source: str) -> Trace:
    """Trace a module of PyTorch, in evaluation mode, for one image of a shape C×H×W."""
    import torch  # noqa: PLC0415

    program = torch.export.export(model, (torch.zeros((1, *shape), device="meta"),))
    return _Exported(program, source, f"torch {torch.__version__.partition('+')[0]}").trace()


class _Exported:
    """Reads an exported program."""

    def __init__(self, program: torch.export.ExportedProgram, source: str, producer: str) -> None:
        signature = program.graph_signature
        self.program = program
        self.stored = {
            **signature.inputs_to_parameters,
            **signature.inputs_to_buffers,
            **signature.inputs_to_lifted_tensor_constants,
        }
        """Names of stored tensors by the placeholder that holds them."""
        self.user_inputs = set(signature.user_inputs)
        self.result = Trace(source, producer, [], [], self._tensors(signature))

    def _tensors(self, signature: Any) -> dict[str, TensorInfo]:
        """Every stored tensor of the model, also those that the graph does not use."""
        parameters, constants = set(signature.parameters), set(signature.lifted_tensor_constants)
        state = {**self.program.state_dict, **self.program.constants}
        return {
            name: TensorInfo(
                "parameter" if name in parameters else "constant" if name in constants else "buffer",
                tuple(value.shape),
            )
            for name, value in state.items()
            if hasattr(value, "shape")
        }

    def trace(self) -> Trace:
        """Return the trace of the graph."""
        for node in self.program.graph.nodes:
            if node.op == "placeholder" and node.name in self.user_inputs:
                self.result.nodes.append(Node(node.name, "input", shape=tuple(node.meta["val"].shape)))
            elif node.op == "call_function":
                self.result.nodes.append(self.node(node))
            elif node.op == "output":
                self.result.outputs = [value.name for value in node.args[0] if hasattr(value, "name")]
        return self.result

    def node(self, node: Any) -> Node:
        """Return one operation with its arguments by name."""
        schema = getattr(node.target, "_schema", None)
        name = node.target.__name__ if schema is None else schema.name.partition("::")[2]
        keys = [argument.name for argument in schema.arguments] if schema else ["input", "index"]
        result = Node(node.name, name if name.startswith("__") else name.rstrip("_"))
        for key, value in [*zip(keys, node.args, strict=False), *node.kwargs.items()]:
            self.argument(result, key, value)
        value = node.meta.get("val")
        result.shape = tuple(map(int, value.shape)) if hasattr(value, "shape") else None
        for path, kind in (node.meta.get("nn_module_stack") or {}).values():
            result.module = path
            self.result.modules[path] = (kind if isinstance(kind, str) else kind.__name__).rpartition(".")[2]
        return result

    def argument(self, result: Node, key: str, value: Any) -> None:
        """Add an argument: as an input, a stored tensor or an attribute."""
        import torch  # noqa: PLC0415

        values = value if isinstance(value, list | tuple) else [value]
        nodes = [entry for entry in values if isinstance(entry, torch.fx.Node)]
        for number, entry in enumerate(nodes):
            if entry.name in self.stored:
                result.tensors[key if len(nodes) == 1 else f"{key}.{number}"] = self.stored[entry.name]
            else:
                result.inputs.append(entry.name)
        if not nodes and value is not None:
            result.attributes[key] = _plain(value)


def _plain(value: Any) -> Any:
    """Return an attribute as JSON has it."""
    if isinstance(value, list | tuple):
        return [_plain(entry) for entry in value]
    return value if isinstance(value, bool | int | float | str) else str(value)
