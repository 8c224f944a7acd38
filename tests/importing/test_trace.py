"""Traces: JSON out and in, and every error in one reported."""

from __future__ import annotations

import json
import random
import re
from typing import Any

import pytest

import layerwise
from layerwise.importing.counting import count_trace
from layerwise.importing.draft import draft
from layerwise.importing.trace import ModelImportError, TensorInfo, parse_trace
from tests.traces import build, stored, trace

NODES: list[Any] = [{"id": "x", "op": "input", "shape": [1, 3, 4, 4]}, {"id": "y", "op": "relu", "inputs": ["x"]}]
SOUND: dict[str, Any] = {"layerwise_trace": 1, "source": "a", "producer": "b", "outputs": ["y"], "nodes": NODES}


def test_a_trace_is_the_same_after_json() -> None:
    text = stored("torchvision")["torchvision.models:squeezenet1_1"]
    assert parse_trace(text).to_json() == text


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "version": ({"layerwise_trace": 2}, "expected a trace of version 1, got version 2"),
    "no version": ({"layerwise_trace": None}, "expected a trace of version 1, got version nothing"),
    "a true version": ({"layerwise_trace": True}, "expected a trace of version 1, got version true"),
    "source": ({"source": 1}, "source: expected a str, got 1"),
    "no output": ({"outputs": []}, "a trace needs an output"),
    "unknown output": ({"outputs": ["z"]}, "outputs: no node 'z'"),
    "node": ({"nodes": [1]}, "node 0: expected a mapping, got 1"),
    "twice": ({"nodes": [NODES[0], NODES[0]]}, "node 1: needs an op and an id of its own, got 'x'"),
    "unknown input": ({"nodes": [NODES[1]]}, "node 'y': its input 'x' is no node before it"),
    "shape": ({"nodes": [{**NODES[0], "shape": [-1]}]}, "node 0: expected at most 8 sides up to 100,000,000, got [-1]"),
    "fraction": ({"nodes": [{**NODES[0], "shape": [1.5]}]}, "node 0: expected at most 8 sides"),
    "many sides": ({"nodes": [{**NODES[0], "shape": [1] * 9}]}, "node 0: expected at most 8 sides"),
    "no tensor": ({"nodes": [NODES[0], {**NODES[1], "tensors": {"weight": "w"}}]}, "node 'y': no tensor 'w'"),
    "tensor": ({"tensors": {"w": ["weight", [1]]}}, "tensor 'w': expected one of parameter, buffer, constant"),
    "many nodes": ({"nodes": [0] * 6_001}, "a trace has at most 6,000 nodes, this one 6,001"),
}


@pytest.mark.parametrize("case", WRONG)
def test_errors_are_reported(case: str) -> None:
    change, message = WRONG[case]
    with pytest.raises(ModelImportError, match=re.escape(f"a.json: {message}")):
        parse_trace(json.dumps(SOUND | change), "a.json")


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, "nul", b"\xff", "[]", "3"])
def test_other_files_are_reported(text: str | bytes) -> None:
    with pytest.raises(ModelImportError, match="trace: "):
        parse_trace(text)


def test_counts_follow_the_shapes() -> None:
    model = build(
        ("c", "conv2d", "x", (1, 4, 14, 14), {"groups": 2}, {"weight": "w", "bias": "b"}),
        ("y", "batch_norm", "c", (1, 4, 14, 14), {}, {"weight": "s", "bias": "t", "running_mean": "m"}),
        w=(4, 4, 3, 3),
        b=(4,),
        s=(4,),
        t=(4,),
        m=(4,),
        unused=(7,),
    )
    model.tensors["m"] = TensorInfo("buffer", (4,))
    counts = count_trace(model)
    assert counts.parameters == 4 * 4 * 9 + 4 + 4 + 4
    assert counts.macs == 14 * 14 * 4 * 4 * 9
    assert (counts.buffers, counts.unused_parameters) == (4, 7)


def test_attention_products_count() -> None:
    head = (1, 3, 10, 4)
    nodes = [(name, "relu", "x", head) for name in "qkv"]
    model = build(*nodes, ("y", "scaled_dot_product_attention", "q k v", head), shape=head)
    assert count_trace(model).macs == 3 * (10 * 10 * 4 + 10 * 10 * 4)


def test_unknown_products_are_refused() -> None:
    with pytest.raises(ModelImportError, match="cannot count lstm at y: the products of this operation are not known"):
        count_trace(build(("y", "lstm", "x", (1, 8))))


def test_products_by_an_equation_count_all_indices() -> None:
    equation = {"equation": "b i d, b j d -> b i j"}
    model = build(("y", "einsum", "x x", (2, 5, 5), equation), shape=(2, 5, 7))
    assert count_trace(model).macs == 2 * 5 * 5 * 7
    model.nodes[-1].attributes["equation"] = "bid,bjd"
    with pytest.raises(ModelImportError, match="cannot count einsum at y: the products of its equation are not known"):
        count_trace(model)


def test_auxiliary_classifiers_are_unused() -> None:
    """GoogLeNet has 13,004,888 parameters with its classifiers in torchvision, and 6,624,904 without them."""
    counts = count_trace(trace("torchvision.models:googlenet"))
    assert (counts.parameters, counts.parameters + counts.unused_parameters) == (6624904, 13004888)


def test_damaged_traces_never_raise_anything_else() -> None:
    """Values of attributes and shapes are replaced at random: a draft has the figures of its trace, or is refused."""
    chance = random.Random(3)
    others: list[Any] = [None, -1, 0, 10**7, "x", [], {}, True, 1.5, [1], [2, 2]]
    for source in ("mobilenet_v3_small", "shufflenet_v2_x0_5", "vit_b_16"):
        sound = json.loads(stored("torchvision")[f"torchvision.models:{source}"])
        for _ in range(25):
            content = json.loads(json.dumps(sound))
            for _ in range(chance.choice([1, 3])):
                node = chance.choice(content["nodes"])
                attributes = node.get("attributes", {})
                if attributes and chance.random() < 0.7:
                    attributes[chance.choice(list(attributes))] = chance.choice(others)
                else:
                    node["shape"] = [chance.choice([0, 1, 2, 7]) for _ in range(chance.randrange(5))]
            try:
                result = draft(parse_trace(json.dumps(content)))
            except ModelImportError:
                continue
            assert layerwise.loads(result.text).macs == result.counts.macs
