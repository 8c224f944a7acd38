"""Each recognizer finds its pattern, and leaves alone what only looks like it."""

from __future__ import annotations

import pytest

from layerwise.importing.graph import Graph
from layerwise.importing.recognizers import recognize
from layerwise.importing.trace import Trace
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


def test_a_reflecting_padding_stays() -> None:
    assert padded([1, 1, 1, 1], 2, mode="reflect").nodes["y"].inputs == ["p"]


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
