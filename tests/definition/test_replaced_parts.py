"""Definitions without errors, in which each part in turn is replaced, renamed or removed.

Each resulting definition works or reports its errors with their places; no other exception may escape.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from layerwise.core.errors import DefinitionError
from layerwise.definition import parse
from layerwise.definition.yaml_parser import read
from layerwise.layers import KINDS
from layerwise.network.catalogue import calculate

SOUND = {
    "head": """
name: Test
family: Family
related: [lenet-5]
year: 2015
summary: S.
input: 8x8x3
paper: {title: T, authors: A & B, venue: V, url: "https://arxiv.org/abs/1512.03385"}
aliases: [A]
notes: [n, {about: Conv1, text: t}]
accuracy: {top1: 76.13, top5: 92.86, source: s}
claims: [{source: s, model: m, url: "https://example.org/", note: n, parameters: 0 K, macs: 0}]
layers: [relu]
""",
    "family": """
name: Test
input: 8x8x3
parameters: {block: b, n: }
let: {twice: $(2 * 8), all: [$twice]}
defaults: {conv: {bias: false, norm: batch_norm}, add: {activation: relu}}
blocks:
  b: {parameters: [w, x], let: {out: $(4 * w)}, layers: [{conv: 1x1x$out}, {add: [relu, identity], when: $(x != 3)}]}
variants:
  A: {with: {n: 1}, slug: a, year: 2016, claims: [{source: s, of: c, macs: 1, differs: d}]}
  B: {with: {n: [2], block: b}, input: 9x8x3, notes: [m]}
layers: [{$block: ["$all[0]", $n], name: c}]
""",
    "blocks": """
name: Test
input: 8x8x3
blocks:
  residual:
    parameters: {width: , stride: 1}
    layers:
      - add:
          main: [{conv: 3x3x$width, stride: $stride, padding: 1}]
          shortcut: {conv: 1x1x$width, stride: $stride, when: $(in_channels != width or stride != 1)}
        activation: relu
  gate:
    layers: [{multiply: [{when: true}, [global_avg_pool, {conv: 1x1x$in_channels}]]}]
layers:
  - {stage: s, layers: [{residual: {width: 4}, first: {stride: 2}, repeat: $(1 + 1), name: r$index, as: kept}]}
  - gate
  - {residual: 4}
  - {concat: [identity, {from: kept}]}
  - {fc: 2}
""",
    "layers": """
name: Test
input: 16x16x3
layers:
  - {conv: 3x3x8, stride: 2, padding: same, dilation: 1, groups: 1, bias: false, norm: batch_norm}
  - {concat: {a: [{conv: 1x7x4, padding: 0x3}], b: {max_pool: 3x3, stride: 1, padding: 1}}, name: joined}
  - {avg_pool: 3x3, ceil: true, padding: 0x1x0x1, when: true}
  - {output: [{fc: 2, activation: softmax}], name: aux}
  - {concat: [{channels: 1/2}, [{channels: "0:4"}, {channel_shuffle: 2}]], repeat: 2}
  - {conv: 1x1x2, connections: [[0], [0, 1]]}
  - {fc: 2, dropout: 0.5}
""",
}
"""Definitions that use everything once."""

DATA: dict[str, Any] = {name: read(text, name).data for name, text in SOUND.items()}

WRONG: tuple[Any, ...] = (
    [],
    {},
    None,
    0,
    -1,
    "x",
    True,
    1.5,
    [0] * 50,
    "",
    [None],
    {"x": 1},
    "$(1 / 0)",
    10**17,
    "identity",
)
"""The replacements for each part of them."""

Place = tuple[str | int, ...]
"""Keys and indices from the top."""


def works(text: str) -> bool:
    """Return true if a definition works; if not, it must report its errors with their places."""
    try:
        return bool(calculate(parse(text, "test.yml"), Path("test.yml")).sound())
    except DefinitionError as error:
        diagnostics = error.diagnostics
    except Exception as error:
        raise AssertionError(f"{type(error).__name__} escaped for {text[:3000]}") from error
    assert diagnostics
    assert all(diagnostic.line >= 1 and diagnostic.column >= 1 and diagnostic.message for diagnostic in diagnostics)
    return False


def paths(data: Any, path: Place = ()) -> Iterator[Place]:
    """The paths to all parts of some data, itself included."""
    yield path
    inside = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in inside:
        yield from paths(value, (*path, key))


def replaced(data: Any, path: Place, value: Any) -> Any:
    """The data with another value at a path."""
    if not path:
        return value
    changed = data.copy()
    changed[path[0]] = replaced(data[path[0]], path[1:], value)
    return changed


def part(data: Any, path: Place) -> Any:
    """The value at a path."""
    for key in path:
        data = data[key]
    return data


@pytest.mark.parametrize("name", SOUND)
def test_sound(name: str) -> None:
    assert works(SOUND[name])
    assert works(json.dumps(DATA[name]))


@pytest.mark.parametrize("name", SOUND)
def test_each_part_replaced(name: str) -> None:
    for path in paths(DATA[name]):
        for value in WRONG:
            works(json.dumps(replaced(DATA[name], path, value)))


@pytest.mark.parametrize("name", SOUND)
def test_each_key_renamed_or_removed(name: str) -> None:
    for path in paths(DATA[name]):
        if not path or isinstance(path[-1], int):
            continue
        around = part(DATA[name], path[:-1])
        others = {key: value for key, value in around.items() if key != path[-1]}
        works(json.dumps(replaced(DATA[name], path[:-1], others)))
        for key in ("", "x", "conv", "name", "first", "repeat", "as", "$x"):
            changed = {key: around[path[-1]]} | others
            works(json.dumps(replaced(DATA[name], path[:-1], changed)))


SIZES: list[Any] = [None, 1, 2, 8, "2x2", "2x2x4", "1/2", "8x8", 0.5, *WRONG]
"""Among these every kind of layer finds a size it can have."""

BEFORE = ("", '"flatten",', '"tokens",')
"""The layers before a layer, so that its input is a feature map, a vector or tokens."""


def one_layer(before: str, kind: str, size: Any, options: dict[str, Any]) -> str:
    return f'{{"name": "T", "input": "8x8x4", "layers": [{before}{json.dumps({kind: size} | options)}]}}'


@pytest.mark.parametrize("kind", KINDS)
def test_each_option_of_each_kind(kind: str) -> None:
    fields = KINDS[kind].fields()
    required = [name for name, field in fields.items() if field.is_required and name != "size"]
    needed = {name: "sort" if name == "operation" else 2 for name in required}
    tried = [(before, size) for before in BEFORE for size in SIZES]
    working = [(before, size) for before, size in tried if works(one_layer(before, kind, size, needed))]
    assert working
    before, size = working[0]
    for option in fields:
        for value in WRONG:
            works(one_layer(before, kind, size, needed | {option: value}))


BITS = (
    *"[]{}:,$()\n -0'\"&*|#\t×%@",
    *(
        "$(",
        "null",
        "true",
        "repeat: 20000",
        "when: false",
        "identity",
        "$index",
        "1x1",
        "first: {}",
        "as: a",
        "from: a",
    ),
    *("conv", "stage: s", "layers", "9" * 20, "---\n", "? ", "<<: ", "!!int ", ""),
)


@pytest.mark.parametrize("seed", range(5))
def test_text_changed_at_random(seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(100):
        text = chance.choice([*SOUND.values()])
        for _ in range(chance.randint(1, 3)):
            place = chance.randrange(len(text))
            text = text[:place] + chance.choice(BITS) + text[place + chance.choice((0, 0, 1, 5)) :]
        works(text)
