"""Each recognizer finds its pattern, and leaves alone what only looks like it."""

from __future__ import annotations

import pytest

import layerwise
from layerwise.importing.draft import draft
from layerwise.importing.graph import Graph
from layerwise.importing.recognizers import recognize
from layerwise.importing.trace import TensorInfo, Trace
from tests.traces import build

MAP = (1, 8, 16, 16)
Node = tuple[object, ...]


def operations(trace: Trace) -> list[str]:
    graph = Graph(trace)
    recognize(graph)
    return [node.op for node in graph if node.op != "input"]


def found(*nodes: Node, shape: tuple[int, ...] = MAP, **tensors: tuple[int, ...]) -> list[str]:
    return operations(build(*nodes, shape=shape, **tensors))


def test_silu_is_a_product_with_its_own_sigmoid() -> None:
    assert found(("g", "sigmoid", "x", MAP), ("y", "mul", "x g", MAP)) == ["silu"]
    assert found(("g", "sigmoid", "x", MAP), ("y", "mul", "g x", MAP)) == ["silu"]


def test_a_gate_of_another_value_is_a_product() -> None:
    nodes = (("a", "relu", "x", MAP), ("g", "sigmoid", "x", MAP), ("y", "mul", "a g", MAP))
    assert found(*nodes) == ["relu", "sigmoid", "mul"]


def hard_swish(shift: float, divisor: float) -> tuple[Node, ...]:
    return (
        ("a", "add", "x", MAP, {"other": shift}),
        ("b", "hardtanh", "a", MAP, {"min_val": 0, "max_val": 6}),
        ("c", "div", "b", MAP, {"other": divisor}),
        ("y", "mul", "x c", MAP),
    )


def test_hard_swish_is_written_out() -> None:
    assert found(*hard_swish(3, 6)) == ["hardswish"]


@pytest.mark.parametrize(("shift", "divisor"), [(2, 6), (3, 5)])
def test_other_numbers_are_no_hard_swish(shift: float, divisor: float) -> None:
    assert "hardswish" not in found(*hard_swish(shift, divisor))


def shuffled(*exchanged: int) -> tuple[Node, ...]:
    return (
        ("a", "view", "x", (1, 2, 4, 16, 16)),
        ("b", "transpose", "a", exchanged, {"dim0": 1, "dim1": 2}),
        ("c", "contiguous", "b", exchanged),
        ("y", "view", "c", MAP),
    )


def test_channel_shuffle_exchanges_groups_and_channels() -> None:
    assert found(*shuffled(1, 4, 2, 16, 16)) == ["layer:channel_shuffle"]


def test_a_view_without_exchange_is_no_shuffle() -> None:
    assert "layer:channel_shuffle" not in found(*shuffled(1, 2, 4, 16, 16))


def padded(amounts: list[int], stride: int, **pad: object) -> Graph:
    graph = Graph(
        build(
            ("p", "pad", "x", (1, 8, 17, 17), {"pad": amounts, **pad}),
            ("y", "conv2d", "p", (1, 4, 8, 8), {"stride": [stride, stride]}, {"weight": "w"}),
            w=(4, 8, 3, 3),
        )
    )
    recognize(graph)
    return graph


def test_padding_before_a_convolution_is_an_option() -> None:
    assert padded([2, 0, 1, 3], 2).nodes["y"].attributes["padding"] == [1, 3, 2, 0]


def test_an_odd_pixel_at_the_end_is_same() -> None:
    assert padded([0, 1, 0, 1], 2).nodes["y"].attributes["padding"] == "same"  # ⌈16 / 2⌉ = 8: one pixel, at the end
    assert padded([0, 1, 0, 1], 2).nodes["y"].inputs == ["x"]


def test_a_reflecting_padding_is_one_with_a_remark() -> None:
    graph = padded([1, 1, 1, 1], 2, mode="reflect")
    assert graph.nodes["y"].attributes["padding"] == [1, 1, 1, 1]
    assert list(graph.recognized) == ["padding before a window by reflect, written as zeros"]


def test_kernels_that_are_not_learned_are_fixed() -> None:
    """The blur of anti-aliased networks: 3·3 stored values for each of 8 channels."""
    blur = ("y", "conv2d", "x", (1, 8, 14, 14), {"groups": 8}, {"weight": "blur"})
    model = build(blur)
    model.tensors["blur"] = TensorInfo("buffer", (8, 1, 3, 3))
    result = draft(model)
    assert result.text.endswith("- {depthwise_conv: 3x3, bias: false, fixed: true}\n")
    assert (result.counts.parameters, result.counts.buffers, result.counts.macs) == (0, 72, 14 * 14 * 72)


def test_an_upsampling_by_a_part_is_a_resize() -> None:
    model = build(("y", "upsample_nearest2d", "x", (1, 8, 25, 24)))
    assert draft(model).text.endswith("- {resize: 25x24}\n")


def test_selective_kernels_are_gates() -> None:
    """A softmax over two branches of 8 channels, calculated from their sum."""
    stacked = (1, 2, 8, 16, 16)
    model = build(
        ("a", "conv2d", "x", MAP, {"padding": [1, 1]}, {"weight": "w3"}),
        ("b", "conv2d", "x", MAP, {"padding": [2, 2]}, {"weight": "w5"}),
        ("s", "stack", "a b", stacked, {"dim": 1}),
        ("t", "sum", "s", MAP, {"dim": [1]}),
        ("m", "mean", "t", (1, 8, 1, 1), {"dim": [2, 3], "keepdim": True}),
        ("g", "conv2d", "m", (1, 16, 1, 1), {}, {"weight": "v"}),
        ("v", "view", "g", (1, 2, 8, 1, 1)),
        ("f", "softmax", "v", (1, 2, 8, 1, 1), {"dim": 1}),
        ("p", "mul", "s f", stacked),
        ("y", "sum", "p", MAP, {"dim": [1]}),
        w3=(8, 8, 3, 3),
        w5=(8, 8, 5, 5),
        v=(16, 8, 1, 1),
    )
    kinds = [node.layer.kind for node in layerwise.loads(draft(model).text).layers[1:]]  # without the input, by name
    gates = ["channels", "multiply", "channels", "multiply"]
    assert kinds == ["conv", "conv", "add", "global_avg_pool", "conv", "softmax", *gates, "add"]
    model.nodes[-3].attributes["dim"] = 2  # another softmax is none of the branches
    assert draft(model).uncounted


@pytest.mark.parametrize("kind", ["window_attention", "grid_attention"])
def test_attention_within_parts_of_a_map(kind: str) -> None:
    """A map of 16×16 in windows of 8×8, or in a grid of 8×8, whose distances are 2."""
    rows, size, exchanged = (2, 8, "windows") if kind == "window_attention" else (8, 2, "swapped")
    divided, joined = (1, 8, rows, size, rows, size), (1, rows, rows, size, size, 8)
    inner = (1, 4, 64, 8)
    nodes: list[Node] = [
        ("r", "reshape", "x", divided),
        ("q", "permute", "r", joined, {"dims": [0, 2, 4, 3, 5, 1]}),
        ("windows", "reshape", "q", (1, rows * rows, size * size, 8)),
        ("swapped", "swapaxes", "windows", inner, {"axis0": -2, "axis1": -3}),
        ("n", "layer_norm", exchanged, inner, {"normalized_shape": [8]}, {"weight": "h", "bias": "h"}),
        ("l", "linear", "n", (1, 4, 64, 24), {}, {"weight": "w", "bias": "b"}),
        ("c", "chunk", "l", None, {"chunks": 3, "dim": -1}),
    ]
    for place, name in enumerate("ikv"):
        nodes += [
            (f"{name}1", "getitem", "c", inner, {"index": place}),
            (f"{name}2", "reshape", f"{name}1", (1, 4, 64, 2, 4)),
            (name, "permute", f"{name}2", (1, 4, 2, 64, 4), {"dims": [0, 1, 3, 2, 4]}),
        ]
    nodes += [
        ("e", "einsum", "i k", (1, 4, 2, 64, 64), {"equation": "B G H I D, B G H J D -> B G H I J"}),
        ("o", "add", "e", (1, 4, 2, 64, 64), {}, {"other": "table"}),
        ("f", "softmax", "o", (1, 4, 2, 64, 64), {"dim": -1}),
        ("d", "einsum", "f v", (1, 4, 2, 64, 4), {"equation": "B G H I J, B G H J D -> B G H I D"}),
        ("d2", "permute", "d", (1, 4, 64, 2, 4), {"dims": [0, 1, 3, 2, 4]}),
        ("d3", "reshape", "d2", inner),
        ("end", "linear", "d3", inner, {}, {"weight": "u", "bias": "h"}),
        ("back", "swapaxes", "end", (1, rows * rows, size * size, 8), {"axis0": -2, "axis1": -3}),
        ("j", "reshape", "end" if exchanged == "windows" else "back", joined),
        ("j2", "permute", "j", divided, {"dims": [0, 5, 1, 3, 2, 4]}),
        ("y", "reshape", "j2", MAP),
    ]
    used = [node for node in nodes if exchanged == "swapped" or node[0] not in ("swapped", "back")]
    graph = Graph(build(*used, w=(24, 8), b=(24,), u=(8, 8), h=(8,), table=(2, 64, 64)))
    recognize(graph)
    assert [node.op for node in graph] == ["input", "permute", "layer_norm", f"layer:{kind}", "permute"]
    assert graph.nodes["end"].attributes == {"size": "8x8", "heads": 2}
    assert graph.nodes["end"].shape == (1, 16, 16, 8)


def test_concatenations_grow() -> None:
    graph = Graph(
        build(
            ("a", "relu", "x", MAP),
            ("ab", "cat", "x a", (1, 16, 16, 16), {"dim": 1}),
            ("b", "relu", "ab", (1, 16, 16, 16)),
            ("y", "cat", "x a b", (1, 32, 16, 16), {"dim": 1}),
        )
    )
    recognize(graph)
    assert graph.nodes["y"].inputs == ["ab", "b"]


TOKENS = (1, 10, 12)


def attention(qkv: int = 36, width: int = 12) -> tuple[tuple[Node, ...], dict[str, tuple[int, ...]]]:
    head = (1, 3, 10, 4)
    nodes: tuple[Node, ...] = (
        ("qkv", "linear", "x", (1, 10, qkv), {}, {"weight": "w"}),
        ("r", "reshape", "qkv", (1, 10, 3, 3, 4)),
        ("p", "permute", "r", (3, 1, 3, 10, 4), {"dims": [2, 0, 3, 1, 4]}),
        ("u", "unbind", "p", None),
        ("a", "getitem", "u", head, {"index": 0}),
        ("b", "getitem", "u", head, {"index": 1}),
        ("c", "getitem", "u", head, {"index": 2}),
        ("s", "scaled_dot_product_attention", "a b c", head),
        ("t", "transpose", "s", (1, 10, 3, 4), {"dim0": 1, "dim1": 2}),
        ("o", "reshape", "t", TOKENS),
        ("y", "linear", "o", (1, 10, width), {}, {"weight": "v"}),
    )
    return nodes, {"w": (qkv, 12), "v": (width, 12)}


def test_self_attention_is_one_layer() -> None:
    nodes, tensors = attention()
    graph = Graph(build(*nodes, shape=TOKENS, **tensors))
    recognize(graph)
    (layer,) = [node for node in graph if node.op != "input"]
    assert (layer.op, layer.inputs, layer.attributes) == ("layer:attention", ["x"], {"size": 3, "bias": False})


def test_attention_with_another_projection_is_not_self_attention() -> None:
    nodes, tensors = attention(width=24)
    assert "layer:attention" not in found(*nodes, shape=TOKENS, **tensors)


def test_learned_tokens_are_class_tokens() -> None:
    nodes: tuple[Node, ...] = (
        ("t", "expand", "", (1, 1, 12), {}, {"self": "token"}),
        ("y", "cat", "t x", (1, 11, 12), {"dim": 1}),
    )
    assert found(*nodes, shape=TOKENS, token=(1, 1, 12)) == ["layer:class_token"]


def test_every_second_pixel_is_patch_merging() -> None:
    slices: list[Node] = []
    for name, (row, column) in {"a": (0, 0), "b": (1, 0), "c": (0, 1), "d": (1, 1)}.items():
        rows = {"dim": -3, "start": row, "end": 2**63 - 1, "step": 2}
        columns = {"dim": -2, "start": column, "end": 2**63 - 1, "step": 2}
        slices += [(f"{name}1", "slice", "x", (1, 4, 8, 6), rows), (name, "slice", f"{name}1", (1, 4, 4, 6), columns)]
    merged = ("y", "cat", "a b c d", (1, 4, 4, 24), {"dim": -1})
    assert found(*slices, merged, shape=(1, 8, 8, 6)) == ["layer:space_to_depth"]
