"""Definitions made of parts: numbers of iterations by name, kept outputs, branches and slots, on a few layers each."""

from __future__ import annotations

import pytest

from layerwise.core.errors import DefinitionError
from layerwise.definition import parse
from layerwise.network.assembly import assemble
from layerwise.network.catalogue import calculate
from tests.network.test_assembly import network, networks, outputs, paths

# --- the number of an iteration ---------------------------------------------------------------------------------------


def test_outer_iterations_have_a_name_of_their_own() -> None:
    # stage s has s + 1 layers, whose channels count 10 for the stage and 1 for the layer
    of = network(
        "layers: [{stage: s$stage, repeat: 2, index: stage, layers: "
        "[{conv: 1x1x$(10 * (stage + 1) + index), repeat: $(stage + 1)}]}]"
    )
    assert outputs(of) == ["8×8×10", "8×8×20", "8×8×21"]
    assert paths(of) == ["s0/Conv", "s1/Conv1", "s1/Conv2"]


def test_index_is_the_next_outer_iteration_that_has_no_name() -> None:
    of = network("layers: [{stage: s, repeat: 2, layers: [{conv: 1x1x$(1 + index + 4 * n), repeat: 2, index: n}]}]")
    assert outputs(of) == ["8×8×1", "8×8×5", "8×8×2", "8×8×6"]


def test_a_list_gives_each_stage_its_depth() -> None:
    text = "let: {depths: [1, 3]}\nlayers: [{stage: s, repeat: 2, index: n, layers: [{relu: , repeat: '$depths[n]'}]}]"
    assert len(network(text).layers) == 4


# --- kept outputs -----------------------------------------------------------------------------------------------------


def test_each_iteration_is_kept_by_its_own_name() -> None:
    # outputs of 2, 3 and 4 channels; the decoder takes them in reverse
    of = network(
        "layers: [{conv: 1x1x$(index + 2), repeat: 3, as: skip$index}, "
        "{concat: [identity, {from: skip$(2 - index)}], repeat: 3}]"
    )
    assert outputs(of)[3:] == ["8×8×8", "8×8×11", "8×8×13"]


def test_a_name_without_expression_keeps_the_last_iteration() -> None:
    of = network("layers: [{conv: 1x1x$(index + 2), repeat: 3, as: x}, tanh, {concat: [identity, {from: x}]}]")
    assert outputs(of)[-1] == "8×8×8"


def test_a_block_adds_its_own_input() -> None:
    block = "{layers: [{conv: 1x1x5}, {conv: 1x1x$in_channels}, {add: [identity, {from: input}]}]}"
    of = network(f"blocks: {{b: {block}}}\nlayers: [relu, {{b: , repeat: 2}}]")
    assert [row.sources for row in of.layers] == [(-1,), (0,), (1,), (2, 0), (3,), (4,), (5, 3)]


def test_the_input_of_the_network_has_the_same_name() -> None:
    assert network("layers: [relu, {concat: [identity, {from: input}]}]").layers[-1].sources == (0, -1)


# --- branches ---------------------------------------------------------------------------------------------------------

BRANCHES = """
parameters: {{c: true}}
layers:
  - relu
  - {{relu: , as: kept}}
  - {{conv: 1x1x3}}
  - add: {{main: [tanh], other: {other}}}
  - add: {{a: {{from: kept}}, b: identity}}
variants: {{Yes: {{with: {{c: true}}}}, No: {{with: {{c: false}}}}}}
"""


@pytest.mark.parametrize(
    ("other", "yes", "no"),
    [
        # the layers from the join on, by what they take: 2 is the convolution, 3 the tanh, 1 what is kept
        ("{when: $c}", [(2,), (3, 2)], [(2,)]),
        ("{when: $c, layers: [gelu]}", [(2,), (2,), (3, 4)], [(2,)]),
        ("{when: $c, layers: {gelu: }}", [(2,), (2,), (3, 4)], [(2,)]),
        ("{from: kept, when: $c}", [(2,), (3, 1)], [(2,)]),
        ("{from: kept, when: $c, layers: [gelu, {relu: , when: $(not c)}]}", [(2,), (1,), (3, 4)], [(2,)]),
        ("{from: kept, layers: [gelu]}", [(2,), (1,), (3, 4)], [(2,), (1,), (3, 4)]),
        # when on a layer skips that layer alone
        ("{gelu: , when: $c}", [(2,), (2,), (3, 4)], [(2,), (3, 2)]),
        ("[{gelu: , when: $c}]", [(2,), (2,), (3, 4)], [(2,), (3, 2)]),
    ],
)
def test_when_skips_the_branch_or_the_layer_it_is_on(other: str, yes: list[object], no: list[object]) -> None:
    text = "name: Test\ninput: 8x8x3\n" + BRANCHES.format(other=other)
    assert [[row.sources for row in of.layers[3:-1]] for of in networks(text)] == [yes, no]


def test_layers_are_repeated_and_skipped_together() -> None:
    of = network(
        "layers: [{repeat: 2, index: n, layers: [{conv: 1x1x$(n + 1), repeat: 2}, relu], as: x$n}, "
        "{when: false, layers: [tanh, gelu]}, {concat: [identity, {from: x0}]}]"
    )
    assert outputs(of) == ["8×8×1", "8×8×1", "8×8×1", "8×8×2", "8×8×2", "8×8×2", "8×8×3"]
    assert paths(of) == ["Conv1", "Conv2", "ReLU1", "Conv3", "Conv4", "ReLU2", "Concat"]


def test_repeated_layers_alone_in_a_branch_are_no_branch_mapping() -> None:
    of = network("layers: [{add: {main: {repeat: 2, layers: [relu, tanh]}, shortcut: identity}}]")
    assert [row.layer.kind for row in of.layers] == ["relu", "tanh", "relu", "tanh", "add"]


# --- slots ------------------------------------------------------------------------------------------------------------

RESIDUAL = "residual: {slots: [main], layers: [{add: {main: [batch_norm, $main], shortcut: identity}}]}"


def kinds(text: str) -> list[str]:
    return [row.layer.kind for row in network(text).layers]


@pytest.mark.parametrize(
    "use",
    [
        "{residual: [{conv: 1x1x3}, relu]}",
        "{residual: {main: [{conv: 1x1x3}, relu]}}",
        "{$which: {main: [{conv: 1x1x3}, relu]}}",
    ],
)
def test_a_block_places_the_layers_that_it_is_given(use: str) -> None:
    text = f"let: {{which: residual}}\nblocks: {{{RESIDUAL}}}\nlayers: [{use}]"
    assert kinds(text.replace("let: {which: residual}\n", "" if "$" not in use else "let: {which: residual}\n")) == [
        "batch_norm",
        "conv",
        "relu",
        "add",
    ]


def test_layers_of_a_slot_know_the_names_where_they_are_written() -> None:
    # w is 4 in the file and 7 in the block; $index is that of the file, and the kept x that of the caller
    of = network(
        "blocks: {b: {slots: [body], parameters: [w], layers: "
        "[{conv: 1x1x$w, as: x}, {stage: s, repeat: 2, layers: [$body]}, {add: [identity, {from: x}]}]}}\n"
        "let: {w: 4}\n"
        "layers: [{conv: 1x1x2, as: x}, "
        "{b: {w: 7, body: [{concat: [{conv: 1x1x$(w + index)}, {from: x}]}, {conv: 1x1x7}]}, repeat: 2}]"
    )
    assert outputs(of) == [
        *("8×8×2", "8×8×7", "8×8×4", "8×8×6", "8×8×7", "8×8×4", "8×8×6", "8×8×7", "8×8×7"),
        *("8×8×7", "8×8×5", "8×8×7", "8×8×7", "8×8×5", "8×8×7", "8×8×7", "8×8×7"),
    ]


def test_outputs_kept_in_a_slot_belong_to_its_writer() -> None:
    of = network(
        f"blocks: {{{RESIDUAL}}}\n"
        "layers: [{residual: [{relu: , as: x}, tanh]}, {concat: [identity, {from: x}]}]"
    )
    assert of.layers[-1].sources == (3, 1)


def test_a_slot_can_have_layers_by_default() -> None:
    block = "{slots: [main, shortcut: [{conv: 1x1x$in_channels}]], layers: [{add: {main: $main, shortcut: $shortcut}}]}"
    text = f"blocks: {{b: {block}}}\nlayers: [{{b: {{main: relu}}}}, {{b: {{main: tanh, shortcut: identity}}}}]"
    assert kinds(text) == ["relu", "conv", "add", "tanh", "identity", "add"]


def test_slots_can_be_passed_on() -> None:
    outer = "outer: {slots: [inside], layers: [tanh, {residual: [relu, $inside]}]}"
    assert kinds(f"blocks: {{{RESIDUAL}, {outer}}}\nlayers: [{{outer: [gelu]}}]") == [
        *("tanh", "batch_norm", "relu", "gelu", "add"),
    ]


def test_a_block_in_its_own_slot_is_no_recursion() -> None:
    text = f"blocks: {{{RESIDUAL}}}\nlayers: [{{residual: [{{residual: [relu]}}]}}]"
    assert kinds(text) == ["batch_norm", "batch_norm", "relu", "add", "add"]


def test_blocks_that_use_each_other_through_slots_end() -> None:
    text = (
        "name: T\ninput: 8x8x3\n"
        "blocks: {a: {slots: [s], layers: [{b: [$s]}]}, b: {slots: [s], layers: [{a: [$s, relu]}]}}\n"
        "layers: [{a: [relu]}]"
    )
    definition = parse(text, "t.yml")
    with pytest.raises(DefinitionError, match="blocks, stages and branches nest at most 24 deep"):
        assemble(definition, definition.variants[0])


# --- parameters -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("parameters", ["[w, s: 1]", "{w: , s: 1}", "[w, {s: 1}]"])
def test_parameters_are_names_or_have_defaults(parameters: str) -> None:
    block = f"{{parameters: {parameters}, layers: [{{conv: 1x1x$w, stride: $s}}]}}"
    assert outputs(network(f"blocks: {{b: {block}}}\nlayers: [{{b: 4}}, {{b: [5, 2]}}]")) == ["8×8×4", "4×4×5"]


def test_parameters_of_a_file_are_names_or_have_defaults() -> None:
    text = (
        "name: Test\ninput: 8x8x3\nparameters: [width, kernel: 1]\nlayers: [{conv: $(kernel)x$(kernel)x$width}]\n"
        "variants: {A: {with: {width: 4}}, B: {with: {width: 5, kernel: 3}}}"
    )
    assert [outputs(of) for of in networks(text)] == [["8×8×4"], ["6×6×5"]]


def test_a_parameter_without_a_value_is_an_error() -> None:
    definition = parse("name: T\ninput: 8x8x3\nparameters: [w]\nlayers: [{conv: 1x1x$w}]", "t.yml")
    with pytest.raises(DefinitionError, match=r"t\.yml:4:17: 'w' has no value here"):
        calculate(definition, definition.source.file)  # type: ignore[arg-type]
