"""From a definition to a network: blocks, repeats, branches, names and families, on networks of a few layers."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations

import pytest

from layerwise.definition import parse
from layerwise.network.assembly import assemble
from layerwise.network.graph import Branches, Group, LayerNode, Network, groups_of, totals

HEAD = "name: Test\ninput: 8x8x3\n"


def networks(text: str) -> list[Network]:
    definition = parse(text, "networks/test.yml")
    return [assemble(definition, variant) for variant in definition.variants]


def network(text: str) -> Network:
    (only,) = networks(HEAD + text)
    return only


def outputs(of: Network) -> list[str]:
    return [str(row.output) for row in of.layers]


def paths(of: Network) -> list[str]:
    return ["/".join((*row.path, row.name)) for row in of.layers]


# --- names ------------------------------------------------------------------------------------------------------------


def test_another_name_is_for_the_layer_and_not_for_its_normalization() -> None:
    of = network("layers: [{conv: 1x1x3, norm: batch_norm, repeat: 2, name: Conv, also: conv1_$(index + 1)}, relu]")
    assert [row.also for row in of.layers] == ["conv1_1", "", "conv1_2", "", ""]


# --- blocks and expressions -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("use", "shapes"),
    [
        # by position, by name, a value alone, and defaults: channels w and 2·w, stride s
        ("{b: [4, 2]}", ["4×4×4", "4×4×8"]),
        ("{b: {w: 4, s: 2}}", ["4×4×4", "4×4×8"]),
        ("{b: {s: 2, w: 4}}", ["4×4×4", "4×4×8"]),
        ("{b: 4}", ["8×8×4", "8×8×8"]),
        ("{b: [4]}", ["8×8×4", "8×8×8"]),
        ("{b: {w: $(2 + 3)}}", ["8×8×5", "8×8×10"]),
        ("{$which: 4}", ["8×8×4", "8×8×8"]),
    ],
)
def test_arguments(use: str, shapes: list[str]) -> None:
    block = "{parameters: {w: , s: 1}, let: {out: $(2 * w)}, layers: [{conv: 1x1x$w, stride: $s}, {conv: 1x1x$out}]}"
    assert outputs(network(f"let: {{which: b}}\nblocks: {{b: {block}}}\nlayers: [{use}]")) == shapes


def test_a_default_may_use_the_parameters_before_it() -> None:
    text = "blocks: {b: {parameters: {w: , out: $(3 * w)}, layers: [{conv: 1x1x$out}]}}\nlayers: [{b: 2}, {b: [2, 5]}]"
    assert outputs(network(text)) == ["8×8×6", "8×8×5"]


def test_in_channels_are_those_that_enter_the_block() -> None:
    # 3 enter the first use; its layers leave 7 and 3 + 1; 4 enter the second
    text = "blocks: {b: {layers: [{conv: 1x1x7}, {conv: 1x1x$(in_channels + 1)}]}}\nlayers: [b, b]"
    assert outputs(network(text)) == ["8×8×7", "8×8×4", "8×8×7", "8×8×5"]


def test_in_channels_of_a_block_in_a_block_are_its_own() -> None:
    text = (
        "blocks:\n"
        "  inner: {layers: [{conv: 1x1x$(2 * in_channels)}]}\n"
        "  outer: {layers: [{conv: 1x1x5}, inner, {conv: 1x1x$in_channels}]}\n"
        "layers: [outer]"
    )
    assert outputs(network(text)) == ["8×8×5", "8×8×10", "8×8×3"]


def test_height_and_width_are_those_that_enter_the_block() -> None:
    # 8×8 enter the first use and leave as 4×4, which enter the second
    text = (
        'blocks: {b: {layers: [{resize: "$(in_height // 2)x$(in_width // 2)"}, {upsample: 1x$(in_height // 4)}]}}\n'
        "layers: [b, b]"
    )
    assert outputs(network(text)) == ["4×4×3", "4×8×3", "2×4×3", "2×4×3"]


def test_resize_takes_the_size_of_a_kept_output() -> None:
    sizes = "{conv: 3x3x4, as: skip}, {max_pool: 4x4}, {resize: , like: skip}"
    text = f"layers: [{sizes}, {{add: {{a: identity, b: {{from: skip}}}}}}]"
    assert outputs(network(text)) == ["6×6×4", "1×1×4", "6×6×4", "6×6×4"]


def test_a_block_sees_the_names_of_the_file_but_not_those_of_its_user() -> None:
    text = (
        "let: {n: 2, m: $(n + 1)}\n"
        "blocks:\n"
        "  b: {layers: [{conv: 1x1x$n}]}\n"
        "  user: {parameters: {n: 9}, layers: [b, {conv: 1x1x$n}, {conv: 1x1x$m}]}\n"
        "layers: [user]"
    )
    assert outputs(network(text)) == ["8×8×2", "8×8×9", "8×8×3"]


@pytest.mark.parametrize(
    ("layers", "shapes"),
    [
        ("[{conv: 1x1x$(index + 1), repeat: 3}]", ["8×8×1", "8×8×2", "8×8×3"]),
        ("[{conv: 1x1x4, repeat: 3, first: {stride: 2}}]", ["4×4×4", "4×4×4", "4×4×4"]),
        ("[{conv: 1x1x4, stride: 2, repeat: 3, first: {stride: 1}}]", ["8×8×4", "4×4×4", "2×2×4"]),
        ("[{conv: 1x1x4, repeat: 1, first: {stride: 2}}]", ["4×4×4"]),
        ("[{b: 4, repeat: 2, first: {s: 2}}]", ["4×4×4", "4×4×4"]),
        ("[{b: [4, 2], repeat: 2, first: {s: 1}}]", ["8×8×4", "4×4×4"]),
        # what first replaces is not evaluated: there is no n[-1]
        ('[{b: "$n[index - 1]", repeat: 3, first: {w: 9}}]', ["8×8×9", "8×8×5", "8×8×6"]),
        ("[relu, {conv: 1x1x4, repeat: 0}]", ["8×8×3"]),
        ("[{stage: s, repeat: 2, layers: [{conv: 1x1x$(index + 4)}, relu]}]", ["8×8×4", "8×8×4", "8×8×5", "8×8×5"]),
        ("[{stage: s, repeat: 2, layers: [{conv: 1x1x4, repeat: $(index + 1), when: $(index > 0)}]}]", ["8×8×4"] * 2),
        # the inner index hides the outer one
        ("[{stage: s, repeat: 2, layers: [{conv: 1x1x$(index + 1), repeat: 2}]}]", ["8×8×1", "8×8×2"] * 2),
        ("[relu, {conv: 1x1x4, when: false}]", ["8×8×3"]),
        ("[{conv: 1x1x4, when: '$(n[0] == 5)'}]", ["8×8×4"]),
        ("[relu, {stage: s, when: false, layers: [{conv: 1x1x4}]}]", ["8×8×3"]),
        ("{conv: 1x1x4}", ["8×8×4"]),
        ("relu", ["8×8×3"]),
    ],
)
def test_repeats_and_conditions(layers: str, shapes: list[str]) -> None:
    block = "{parameters: {w: , s: 1}, layers: [{conv: 1x1x$w, stride: $s}]}"
    assert outputs(network(f"let: {{n: [5, 6]}}\nblocks: {{b: {block}}}\nlayers: {layers}")) == shapes


@pytest.mark.parametrize(
    ("layers", "activations"),
    [
        ("[{conv: 1x1x4}, {conv: 1x1x4, activation: none}]", ["relu", None]),
        ("[{conv: 1x1x4, bias: true}, {fc: 2}]", ["relu", None]),
    ],
)
def test_defaults_are_options_unless_a_layer_says_otherwise(layers: str, activations: list[str | None]) -> None:
    made = network(f"defaults: {{conv: {{activation: relu, bias: false}}}}\nlayers: {layers}")
    assert [row.layer.activation_function for row in made.layers] == activations


def test_an_option_may_be_an_expression() -> None:
    # 3·3·3·6 = 162 weights in one group, 3·3·1·6 = 54 in three
    made = network("parameters: {g: 3, b: false}\nlayers: [{conv: 3x3x6, groups: $g, bias: $b, padding: $(g - 2)}]")
    assert (str(made.layers[0].output), made.parameters) == ("8×8×6", 54)


# --- branches, kept outputs, side outputs -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("layers", "sources"),
    [
        ("[relu, relu]", [(-1,), (0,)]),
        ("[relu, {add: {main: [relu, relu], shortcut: identity}}, relu]", [(-1,), (0,), (1,), (2, 0), (3,)]),
        ("[{concat: {a: [relu], b: [relu], c: identity}}]", [(-1,), (-1,), (0, 1, -1)]),
        # a convolution with a normalization is two layers
        ("[{conv: 1x1x3, norm: batch_norm}, relu]", [(-1,), (0,), (1,)]),
        # a side output is fed and feeds nothing
        ("[relu, {output: [relu, relu]}, relu]", [(-1,), (0,), (1,), (0,)]),
        # continues from a kept output
        ("[relu, {relu: , as: kept}, {output: relu}, {from: kept}, relu]", [(-1,), (0,), (1,), (1,)]),
        ("[{relu: , as: k}, relu, {add: {a: identity, b: {from: k}}}]", [(-1,), (0,), (1, 0)]),
        ("[{relu: , as: k}, relu, {add: {a: identity, b: [{from: k}, relu]}}]", [(-1,), (0,), (0,), (1, 2)]),
        # kept within a block that exports it; of repeats the last is kept
        ("[{b: }, {relu: , as: k}, {add: [{from: inside}, {from: k}]}]", [(-1,), (0,), (0, 1)]),
        ("[{relu: , repeat: 3, as: k}, {output: relu}, {from: k}, relu]", [(-1,), (0,), (1,), (2,), (2,)]),
        # branches of branches
        ("[{add: {a: [{add: {x: [relu], y: identity}}], b: identity}}]", [(-1,), (0, -1), (1, -1)]),
    ],
)
def test_what_feeds_a_layer(layers: str, sources: list[tuple[int, ...]]) -> None:
    made = network(f"blocks: {{b: {{exports: [inside], layers: [{{relu: , as: inside}}]}}}}\nlayers: {layers}")
    assert [row.sources for row in made.layers] == sources
    assert [row.index for row in made.layers] == list(range(len(sources)))


def test_a_name_kept_in_a_block_does_not_replace_that_of_its_user() -> None:
    # conv 3·2 + 2 = 8; in the block, conv 2·4 + 4 = 12 and 4 + 4 channels; then 8 + 2 channels, fc 64·10 + 1 = 641
    made = network(
        "blocks: {b: {layers: [{conv: 1x1x4, as: x}, relu, {concat: [identity, {from: x}]}]}}\n"
        "layers: [{conv: 1x1x2, as: x}, b, {concat: [identity, {from: x}]}, {fc: 1}]"
    )
    assert outputs(made) == ["8×8×2", "8×8×4", "8×8×4", "8×8×8", "8×8×10", "1"]
    assert made.parameters == 8 + 12 + 641


def test_a_block_reads_the_names_of_its_user() -> None:
    # 3 channels and the 2 of x; then, in a block inside a block, 5 and the 4 of y, and again the 2 of x
    made = network(
        "blocks: {inner: {layers: [{concat: [identity, {from: y}, {from: x}]}]}, b: {layers: [inner]},\n"
        "  once: {layers: [{concat: [identity, {from: x}]}]}}\n"
        "layers: [{conv: 1x1x3, as: in}, {conv: 1x1x2, as: x}, {conv: 1x1x4, as: y}, {from: in}, once, b]"
    )
    assert outputs(made)[3:] == ["8×8×5", "8×8×11"]


def test_each_use_of_a_block_has_its_own_names() -> None:
    # the second use reads the x of the file, not that of the first
    made = network(
        "blocks: {b: {parameters: [w], layers: [{concat: [identity, {from: x}]}, {conv: 1x1x$w, as: x}, relu,\n"
        "  {add: [identity, {from: x}]}]}}\n"
        "layers: [{conv: 1x1x2, as: x}, {b: 7}, {b: 9}]"
    )
    assert outputs(made) == ["8×8×2", "8×8×4", "8×8×7", "8×8×7", "8×8×7", "8×8×9", "8×8×9", "8×8×9", "8×8×9"]


def test_a_block_exports_what_it_keeps() -> None:
    # of the two blocks around the convolution only the inner one exports y; both export x
    made = network(
        "blocks:\n"
        "  inner: {exports: [x, y], layers: [{conv: 1x1x4, as: x}, {conv: 1x1x5, as: y}]}\n"
        "  outer: {exports: [x], layers: [inner, {concat: [identity, {from: y}]}]}\n"
        "layers: [{conv: 1x1x2, as: y}, outer, {concat: [identity, {from: x}, {from: y}]}]"
    )
    assert outputs(made) == ["8×8×2", "8×8×4", "8×8×5", "8×8×10", "8×8×16"]


def test_side_outputs_are_counted_apart() -> None:
    # conv 3·4 + 4 = 16 and 64·12 = 768; head 8·8·4·10 + 10 = 2,570 and 2,560; fc 256·2 + 2 = 514 and 512
    made = network("layers: [{conv: 1x1x4}, {output: [{fc: 10}], name: aux}, {fc: 2}]")
    assert (made.parameters, made.main.parameters, made.side.parameters) == (3100, 530, 2570)
    assert (made.macs, made.side.macs) == (768 + 512, 2560)
    assert (made.activations, made.side.activations) == (8 * 8 * 4 + 2, 10)
    assert made.memory_bytes == 12_400
    assert [group.name for group in made.side_outputs] == ["aux"]
    assert [row.on_main_path for row in made.layers] == [True, False, True]
    assert made.largest_activation is made.layers[0]


@pytest.mark.parametrize(
    ("layers", "size", "step"),
    [
        # branches of 1×1, 3×3 and 5×5: the largest counts
        ("[{concat: [[{conv: 1x1x1}], [{conv: 3x3x1, padding: 1}], [{conv: 5x5x1, padding: 2}]]}]", (5, 5), (1, 1)),
        ("[{concat: [[{conv: 1x7x1, padding: 0x3}], [{conv: 7x1x1, padding: 3x0}]]}]", (7, 7), (1, 1)),
        ("[{add: {main: [{conv: 3x3x3, padding: 1}, {conv: 3x3x3, padding: 1}], s: identity}}]", (5, 5), (1, 1)),
        ("[{conv: 1x1x3, stride: 2}, {conv: 3x3x3}]", (5, 5), (2, 2)),
        # a gate sees everything, the main path does not
        ("[{multiply: {map: [{conv: 3x3x3}], gate: [global_avg_pool]}}]", (3, 3), (1, 1)),
        # the last layer with a field is followed by layers that see everything
        ("[{conv: 3x3x3}, global_avg_pool, {fc: 10}]", (3, 3), (1, 1)),
    ],
)
def test_receptive_field(layers: str, size: tuple[int, int], step: tuple[int, int]) -> None:
    field = network(f"layers: {layers}").receptive_field
    assert field is not None
    assert (field.size, field.step) == (size, step)


BRANCHES = (
    "[{conv: 3x3x2, padding: 1}]",
    "[{conv: 5x5x2, padding: 2}, {conv: 1x1x2}]",
    "[global_avg_pool, {conv: 1x1x2}, {upsample: 4}]",
    "[{attention: 3}, {conv: 1x1x2}]",
)


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_receptive_field_does_not_depend_on_the_order_of_branches(order: tuple[int, ...]) -> None:
    # after the 2×2 pooling the 5×5 sees 2 + (5 − 1) · 2 pixels; what follows the concat sees everything
    branches = ", ".join(BRANCHES[index] for index in order)
    made = network(f"layers: [{{max_pool: 2x2}}, {{concat: [{branches}]}}, {{conv: 3x3x1}}]")
    assert made.receptive_field is not None
    assert made.receptive_field.size == (10, 10)


def test_a_sum_with_what_sees_everything_sees_everything() -> None:
    made = network("layers: [{conv: 1x1x3}, {add: [[global_avg_pool], [{max_pool: 8x8}]]}]")
    assert made.layers[-1].receptive_field is None


# --- names ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("layers", "named"),
    [
        ("[{conv: 1x1x3}, relu]", ["Conv", "ReLU"]),
        ("[{conv: 1x1x3}, {conv: 1x1x3}, relu]", ["Conv1", "Conv2", "ReLU"]),
        # a name given is a name, and does not count among those that are made
        ("[{conv: 1x1x3, name: stem}, {conv: 1x1x3}, {conv: 1x1x3}]", ["stem", "Conv1", "Conv2"]),
        ("[{conv: 1x1x3, name: stem}, {conv: 1x1x3}]", ["stem", "Conv"]),
        ("[{conv: 1x1x3, name: c$(index + 1), repeat: 2}]", ["c1", "c2"]),
        ("[{conv: 1x1x3, name: 7}]", ["7"]),
        # the name of a convolution is not that of its normalization
        ("[{conv: 1x1x3, norm: batch_norm, name: c}]", ["c", "BatchNorm"]),
        ("[{stage: s, layers: [relu, relu]}, relu]", ["s/ReLU1", "s/ReLU2", "ReLU"]),
        ("[{stage: s$index, repeat: 2, layers: [relu]}]", ["s0/ReLU", "s1/ReLU"]),
        ("[b, b]", ["b 1/ReLU", "b 2/ReLU"]),
        ("[{b: , name: first}, b]", ["first/ReLU", "b/ReLU"]),
        ("[{stage: s, layers: [b]}, b]", ["s/b/ReLU", "b/ReLU"]),
        ("[{add: {main: [relu], shortcut: identity}}]", ["main/ReLU", "Add"]),
        ("[{add: {main: [relu], shortcut: identity}, name: sum}]", ["main/ReLU", "sum"]),
        ("[{add: [[relu], identity]}, {add: [[relu], identity]}]", ["1/ReLU", "Add1", "1/ReLU", "Add2"]),
        ("[relu, {output: [relu]}]", ["ReLU", "output/ReLU"]),
        ("[relu, {output: [relu]}, {output: [relu], name: aux}]", ["ReLU", "output/ReLU", "aux/ReLU"]),
    ],
)
def test_names_and_paths(layers: str, named: list[str]) -> None:
    assert paths(network(f"blocks: {{b: {{layers: [relu]}}}}\nlayers: {layers}")) == named


def test_groups_know_what_enters_and_leaves() -> None:
    made = network(
        "blocks: {b: {layers: [{add: {main: [{conv: 1x1x4}], shortcut: [{conv: 1x1x4}]}}]}}\n"
        "layers: [{stage: s, layers: [{max_pool: 2x2}, b]}, {output: [{fc: 9}]}, {fc: 2}]"
    )
    found = [(g.kind, g.label, g.name, str(g.input_shape), str(g.output_shape)) for g in groups_of(made.items)]
    assert found == [
        ("stage", "s", "s", "8×8×3", "4×4×4"),
        ("block", "b", "b", "4×4×3", "4×4×4"),
        ("branch", "main", "main", "4×4×3", "4×4×4"),
        ("branch", "shortcut", "shortcut", "4×4×3", "4×4×4"),
        ("output", "output", "output", "4×4×4", "9"),
    ]


def test_what_is_left_empty_is_no_group_but_a_branch() -> None:
    made = network(
        "blocks: {b: {layers: [{relu: , when: false}]}}\nlayers: [b, {add: {main: [relu], shortcut: identity}}]"
    )
    assert [(group.kind, group.name) for group in groups_of(made.items)] == [("branch", "main"), ("branch", "shortcut")]


def test_items_and_rows_are_the_same_layers() -> None:
    made = network(
        "layers:\n"
        "  - relu\n"
        "  - {stage: s, layers: [{add: {a: [relu, {concat: [[relu], [relu]]}, {conv: 1x1x3}], b: identity}}]}\n"
        "  - {output: [relu]}\n"
        "  - relu"
    )

    def walk(items: Sequence[LayerNode | Group | Branches]) -> list[LayerNode]:
        found: list[LayerNode] = []
        for item in items:
            match item:
                case LayerNode():
                    found.append(item)
                case Group():
                    found += walk(item.items)
                case Branches():
                    found += [*walk(item.branches), item.merge]
        return found

    assert walk(made.items) == made.layers
    assert totals(made.layers).activations == made.activations + made.side.activations


# --- families ---------------------------------------------------------------------------------------------------------

FAMILY = """
name: Family
year: 2015
summary: Of the family.
input: 8x8x3
paper: {title: T}
aliases: [F]
notes: [of the family]
parameters: {width: 4, depth: }
layers: [{conv: 1x1x$width, repeat: $depth}]
variants:
  Family-1: {with: {depth: 1}}
  Family 2.0: {with: {depth: 2, width: 5}, year: 2016, input: 4x4x1, notes: [of the second], aliases: [G]}
  Third: {with: {depth: $(width - 1)}, slug: the-third, summary: Of the third.}
"""


def test_variants_are_networks() -> None:
    # 3·4 + 4 = 16; 1·5 + 5 + 5·5 + 5 = 40; 16 + 4·4 + 4 + 4·4 + 4 = 56
    made = [(one.name, one.slug, one.parameters, one.family) for one in networks(FAMILY)]
    assert made == [
        ("Family-1", "family-1", 16, "Family"),
        ("Family 2.0", "family-2-0", 40, "Family"),
        ("Third", "the-third", 56, "Family"),
    ]


def test_a_variant_says_what_differs_from_the_file() -> None:
    first, second, third = (one.variant.metadata for one in networks(FAMILY))
    assert [metadata.year for metadata in (first, second, third)] == [2015, 2016, 2015]
    assert [str(metadata.input) for metadata in (first, second, third)] == ["8×8×3", "4×4×1", "8×8×3"]
    assert [metadata.summary for metadata in (first, second, third)] == [
        "Of the family.",
        "Of the family.",
        "Of the third.",
    ]
    assert [[note.text for note in metadata.notes] for metadata in (first, second)] == [
        ["of the family"],
        ["of the second", "of the family"],
    ]
    # names by which one network is known not those of the others
    assert [metadata.aliases for metadata in (first, second)] == [(), ("G",)]
    assert all(metadata.paper for metadata in (first, second, third))


def test_a_file_without_variants_is_one_network_named_by_its_file() -> None:
    (only,) = networks("name: Le Net\nfamily: LeNet\ninput: 8x8x3\nparameters: {n: 2}\nlayers: [{conv: 1x1x$n}]\n")
    assert (only.name, only.slug, only.family, only.parameters) == ("Le Net", "test", "LeNet", 8)
    assert not only.definition.is_family


def test_networks_of_a_family_do_not_share_what_they_keep() -> None:
    text = (
        "name: F\ninput: 8x8x3\nparameters: {n: }\n"
        "layers: [{conv: 1x1x$n, as: k}, relu, {add: [{from: k}, identity]}, {fc: 1}]\n"
        "variants: {A: {with: {n: 2}}, B: {with: {n: 3}}}\n"
    )
    # n·4 + 64·n + 1
    assert [one.parameters for one in networks(text)] == [2 * 4 + 128 + 1, 3 * 4 + 192 + 1]
