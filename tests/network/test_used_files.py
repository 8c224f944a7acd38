"""Blocks of other files, and a network as the backbone of another: values, errors, limits, and what is read again."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import layerwise
from layerwise.__main__ import main
from layerwise.core.errors import DefinitionError
from layerwise.core.limits import USE_DEPTH, USED_FILES
from layerwise.definition import parse
from layerwise.definition.files import embedded
from layerwise.network.assembly import assemble
from layerwise.network.catalogue import Loader, calculate, used_files
from layerwise.network.graph import Network
from layerwise.site.site import Site

HEAD = "name: Test\ninput: 8x8x3\n"
GATE = "blocks: {gate: {parameters: [w], layers: [{conv: 1x1x$w}]}}\n"


def network(text: str, **files: str) -> Network:
    """The first network of a definition next to other files; ``__`` in their names is a slash, ``_`` a hyphen."""
    texts = {f"{name.replace('__', '/').replace('_', '-')}.yml": content for name, content in files.items()}
    definition = parse(HEAD + text, "test.yml", embedded(texts, "test.yml"))
    return assemble(definition, definition.variants[0])


def outputs(of: Network) -> list[str]:
    return [str(row.output) for row in of.layers]


def errors(text: str, **files: str) -> list[str]:
    texts = {f"{name.replace('__', '/').replace('_', '-')}.yml": content for name, content in files.items()}
    with pytest.raises(DefinitionError) as error:
        calculate(parse(HEAD + text, "test.yml", embedded(texts, "test.yml")), Path("test.yml")).sound()
    return [str(diagnostic) for diagnostic in error.value.diagnostics]


# --- blocks -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("use", ["{gates: gate}", "{gates: [gate]}"])
def test_a_block_of_another_file(use: str) -> None:
    of = network(
        f"use: {use}\nlayers: [{{gate: 4}}, {{gate: [5]}}, {{$which: {{w: 6}}}}]\nlet: {{which: gate}}", gates=GATE
    )
    assert outputs(of) == ["8×8×4", "8×8×5", "8×8×6"]


def test_blocks_are_made_with_the_defaults_values_and_blocks_of_their_own_file() -> None:
    # with biases: 3·4 + 4 and 4·8 + 8; the file of the blocks has none: 3·4 and 4·8
    gates = (
        "defaults: {conv: {bias: false}}\nparameters: {factor: 2}\nlet: {twice: $factor}\nblocks:\n"
        "  gate: {parameters: [w], layers: [{conv: 1x1x$w}, {other: $(twice * w)}]}\n"
        "  other: {parameters: [w], layers: [{conv: 1x1x$w}]}\n"
    )
    other = "{other: {layers: [{conv: 1x1x9}]}}"
    of = network(
        f"use: {{gates: gate}}\nlet: {{twice: 3}}\nblocks: {other}\nlayers: [{{gate: 4}}, other, {{conv: 1x1x$twice}}]",
        gates=gates,
    )
    assert [row.stats.parameters for row in of.layers] == [12, 32, 8 * 9 + 9, 9 * 3 + 3]


def test_slots_keep_the_file_where_they_are_written() -> None:
    gates = "blocks: {around: {slots: [body], layers: [inner, $body]}, inner: {layers: [tanh]}}\n"
    text = "use: {gates: around}\nblocks: {inner: {layers: [gelu]}}\nlayers: [{around: [inner, relu]}]"
    assert [row.layer.kind for row in network(text, gates=gates).layers] == ["tanh", "gelu", "relu"]


def test_a_file_in_a_folder_uses_its_neighbours() -> None:
    files = {
        "blocks__a": "use: {b: inner}\nblocks: {outer: {layers: [inner, relu]}}\n",
        "blocks__b": "blocks: {inner: {layers: [tanh]}}\n",
    }
    of = network("use: {blocks/a: outer}\nlayers: [outer]", **files)
    assert [row.layer.kind for row in of.layers] == ["tanh", "relu"]
    assert {*of.definition.used} == {"blocks/a.yml", "blocks/b.yml"}


def test_a_block_of_a_definition() -> None:
    other = f"name: Other\ninput: 8x8x3\n{GATE}layers: [{{gate: 9}}]\n"
    assert outputs(network("use: {other: gate}\nlayers: [{gate: 4}]", other=other)) == ["8×8×4"]


def test_a_block_can_have_another_name_here() -> None:
    of = network("use: {gates: {door: gate}}\nlayers: [{door: 4}]", gates=GATE)
    assert [group.label for group in of.items] == ["door"]  # type: ignore[union-attr]


# --- backbones --------------------------------------------------------------------------------------------------------

BACKBONE = """
name: Back
input: 8x8x3
parameters: [widths, bias: true]
defaults: {conv: {bias: $bias}}
exports: [c1, c2]
variants:
  Back-S: {with: {widths: [4, 5, 6]}}
  Back-L: {with: {widths: [7, 8, 9], bias: false}}
layers:
  - {stage: one, as: c1, layers: [{conv: 1x1x$widths.0}]}
  - {stage: two, as: c2, layers: [{conv: 1x1x$widths.1, stride: 2}]}
  - {conv: 1x1x$widths.2}
"""


@pytest.mark.parametrize(
    ("use", "expected"),
    [
        ("{backbone: back, variant: Back-S}", ["8×8×4", "4×4×5", "4×4×6"]),
        ("{backbone: back, variant: Back-S, until: c2}", ["8×8×4", "4×4×5"]),
        ("{backbone: back, variant: Back-$size, until: c1}", ["8×8×7"]),
        ("{backbone: back, with: {widths: [1, 2, 3]}}", ["8×8×1", "4×4×2", "4×4×3"]),
        ("{backbone: back, variant: Back-L, with: {widths: [1, 2, 3]}, until: c1}", ["8×8×1"]),
    ],
)
def test_layers_of_another_network(use: str, expected: list[str]) -> None:
    size = "let: {size: L}\n" if "$size" in use else ""
    assert outputs(network(f"{size}layers: [{use}]", back=BACKBONE)) == expected


def test_values_of_a_variant_are_those_of_the_backbone() -> None:
    of = network("layers: [{backbone: back, variant: Back-L}, {conv: 1x1x2}]", back=BACKBONE)
    assert [row.stats.parameters for row in of.layers] == [3 * 7, 7 * 8, 8 * 9, 9 * 2 + 2]


def test_a_backbone_gives_the_outputs_that_it_exports() -> None:
    of = network(
        "layers: [{backbone: back, variant: Back-S, until: c2}, {upsample: 2}, {concat: [identity, {from: c1}]}]",
        back=BACKBONE,
    )
    assert outputs(of)[-1] == "8×8×9"


def test_the_stages_of_a_backbone_are_those_of_the_network() -> None:
    of = network("layers: [{backbone: back, variant: Back-S}, {fc: 2}]", back=BACKBONE)
    assert ["/".join((*row.path, row.name)) for row in of.layers] == ["one/Conv", "two/Conv", "Conv", "FC"]


# --- errors -----------------------------------------------------------------------------------------------------------

# ruff: noqa: E501 - each error is easier to read next to its definition
ERRORS = [
    ("use: {gates: gate}\nlayers: [gate]", {}, ["test.yml:3:7: use: there is no file gates.yml"]),
    ("use: {../gates: gate}\nlayers: [relu]", {}, ["test.yml:3:7: use: expected the name of a file without its ending, like blocks/mobile, got '../gates'"]),
    ("use: 3\nlayers: [relu]", {}, ["test.yml:3:6: use: expected files and names of their blocks, like {blocks/mobile: mbconv}"]),
    ("use: {gates: gat}\nlayers: [relu]", {"gates": GATE}, ["test.yml:3:14: use: gates.yml has no block 'gat'; did you mean 'gate'?"]),
    ("use: {gates: [[gate]]}\nlayers: [relu]", {"gates": GATE}, ["test.yml:3:15: use: gates.yml has no block ['gate']; did you mean 'gate'?"]),
    (
        "use: {gates: gate}\nlayers: [relu]",
        {"gates": "blocks: {gate: {layers: [cnv, tnh]}}\n"},
        [
            "test.yml:3:7: use: gates.yml has errors: gates.yml:1:26: unknown layer kind or block 'cnv'; did you mean "
            "'conv'? (and 1 more)"
        ],
    ),
    (
        "use: {gates: gate}\nlayers: [relu]",
        {"gates": "blocks: {gate: {layers: [relu]}}\nyear: 3\n"},
        ["test.yml:3:7: use: gates.yml has errors: gates.yml:2:1: unknown key 'year' in a file of blocks; keys: blocks, defaults, let, parameters, use"],
    ),
    ("use: {gates: gate}\nlayers: [relu]", {"gates": GATE}, ["test.yml:3:14: block 'gate' is never used; use it like a layer kind, or delete it here"]),
    ("use: {gates: gate}\nlayers: [{gate: {v: 1}}]", {"gates": GATE}, ["test.yml:4:11: gate needs w", "test.yml:4:18: gate has no parameter 'v'; parameters: w"]),
    (
        "use: {gates: gate}\nblocks: {gate: {layers: [relu]}}\nlayers: [gate]",
        {"gates": GATE},
        ["test.yml:4:10: block 'gate' is also used from gates.yml", "test.yml:5:10: gate needs w"],
    ),
    ("use: {a: gate, b: gate}\nlayers: [{gate: 1}]", {"a": GATE, "b": GATE}, ["test.yml:3:19: use: 'gate' is also a block of a.yml"]),
    (
        "use: {gates: gate}\nlayers: [{stage: s, layers: [{gate: 0}]}]",
        {"gates": GATE},
        ["test.yml:4:30: conv: expected kernel height × kernel width × output channels, like 3x3x64; 3x64 for sequences, 3x3x3x64 for volumes, got '1x1x0' (in s › gate) (at gates.yml:1:50)"],
    ),
    ("use: {a: x}\nlayers: [x]", {"a": "use: {b: y}\nblocks: {x: {layers: [y]}}\n", "b": "use: {a: x}\nblocks: {y: {layers: [x]}}\n"},
     ["test.yml:3:7: use: a.yml has errors: a.yml:1:7: use: b.yml has errors: b.yml:1:7: use: files cannot use each other: test.yml uses a.yml uses b.yml uses a.yml"]),
    ("use: {test: x}\nlayers: [x]", {"test": GATE}, ["test.yml:3:7: use: files cannot use each other: test.yml uses test.yml"]),
    ("layers: [{backbone: back}]", {}, ["test.yml:3:21: backbone: there is no file back.yml"]),
    ("layers: [{backbone: gates}]", {"gates": GATE}, ["test.yml:3:21: backbone: gates.yml has no layers; name its blocks under use"]),
    ("layers: [{backbone: back}]", {"back": BACKBONE}, ["test.yml:3:10: 'widths' has no value here (in one) (at back.yml:11:42)"]),
    ("layers: [{backbone: back, variant: Back-M}]", {"back": BACKBONE}, ["test.yml:3:36: variant: back.yml has no network 'Back-M'; did you mean 'Back-S'?"]),
    ("layers: [{backbone: back, variant: Back-S, until: c3}]", {"back": BACKBONE}, ["test.yml:3:51: until: back.yml does not export 'c3'; exports: c1, c2"]),
    ("layers: [{backbone: back, with: {width: 3}}]", {"back": BACKBONE}, ["test.yml:3:34: back.yml has no parameter 'width'; did you mean 'widths'?"]),
    ("layers: [{backbone: back, variant: Back-S, stride: 2}]", {"back": BACKBONE}, ["test.yml:3:44: unknown key 'stride' next to backbone; known: as, first, index, name, repeat, share, until, variant, when, with"]),
    ("layers: [{backbone: back, variant: Back-S}, {from: c3}]", {"back": BACKBONE}, ["test.yml:3:52: no output is kept as 'c3'; kept: c1, c2"]),
    ("exports: [a]\nlayers: [relu]", {}, ["test.yml:3:11: no output is kept as 'a'; kept: none"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "files", "messages"), ERRORS, ids=range(len(ERRORS)))
def test_errors_name_both_files(text: str, files: dict[str, str], messages: list[str]) -> None:
    assert errors(text, **files) == messages


def test_a_text_alone_can_use_nothing() -> None:
    with pytest.raises(DefinitionError, match=r"use: there is no file gates\.yml"):
        layerwise.loads(f"{HEAD}use: {{gates: gate}}\nlayers: [gate]")


def chain(length: int) -> dict[str, str]:
    files = {
        f"f{n}": f"use: {{f{n + 1}: b{n + 1}}}\nblocks: {{b{n}: {{layers: [b{n + 1}]}}}}\n" for n in range(length - 1)
    }
    return files | {f"f{length - 1}": f"blocks: {{b{length - 1}: {{layers: [relu]}}}}\n"}


def test_files_use_each_other_up_to_a_depth() -> None:
    assert outputs(network("use: {f0: b0}\nlayers: [b0]", **chain(USE_DEPTH))) == ["8×8×3"]
    (message,) = errors("use: {f0: b0}\nlayers: [b0]", **chain(USE_DEPTH + 1))
    assert message.endswith(f"files use each other at most {USE_DEPTH} levels deep")


def test_a_definition_uses_up_to_a_number_of_files() -> None:
    files = {f"f{n}": f"blocks: {{b{n}: {{layers: [relu]}}}}\n" for n in range(USED_FILES + 1)}
    uses, blocks = [f"f{n}: b{n}" for n in range(USED_FILES + 1)], [f"b{n}" for n in range(USED_FILES + 1)]
    some = f"use: {{{', '.join(uses[:-1])}}}\nlayers: [{', '.join(blocks[:-1])}]"
    assert len(outputs(network(some, **files))) == USED_FILES
    (message, *_) = errors(f"use: {{{', '.join(uses)}}}\nlayers: [{', '.join(blocks)}]", **files)
    assert "too many files; a definition uses at most 20, directly or through others" in message


# --- files on disk ----------------------------------------------------------------------------------------------------


@pytest.fixture
def folder(here: Path) -> Path:
    """A folder with a definition that uses a file of blocks, and another that uses that definition."""
    networks = here / "networks"
    (networks / "blocks").mkdir()
    (networks / "blocks" / "gates.yml").write_text(GATE)
    (networks / "user.yml").write_text(
        "name: User\nexports: [x]\ninput: 8x8x3\nuse: {blocks/gates: gate}\nlayers: [{gate: 4, as: x}]\n"
    )
    (networks / "head.yml").write_text("name: Head\ninput: 8x8x3\nlayers: [{backbone: user, until: x}, {fc: 2}]\n")
    return networks


def test_files_are_found_next_to_the_definition(folder: Path) -> None:
    assert outputs(layerwise.load(folder / "head.yml")) == ["8×8×4", "2"]
    catalogue = Loader().folder(folder)
    assert [entry.network.slug for entry in catalogue.entries] == ["tiny", "head", "user"]
    assert {*used_files(catalogue)} == {"blocks/gates.yml", "user.yml"}


def test_only_users_of_a_changed_file_are_calculated_again(folder: Path) -> None:
    loader = Loader()
    before = {entry.network.slug: entry.network for entry in loader.folder(folder).entries}
    again = {entry.network.slug: entry.network for entry in loader.folder(folder).entries}
    assert all(again[slug] is network for slug, network in before.items())
    (folder / "blocks" / "gates.yml").write_text(GATE.replace("1x1x$w", "1x1x$(2 * w)"))
    after = {entry.network.slug: entry.network for entry in loader.folder(folder).entries}
    assert outputs(after["user"]) == ["8×8×8"]
    assert outputs(after["head"]) == ["8×8×8", "2"]
    assert after["tiny"] is before["tiny"]


def test_a_used_file_that_appears_is_noticed(folder: Path) -> None:
    (folder / "blocks" / "gates.yml").rename(folder / "gates.txt")
    loader = Loader()
    assert "there is no file networks/blocks/gates.yml" in str(loader.state(folder / "user.yml").diagnostics[0])
    (folder / "gates.txt").rename(folder / "blocks" / "gates.yaml")
    assert not loader.state(folder / "user.yml").diagnostics


def test_check_reads_files_of_blocks(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check"]) == 0
    assert capsys.readouterr().out == "3 definitions, 3 networks: no errors\n"
    assert main(["check", "networks/blocks/gates.yml"]) == 0
    (folder / "blocks" / "gates.yml").write_text(GATE.replace("conv", "cnv"))
    assert main(["check"]) == 1
    printed = capsys.readouterr().err
    assert "networks/blocks/gates.yml:1:44: unknown layer kind or block 'cnv'; did you mean 'conv'?" in printed
    assert "networks/user.yml:4:7: use: networks/blocks/gates.yml has errors: networks/blocks/gates.yml:1:44" in printed


def test_links_out_of_the_folder_are_not_followed(folder: Path) -> None:
    outside = folder.parent / "outside.yml"
    outside.write_text(GATE)
    (folder / "blocks" / "gates.yml").unlink()
    os.symlink(outside, folder / "blocks" / "gates.yml")
    with pytest.raises(DefinitionError, match="there is no file"):
        layerwise.load(folder / "user.yml")


def test_a_server_renders_the_pages_of_users_again(folder: Path) -> None:
    site = Site(tolerant=True)
    site.load(folder)
    before = {page.path: page.key for page in site.pages()}
    (folder / "blocks" / "gates.yml").write_text(GATE.replace("1x1x$w", "1x1x$(3 * w)"))
    site.load(folder)
    changed = {page.path for page in site.pages() if before[page.path] != page.key}
    assert {"networks/user.md", "networks/head.md"} <= changed
    assert "networks/tiny.md" not in changed
    (folder / "blocks" / "gates.yml").write_text("blocks: [")
    site.load(folder)
    assert any("gates.yml" in str(diagnostic) for diagnostic in site.diagnostics)
    assert {page.path for page in site.pages()} == before.keys()
