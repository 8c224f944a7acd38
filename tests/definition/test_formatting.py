"""The one style of definitions: order, indentation, width, comments; no data change, and nothing changes twice."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from layerwise.core.errors import DefinitionError
from layerwise.definition import grammar, metadata
from layerwise.definition.formatting import formatted, order
from tests.conftest import NETWORKS

# ruff: noqa: E501 - texts are easier to compare on one line


class Case(NamedTuple):
    what: str
    before: str
    after: str


CASES = [
    Case(
        "keys of a file",
        "layers: [relu]\nclaims: []\ninput: 8x8x3\nname: T\n",
        "name: T\ninput: 8x8x3\nlayers: [relu]\nclaims: []\n",
    ),
    Case(
        "the line for editors stays the first, and comments stay with the entries below",
        "# yaml-language-server: $schema=x\n# The layers.\nlayers: [relu]  # one\n\n\n# Its name.\nname: T\n# The end.\n",
        "# yaml-language-server: $schema=x\n\n# Its name.\nname: T\n# The layers.\nlayers: [relu]  # one\n# The end.\n",
    ),
    Case(
        "comments that are indented farther than the entry below",
        "variants:\n  A:\n    with: {n: 1}\n    # claims: none\n    # notes: none\n  # The other.\n  B:\nname: T\n",
        "name: T\nvariants:\n  A:\n    with: {n: 1}\n    # claims: none\n    # notes: none\n  # The other.\n  B:\n",
    ),
    Case(
        "comments that are indented farther than the entry below",
        "variants:\n  A:\n    with: {n: 1}\n    # claims: none\n    # notes: none\n  # The other.\n  B:\nname: T\n",
        "name: T\nvariants:\n  A:\n    with: {n: 1}\n    # claims: none\n    # notes: none\n  # The other.\n  B:\n",
    ),
    Case(
        "indentation, dashes and ends of lines",
        "name: T   \nlayers:\n- relu\n-   stage: a\n    layers:\n        -  tanh\n        - conv:   3x3x4\n          stride:  2\n\n",
        "name: T\nlayers:\n  - relu\n  - stage: a\n    layers:\n      - tanh\n      - {conv: 3x3x4, stride: 2}\n",
    ),
    Case(
        "keys of a layer: what it is, its options, and what all entries have",
        "layers: [{name: A, padding: 1, stride: 2, conv: 3x3x4, as: x, activation: relu, repeat: 2}]\n",
        "layers: [{conv: 3x3x4, stride: 2, padding: 1, activation: relu, repeat: 2, as: x, name: A}]\n",
    ),
    Case(
        "a word that is an option of another",
        "layers: [{dropout: 0.5, fc: 3}, {dropout: 0.5}]\n",
        "layers: [{fc: 3, dropout: 0.5}, {dropout: 0.5}]\n",
    ),
    Case(
        "a block by expression, and branches in the order in which they are joined",
        "layers: [{repeat: 2, $b: {w: 1, a: 2}}, {activation: relu, add: {b: [{stride: 1, conv: 1x1x2}], a: identity}}]\n",
        "layers: [{$b: {w: 1, a: 2}, repeat: 2}, {add: {b: [{conv: 1x1x2, stride: 1}], a: identity}, activation: relu}]\n",
    ),
    Case(
        "words, and options in defaults",
        "defaults: {conv: {activation: relu, padding: half}}\nlayers:\n  - relu:\n  - {tanh: }\n  - add: [{identity: }, [{b: }]]\n",
        "defaults: {conv: {padding: half, activation: relu}}\nlayers:\n  - relu\n  - tanh\n  - add: [identity, [b]]\n",
    ),
    Case(
        "names without a default",
        "parameters: {a: , b: 1, c: }\nblocks: {b: {parameters: {w: }, layers: [relu]}, c: {parameters: {w: 1}}}\n",
        "parameters: [a, b: 1, c]\nblocks: {b: {parameters: [w], layers: [relu]}, c: {parameters: {w: 1}}}\n",
    ),
    Case(
        "names without a default over several lines",
        "parameters:\n  a:   # first\n  # second\n  b: 1\n  c:\n",
        "parameters:\n  - a  # first\n  # second\n  - b: 1\n  - c\n",
    ),
    Case(
        "the condition of a branch",
        "layers:\n  - add:\n      a: {identity: , when: $x}\n      b: {when: $y, from: c}\n",
        "layers:\n  - add: {a: {when: $x}, b: {from: c, when: $y}}\n",
    ),
    Case(
        "quotes that are not needed",
        'layers: [{relu: , repeat: "$n[0]", name: \'a\'}, {conv: "3x3x$w[1][2]", name: \'a, b\'}, {relu: , name: "no"}]\n',
        'layers: [{relu: , repeat: $n.0, name: a}, {conv: 3x3x$w.1.2, name: "a, b"}, {relu: , name: "no"}]\n',
    ),
    Case("an index before a digit", 'layers: [{conv: "3x3x$w[1]0"}]\n', 'layers: [{conv: "3x3x$w[1]0"}]\n'),
    Case("rows of a table", "layers:\n  - {b: [3,  16, 1]}\n", "layers:\n  - {b: [3,  16, 1]}\n"),
    Case(
        "space within braces",
        "layers: [ { conv:  3x3x4 ,stride: 2 } ]\n",
        "layers: [{conv: 3x3x4, stride: 2}]\n",
    ),
    Case(
        "a value that fits on a line",
        "layers: [{conv: 3x3x4,\n    stride: 2},\n  relu]\n",
        "layers: [{conv: 3x3x4, stride: 2}, relu]\n",
    ),
    Case(
        "a join that does not fit on a line",
        f"layers:\n  - add: {{main: [{{conv: 3x3x4, name: {'a' * 60}}}], other: [{{conv: 3x3x4, name: {'b' * 20}}}]}}\n",
        f"layers:\n  - add:\n      main: [{{conv: 3x3x4, name: {'a' * 60}}}]\n"
        f"      other: [{{conv: 3x3x4, name: {'b' * 20}}}]\n",
    ),
    Case(
        "a claim that does not fit on a line",
        f"claims:\n  - {{source: {'a' * 60}, differs: {'b' * 50}}}\n",
        f"claims:\n  - {{source: {'a' * 60},\n     differs: {'b' * 50}}}\n",
    ),
    Case(
        "a stage and a join that fit on a line; lists of layers stay as they are",
        "layers:\n  - stage: a\n    layers: [relu, {add: [identity, tanh]}]\n  - stage: b\n    layers:\n      - relu\n"
        "  - add:\n      main:\n        - relu\n      other: identity\n  - concat:\n      - relu\n      - tanh\n",
        "layers:\n  - {stage: a, layers: [relu, {add: [identity, tanh]}]}\n  - stage: b\n    layers:\n      - relu\n"
        "  - add:\n      main:\n        - relu\n      other: identity\n  - concat:\n      - relu\n      - tanh\n",
    ),
    Case(
        "a layer with a comment",
        "layers:\n  - conv: 3x3x4  # why\n    stride: 2  # too\n  - stage: a  # b\n    layers: [relu]\n",
        "layers:\n  - conv: 3x3x4  # why\n    stride: 2  # too\n  - stage: a  # b\n    layers: [relu]\n",
    ),
    Case(
        "comments within brackets",
        "layers: [relu,  # one\n  tanh]  # two\nname: T\n",
        "name: T\nlayers: [relu,  # one\n  tanh]  # two\n",
    ),
    Case(
        "strings over several lines",
        "summary: >-\n     one # no comment\n\n     two\nname: T\nnotes:\n- |\n    a\n      b\n- plain\n  text\n",
        "name: T\nsummary: >-\n  one # no comment\n\n  two\nnotes:\n  - |\n    a\n      b\n  - plain\n    text\n",
    ),
    Case("windows", "\ufefflayers: [relu]\r\nname: T\r\n", "name: T\nlayers: [relu]\n"),
    Case(
        "claims, accuracies, papers and notes",
        "notes: [{text: a, about: b}]\nclaims: [{macs: 1, source: s}]\naccuracy: {source: s, top1: 1}\n"
        "paper: {url: u, title: t}\nname: T\n",
        "name: T\npaper: {title: t, url: u}\nclaims: [{source: s, macs: 1}]\naccuracy: {top1: 1, source: s}\n"
        "notes: [{about: b, text: a}]\n",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.what)
def test_style(case: Case) -> None:
    assert formatted(case.before, "test.yml") == case.after
    assert formatted(case.after, "test.yml") == case.after


@pytest.mark.parametrize("file", sorted(NETWORKS.glob("**/*.yml")), ids=lambda file: file.stem)
def test_definitions_have_the_style(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert formatted(text, file.name) == text


def test_no_comment_is_lost_and_none_is_doubled() -> None:
    for file in NETWORKS.glob("*.yml"):
        text = file.read_text(encoding="utf-8")
        marked = text.replace("\nlayers:\n", "\n# above\nlayers:  # here\n  # below\n")
        again = formatted(marked, "t.yml")
        assert again == marked


def test_invalid_yaml_is_an_error() -> None:
    with pytest.raises(DefinitionError, match=r"t\.yml:1:2: "):
        formatted("[", "t.yml")


@pytest.mark.parametrize("text", ["", "# nothing\n", "relu\n", "[relu]\n", "{name: T}\n"])
def test_what_is_no_block_stays_as_it_is(text: str) -> None:
    assert formatted(text, "t.yml") == text


def test_every_key_has_a_place() -> None:
    file = {*(field.key for field in metadata.FileMetadata.fields().values()), *grammar.File.words()}
    assert file == {*order.FILE}
    assert {*grammar.Common.words()} == {*order.COMMON}
    assert {*grammar.Block.words()} == {*order.BLOCK}
    assert {*grammar.Branch.words()} == {*order.BRANCH}
    assert {field.key for field in metadata.Claim.fields().values()} == {*order.CLAIM}
    assert {field.key for field in metadata.Note.fields().values()} == {*order.NOTE}
