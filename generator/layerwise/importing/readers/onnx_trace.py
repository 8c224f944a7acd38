"""ONNX models: a graph of ONNX operators as a trace, with the shapes calculated."""

from __future__ import annotations

from pathlib import Path

from layerwise.core.errors import ShapeError
from layerwise.importing.readers.onnx_file import FLOATS, OnnxModel, OnnxNode, OnnxTensor, load_onnx
from layerwise.importing.readers.onnx_operators import OPERATORS, Call
from layerwise.importing.readers.onnx_shapes import Values, calculate
from layerwise.importing.table import TranslationError
from layerwise.importing.trace import MAX_NODES, ModelImportError, Node, TensorInfo, Trace

STATISTICS = ("running_mean", "running_var")
FOLDED = (
    "the file has convolutions and no batch normalization: exporters fold it into the convolutions, so that parameters "
    "may differ from those of the model in training"
)


def trace_onnx(path: Path, shape: tuple[int, ...] | None = None) -> Trace:
    """Trace an ONNX file; ``shape`` C×H×W is needed if its input is dynamic. Weights are neither read nor needed.

    Raises ``ModelImportError``, which names the operation, or the byte of a damaged file.
    """
    return _Tracer(load_onnx(path), path.name, shape).run()


class _Tracer:
    """Walks over the nodes of one graph."""

    def __init__(self, model: OnnxModel, name: str, shape: tuple[int, ...] | None) -> None:
        self.model = model
        self.name = name
        self.shapes: dict[str, tuple[int, ...]] = {}
        self.values: dict[str, Values] = {}
        """Short lists of numbers that are known."""
        self.stored: dict[str, OnnxTensor] = dict(model.tensors)
        self.trace = Trace(name, model.producer.strip() or "ONNX", [], [], {})
        self.uses: dict[str, int] = {}
        self.given = shape

    def run(self) -> Trace:
        """Return the trace."""
        for tensor in list(self.stored.values()):
            self.store(tensor.name, tensor)
        inputs = [name for name in self.model.inputs if name not in self.stored]
        if len(inputs) != 1:
            raise ModelImportError(f"{self.name}: has {len(inputs)} inputs; only models with one can be imported")
        (name,) = inputs
        self.shapes[name] = self.input_shape(name, self.model.inputs[name])
        self.trace.nodes.append(Node(name, "input", shape=self.shapes[name]))
        for place, node in enumerate(self.model.nodes):
            self.node(node, place)
        known = {node.id for node in self.trace.nodes}
        self.trace.outputs = self.model.outputs[:1]
        if not self.trace.outputs or self.trace.outputs[0] not in known:
            raise ModelImportError(f"{self.name}: no operation makes its output")
        kinds = {node.op for node in self.trace.nodes}
        if "conv2d" in kinds and "batch_norm" not in kinds:
            self.trace.notes.append(FOLDED)
        return self.trace

    def input_shape(self, name: str, sides: list[int | None]) -> tuple[int, ...]:
        """The shape of the input, from the file and from what the user gave."""
        if len(sides) != 4:
            raise ModelImportError(f"{self.name}: its input {name!r} has {len(sides)} sides, not the 4 of an image")
        given: list[int | None] = [1, *self.given] if self.given else [1, None, None, None]
        merged = [side or other for side, other in zip([1, *sides[1:]], given, strict=True)]
        if self.given and any(a != b for a, b in zip(merged, given, strict=True)):
            expected = "×".join(str(side or "?") for side in [*sides[2:], sides[1]])
            raise ModelImportError(f"{self.name}: its input is {expected}, which differs from --input")
        if any(side is None or not 0 < side < 10**6 for side in merged):
            shown = "×".join(str(side or "?") for side in [*sides[2:], sides[1]])
            raise ModelImportError(
                f"{self.name}: its input {name!r} is {shown}; name its size with --input, like 224x224x3"
            )
        return tuple(int(side or 0) for side in merged)

    def store(self, name: str, tensor: OnnxTensor) -> None:
        """Remember a stored tensor, and its values if they are numbers of an argument."""
        self.stored[name] = tensor._replace(name=name)
        self.shapes[name] = tensor.shape
        is_argument = tensor.type not in FLOATS or len(tensor.shape) == 0 or tensor.shape == (1,)
        if tensor.values is not None and is_argument:
            self.values[name] = tensor.values

    def node(self, node: OnnxNode, place: int) -> None:
        """Translate one operation."""
        label = f"{node.op} at {node.name or (node.outputs[0] if node.outputs else f'node {place}')}"
        if not node.outputs:
            raise ModelImportError(f"{self.name}: {label} has no output")
        if node.op == "Constant":
            self.constant(node)
            return
        missing = [name for name in node.inputs if name and name not in self.shapes]
        if missing:
            raise ModelImportError(f"{self.name}: {label}: nothing makes its input {missing[0][:80]!r}")
        given = [name for name in node.inputs if name]
        calculated = calculate(node, [self.values.get(name) for name in given], [self.shapes[name] for name in given])
        is_calculated = all(name in self.stored or name in self.values for name in given) or node.op == "Shape"
        if calculated is not None and is_calculated:
            self.values[node.outputs[0]] = calculated
            self.shapes[node.outputs[0]] = (len(calculated),)
            return
        if all(name in self.stored for name in given) and node.op in (
            "Identity",
            "Cast",
            "Reshape",
            "Unsqueeze",
            "Transpose",
        ):
            self.alias(node)
            return
        self.operator(node, label)

    def constant(self, node: OnnxNode) -> None:
        """A Constant: a tensor, or numbers."""
        value = next((entry for key, entry in node.attributes.items() if key.startswith("value")), None)
        if isinstance(value, OnnxTensor):
            self.store(node.outputs[0], value)
        else:
            numbers = value if isinstance(value, list) else [value]
            self.values[node.outputs[0]] = numbers
            self.shapes[node.outputs[0]] = (len(numbers),) if isinstance(value, list) else ()

    def alias(self, node: OnnxNode) -> None:
        """A stored tensor in another shape."""
        tensor = self.stored[node.inputs[0]]
        shape = tensor.shape
        if node.op == "Transpose":
            order = node.attributes.get("perm") or list(range(len(shape)))[::-1]
            shape = tuple(shape[axis] for axis in order)
        elif node.op == "Unsqueeze":
            axes = self.values.get(node.inputs[1]) if len(node.inputs) > 1 else node.attributes.get("axes")
            sides = list(shape)
            for axis in sorted(int(axis) for axis in axes or []):
                sides.insert(axis, 1)
            shape = tuple(sides)
        self.store(node.outputs[0], tensor._replace(shape=shape))

    def operator(self, node: OnnxNode, label: str) -> None:
        """An operation on values that depend on the image."""
        translate = OPERATORS.get(node.op)
        if translate is None or node.domain not in ("", "ai.onnx", "com.microsoft"):
            raise ModelImportError(f"{self.name}: cannot express {label}: the language has no layer for this operation")
        call = Call(
            node, [self.shapes.get(name) for name in node.inputs], [self.values.get(name) for name in node.inputs]
        )
        try:
            results = translate(call)
        except TranslationError as error:
            raise ModelImportError(f"{self.name}: cannot express {label}: {error}") from None
        except (ShapeError, IndexError, ValueError, TypeError, KeyError, ZeroDivisionError, OverflowError) as error:
            raise ModelImportError(f"{self.name}: {label} has unusable attributes or inputs: {error}"[:300]) from None
        for result in results:
            self.add(node, result)

    def add(self, node: OnnxNode, result: Node) -> None:
        """Add a node, with the stored tensors among its inputs."""
        for argument, name in list(result.tensors.items()):
            if name in self.stored:
                result.tensors[argument] = self.use(name, argument)
            else:
                del result.tensors[argument]
                result.inputs.append(name)
        for place, name in reversed(list(enumerate(result.inputs))):
            if len(self.values.get(name, [])) == 1:
                result.attributes["other"] = self.values[name][0]
            elif name in self.stored or name in self.values:
                result.tensors["other" if place else "self"] = self.use(name, "other")
            else:
                continue
            del result.inputs[place]
        self.as_linear(result)
        self.trace.modules.update(node.modules)
        result.module = (
            node.modules[-1][0] if node.modules else node.name.strip("/").rpartition("/")[0].replace("/", ".")
        )
        if result.shape is not None:
            self.shapes[result.id] = result.shape
        if len(self.trace.nodes) == MAX_NODES:
            raise ModelImportError(f"{self.name}: more than {MAX_NODES:,} operations on values of the image")
        self.trace.nodes.append(result)

    def use(self, name: str, argument: str) -> str:
        """The name of a stored tensor for one use: biases that several layers share count each time."""
        tensor = self.stored.get(name)
        if tensor is None:
            tensor = OnnxTensor(name, self.shapes[name], 1, None)
        self.uses[name] = self.uses.get(name, 0) + 1
        unique = name if self.uses[name] == 1 or len(tensor.shape) > 1 else f"{name} ({self.uses[name]})"
        kind = "buffer" if argument in STATISTICS else "parameter" if tensor.type in FLOATS else "constant"
        self.trace.tensors[unique] = TensorInfo(kind, tensor.shape)
        return unique

    def as_linear(self, result: Node) -> None:
        """A product with a stored weight as a linear layer, whose weight PyTorch stores as outputs×inputs."""
        is_product = result.op == "matmul" and "other" in result.tensors
        if is_product:
            result.op, result.tensors = "linear", {"weight": result.tensors["other"]}
        if result.attributes.pop("transposed", is_product):
            name = result.tensors["weight"]
            info = self.trace.tensors[name]
            if len(info.shape) != 2:
                raise ModelImportError(f"{self.name}: cannot express {result.place()}: its weight is no matrix")
            view = f"{name} (transposed)"
            del self.trace.tensors[name]
            self.trace.tensors[view] = info._replace(shape=info.shape[::-1])
            result.tensors["weight"] = view
