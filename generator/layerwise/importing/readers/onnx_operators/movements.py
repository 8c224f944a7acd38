"""Operations that move values, and resampling."""

from __future__ import annotations

from math import prod

from layerwise.importing.readers.onnx_operators.calls import Call, operator
from layerwise.importing.table import TranslationError
from layerwise.importing.trace import Node


@operator("Concat")
def concatenation(call: Call) -> list[Node]:
    """A concatenation along one side."""
    shapes = [call.shape(place) for place in range(len(call.node.inputs))]
    axis = call.get("axis", 1) % len(shapes[0])
    shape = list(shapes[0])
    shape[axis] = sum(entry[axis] for entry in shapes)
    return call.result("cat", tuple(shape), {"dim": axis}, *call.node.inputs)


@operator("Flatten")
def flatten(call: Call) -> list[Node]:
    """All sides from an axis on as one."""
    shape, axis = call.shape(), call.get("axis", 1)
    return call.result("flatten", (prod(shape[:axis]), prod(shape[axis:])))


@operator("Reshape")
def reshape(call: Call) -> list[Node]:
    """The values in another shape; 0 keeps a side, -1 is what is left."""
    shape, target = call.shape(), call.numbers("shape", 1)
    if target is None:
        raise TranslationError("its shape is unknown")
    sides = [shape[place] if side == 0 else int(side) for place, side in enumerate(target)]
    if -1 in sides:
        sides[sides.index(-1)] = prod(shape) // -prod(sides)
    if prod(sides) != prod(shape) or min(sides, default=1) < 0:
        raise TranslationError(f"its values do not fit into {'×'.join(map(str, sides))}")
    return call.result("reshape", tuple(sides))


@operator("Transpose")
def transpose(call: Call) -> list[Node]:
    """A permutation of the sides."""
    shape = call.shape()
    order = call.get("perm") or list(range(len(shape)))[::-1]
    return call.result("permute", tuple(shape[axis] for axis in order), {"dims": order})


@operator("Squeeze", "Unsqueeze")
def squeeze(call: Call) -> list[Node]:
    """Sides of one, removed or added."""
    shape, axes = call.shape(), call.numbers("axes", 1)
    if call.node.op == "Squeeze":
        gone = {int(axis) % len(shape) for axis in axes or [place for place, side in enumerate(shape) if side == 1]}
        return call.result("squeeze", tuple(side for place, side in enumerate(shape) if place not in gone))
    sides, count = list(shape), len(shape) + len(axes or [])
    for axis in sorted(int(axis) % count for axis in axes or []):
        sides.insert(axis, 1)
    return call.result("unsqueeze", tuple(sides))


@operator("Expand")
def expand(call: Call) -> list[Node]:
    """Sides of one, repeated."""
    target, shape = call.numbers("shape", 1), call.shape()
    sides = [max(int(side), 1) for side in target or shape]
    padded = (1,) * (len(sides) - len(shape)) + shape
    return call.result("expand", tuple(max(pair) for pair in zip(padded, sides, strict=True)))


@operator("Slice")
def cut(call: Call) -> list[Node]:
    """A range along some sides, one after the other."""
    starts, ends = call.numbers("starts", 1), call.numbers("ends", 2)
    axes, steps = call.numbers("axes", 3), call.numbers("steps", 4)
    shape, nodes, source = list(call.shape()), [], call.node.inputs[0]
    axes = axes or list(range(len(starts or [])))
    for place, axis in enumerate(axes):
        step = int(steps[place]) if steps else 1
        dim = int(axis) % len(shape)
        chosen = range(*slice(int((starts or [])[place]), int((ends or [])[place]), step).indices(shape[dim]))
        shape[dim] = len(chosen)
        is_last = place == len(axes) - 1
        name = call.node.outputs[0] if is_last else f"{call.node.outputs[0]}.{place}"
        attributes = {"dim": dim, "start": chosen.start, "step": step}
        nodes.append(Node(name, "slice", [source], {}, attributes, tuple(shape)))
        source = name
    return nodes


@operator("Gather")
def gather(call: Call) -> list[Node]:
    """One value along a side."""
    index, shape = call.numbers("indices", 1), call.shape()
    dim = call.get("axis", 0) % len(shape)
    if index is None or len(index) != 1 or call.shape(1) != ():
        raise TranslationError("only one index can be expressed")
    sides = shape[:dim] + shape[dim + 1 :]
    return call.result("select", sides, {"dim": dim, "index": int(index[0]) % shape[dim]})


@operator("Split")
def split(call: Call) -> list[Node]:
    """Parts along one side."""
    shape, count = call.shape(), len(call.node.outputs)
    axis = call.get("axis", 0) % len(shape)
    sizes = call.numbers("split", 1) or [-(-shape[axis] // count)] * (count - 1)
    sizes = [int(size) for size in sizes][:count]
    if len(sizes) < count:
        sizes.append(shape[axis] - sum(sizes))
    if sum(sizes) != shape[axis] or min(sizes) < 1:
        raise TranslationError("its parts do not fit the side")
    name = f"{call.node.outputs[0]}.parts"
    nodes = [Node(name, "split", call.node.inputs[:1], {}, {"split_size": sizes, "dim": axis}, None)]
    for place, output in enumerate(call.node.outputs):
        sides = (*shape[:axis], sizes[place], *shape[axis + 1 :])
        nodes.append(Node(output, "getitem", [name], {}, {"index": place}, sides))
    return nodes


@operator("Pad")
def pad(call: Call) -> list[Node]:
    """Zeros around a tensor, in PyTorch's order: the last side first."""
    pads, shape = call.numbers("pads", 1) or [], call.shape()
    value = call.numbers("value", 2)
    count = len(shape)
    if len(pads) != 2 * count:
        raise TranslationError("its padding is for some sides only")
    sides = tuple(side + int(pads[axis]) + int(pads[axis + count]) for axis, side in enumerate(shape))
    order = [int(amount) for axis in reversed(range(count)) for amount in (pads[axis], pads[axis + count])]
    while len(order) > 2 and order[-2:] == [0, 0]:
        del order[-2:]
    mode = call.get("mode", "constant")
    return call.result("pad", sides, {"pad": order, "mode": mode, "value": value[0] if value else 0})


@operator("Resize", "Upsample")
def resize(call: Call) -> list[Node]:
    """An upsampling to sizes, or by factors."""
    shape, last = call.shape(), len(call.node.inputs) - 1
    sizes = call.numbers("sizes", 3) if last >= 3 else None
    factors = None if sizes else call.numbers("scales", 1 if call.node.op == "Upsample" else 2)
    sides = [int(size) for size in sizes] if sizes else [int(s * f) for s, f in zip(shape, factors or [], strict=True)]
    mode = call.get("mode", "nearest")
    if mode not in ("nearest", "linear") or len(sides) != 4:
        raise TranslationError(f"the language has no interpolation like {mode}")
    return call.result("upsample_nearest2d" if mode == "nearest" else "upsample_bilinear2d", tuple(sides))


@operator("DepthToSpace", "SpaceToDepth")
def pixels(call: Call) -> list[Node]:
    """Channels into blocks of pixels, or back."""
    (batch, channels, height, width), block = call.shape(), call.get("blocksize", 1)
    if call.node.op == "DepthToSpace":
        shape = (batch, channels // block**2, height * block, width * block)
        return call.result("pixel_shuffle", shape, {"upscale_factor": block})
    shape = (batch, channels * block**2, height // block, width // block)
    return call.result("pixel_unshuffle", shape, {"downscale_factor": block})
