"""Operations that no layer expresses: marked in a flat draft, in no figure, or refused."""

from __future__ import annotations

import pytest

import layerwise
from layerwise.importing.draft import Draft, draft
from layerwise.importing.trace import ModelImportError
from layerwise.report.data import badge
from layerwise.report.sentences import network_sentence
from tests.traces import build

MAP = (1, 8, 16, 16)


def drafted(*operations: tuple[object, ...], **tensors: tuple[int, ...]) -> Draft:
    """A draft of some operations on ``c``, a 1×1 convolution of the input to 8 channels, before another one."""
    last = operations[-1][0]
    nodes = (
        ("c", "conv2d", "x", MAP, {}, {"weight": "w"}),
        *operations,
        ("y", "conv2d", last, (1, 4, 16, 16), {}, {"weight": "v"}),
    )
    return draft(build(*nodes, w=(8, 8, 1, 1), v=(4, 8, 1, 1), **tensors))


def lines(result: Draft) -> list[str]:
    text = result.text[result.text.index("layers:") :]
    return [line.strip()[2:] for line in text.splitlines()[1:]]


def test_an_unknown_operation_is_marked() -> None:
    result = drafted(("g", "erosion", "c", MAP, {}, {"kernel": "k"}), k=(8, 3, 3))
    assert lines(result) == ["{conv: 1x1x8}", "{uncounted: 16x16x8, operation: erosion}", "{conv: 1x1x4}"]
    assert (result.is_flat, result.uncounted) == (True, 1)
    assert (result.counts.parameters, result.counts.uncounted_parameters) == (8 * 8 + 8 * 4, 8 * 3 * 3)
    assert result.counts.macs == 256 * (64 + 32)
    assert "without the uncounted operations: 96 parameters" in result.text
    assert result.notes == [
        "no layer expresses erosion at g; the draft marks them as not counted",
        "72 parameters of the model are theirs, and are not counted",
    ]


def test_operations_in_sequence_are_one_layer() -> None:
    """Windows of 8 by 8, which no shape of the language has, and back."""
    windows = (
        ("a", "view", "c", (1, 8, 2, 8, 2, 8)),
        ("b", "permute", "a", (1, 2, 2, 8, 8, 8), {"dims": [0, 2, 4, 1, 3, 5]}),
    )
    result = drafted(*windows, ("d", "cumsum", "b", (1, 2, 2, 8, 8, 8)), ("e", "view", "d", MAP))
    assert lines(result)[1] == "{uncounted: 16x16x8, operation: view + cumsum + view}"


def test_an_operation_of_two_inputs_is_a_merge() -> None:
    result = drafted(("r", "relu", "c", MAP), ("g", "where", "c r", MAP))
    merge = "{uncounted_merge: {1: {from: x1}, 2: {from: x2}}, output: 16x16x8, operation: where}"
    assert lines(result)[2] == merge


def test_sides_keep_their_order() -> None:
    """A variance of the channels where these are last: 16×16×1, and back."""
    channels_last = (1, 16, 16, 8)
    result = drafted(
        ("p", "permute", "c", channels_last, {"dims": [0, 2, 3, 1]}),
        ("s", "var", "p", (1, 16, 16, 1)),
        ("m", "maximum", "p s", channels_last),
        ("q", "permute", "m", MAP, {"dims": [0, 3, 1, 2]}),
    )
    assert "{uncounted: 16x16x1, operation: var, as: x2}" in lines(result)


def test_outputs_of_an_operation_are_layers() -> None:
    result = drafted(("r", "topk", "c", None), ("h", "getitem", "r", MAP, {"index": 0}))
    assert lines(result)[1] == "{uncounted: 16x16x8, operation: topk}"


def test_pages_and_data_mark_it() -> None:
    network = layerwise.loads(drafted(("g", "erosion", "c", MAP)).text)
    assert network_sentence(network).endswith(" Not counted: erosion.")
    assert badge.message(network).startswith("at least 96 parameters")
    table = network.to_markdown()
    assert "| Uncounted | 16×16×8 |  |  |  | 16×16×8 | not counted: erosion | not counted |" in table
    assert "| **Operations not counted** |  |  |  |  |  |  | **1** |" in table
    assert "Not counted 1 operation" in table
    assert network.to_dict()["uncounted"] == [1]


REFUSED: dict[str, tuple[tuple[object, ...], ...]] = {
    "cannot express sort at g: the language has no layer": (
        ("g", "sort", "c", (1, 2, 2, 2, 8, 8, 4)),
        ("h", "where", "g g", MAP),
    ),
    "cannot express big at g": (("g", "big", "c", MAP, {}, {"weight": "k"}),),
}


@pytest.mark.parametrize("message", REFUSED)
def test_others_are_refused(message: str) -> None:
    """An output with more sides than the language has, and an operation with most of the parameters."""
    with pytest.raises(ModelImportError, match=message):
        drafted(*REFUSED[message], k=(1000,))
