"""Programs that ``torch.export.save`` has stored: a zip archive with the graph as JSON, read without PyTorch.

Source: torch/_export/serde/schema.py of PyTorch, schema version 8.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from layerwise.core.errors import quoted
from layerwise.importing.readers.archives import read_json
from layerwise.importing.trace import MAX_NODES, ModelImportError, Node, TensorInfo, Trace, parse_trace

STORED = {
    "parameter": ("parameter_name", "parameter"),
    "buffer": ("buffer_name", "buffer"),
    "tensor_constant": ("tensor_constant_name", "constant"),
}
"""Inputs of the graph that are stored tensors: the key of their name, and their kind in a trace."""


def trace_pt2(path: Path) -> Trace:
    """Trace a ``.pt2`` file. Raises ``ModelImportError`` for any content that is not such a program."""
    content = read_json(path, "/models/model.json", "program of torch.export")
    try:
        trace = _Program(content, path.name).trace()
    except (KeyError, TypeError, AttributeError, IndexError, ValueError) as error:
        problem = f"{type(error).__name__}: {str(error)[:100]}"
        raise ModelImportError(
            f"{path.name}: a program of another version of torch.export, or damaged: {problem}"
        ) from None
    return parse_trace(trace.to_json(), path.name)


class _Program:
    """Reads one program."""

    def __init__(self, content: dict[str, Any], name: str) -> None:
        module = content["graph_module"]
        self.graph: dict[str, Any] = module["graph"]
        self.shapes = {key: _shape(value["sizes"]) for key, value in self.graph["tensor_values"].items()}
        version = str(content.get("torch_version", "")).partition("+")[0][:40]
        self.result = Trace(name, f"torch {version}".strip(), [], [], {})
        self.stored: dict[str, str] = {}
        self.user_inputs: list[str] = []
        for spec in module["signature"]["input_specs"]:
            self.input(spec)
        if len(self.graph["nodes"]) > MAX_NODES:
            raise ModelImportError(f"{name}: more than {MAX_NODES:,} operations")

    def input(self, spec: dict[str, Any]) -> None:
        """An input of the graph: a stored tensor, or the image."""
        ((kind, value),) = spec.items()
        if kind in STORED:
            key, tensor_kind = STORED[kind]
            self.stored[value["arg"]["name"]] = value[key]
            self.result.tensors[value[key]] = TensorInfo(tensor_kind, self.shapes[value["arg"]["name"]])
        elif kind == "user_input" and "as_tensor" in value["arg"]:
            name = value["arg"]["as_tensor"]["name"]
            self.result.nodes.append(Node(name, "input", shape=self.shapes[name]))

    def trace(self) -> Trace:
        """Return the trace of the program."""
        for node in self.graph["nodes"]:
            self.node(node)
        outputs = [value["as_tensor"]["name"] for value in self.graph["outputs"] if "as_tensor" in value]
        self.result.outputs = [name for name in outputs if name not in self.stored]
        return self.result

    def node(self, node: dict[str, Any]) -> None:
        """One operation, and one for each of its outputs if there are several."""
        target = node["target"]
        parts = target.removeprefix("torch.ops.").split(".")
        if len(parts) < 2:
            raise ModelImportError(f"{self.result.source}: unknown operation {quoted(target)}")
        name = parts[1] if parts[1].startswith("__") else parts[1].rstrip("_")
        outputs = node["outputs"]
        names = [value["name"] for output in outputs for value in _tensors(output)]
        if not names:
            return
        is_several = len(names) > 1 or "as_tensors" in outputs[0]
        result = Node(f"{names[0]}.parts" if is_several else names[0], name)
        for argument in node["inputs"]:
            self.argument(result, argument["name"], argument["arg"])
        result.module = self.module(node["metadata"].get("nn_module_stack", ""))
        result.shape = None if is_several else self.shapes[names[0]]
        self.result.nodes.append(result)
        for index, output in enumerate(names if is_several else []):
            attributes = {"index": index}
            part = Node(output, "getitem", [result.id], {}, attributes, self.shapes[output], result.module)
            self.result.nodes.append(part)

    def argument(self, result: Node, name: str, value: dict[str, Any]) -> None:
        """An argument: inputs, a stored tensor, or an attribute."""
        ((kind, content),) = value.items()
        tensors = _tensors(value)
        for number, tensor in enumerate(tensors):
            if (key := tensor["name"]) in self.stored:
                result.tensors[name if len(tensors) == 1 else f"{name}.{number}"] = self.stored[key]
            else:
                result.inputs.append(key)
        if not tensors and kind != "as_none":
            result.attributes[name] = content

    def module(self, stack: str) -> str:
        """The path of the innermost module, whose classes are remembered."""
        path = ""
        for entry in stack.split(";") if stack else []:
            _, path, kind = [*entry.split(","), "", ""][:3]
            self.result.modules[path] = kind.rpartition(".")[2]
        return path


def _tensors(value: dict[str, Any]) -> list[dict[str, str]]:
    """The tensors of an argument or an output."""
    if "as_tensor" in value:
        return [value["as_tensor"]]
    if "as_optional_tensors" in value:
        return [item["as_tensor"] for item in value["as_optional_tensors"] if "as_tensor" in item]
    return list(value.get("as_tensors", []))


def _shape(sizes: list[dict[str, Any]]) -> tuple[int, ...]:
    """A shape without dynamic sides. Raises ``ModelImportError`` for others."""
    if any("as_int" not in size for size in sizes):
        raise ModelImportError("the program has dynamic sides; export it again without dynamic_shapes")
    return tuple(size["as_int"] for size in sizes)
