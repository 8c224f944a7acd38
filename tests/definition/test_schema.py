"""The schema of definitions: current, described throughout, and of one mind with the reader as far as it can be."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import jsonschema_rs
import pytest

from layerwise.core.errors import DefinitionError
from layerwise.core.fields import Declaration
from layerwise.definition import yaml_parser
from layerwise.definition.grammar import Common
from layerwise.definition.metadata import Accuracy, Claim, FileMetadata, Note, Paper, VariantMetadata
from layerwise.definition.schema import ADDRESS, FIRST_LINE, PATH, schema, text
from layerwise.definition.schema.models import Models, or_expression
from layerwise.layers import KINDS, MERGES, AnyLayer
from layerwise.layers.options import Flag, Whole
from layerwise.layers.reshaping import Identity
from tests.definition.test_errors import CASES, HEAD, UNUSED, Case

ROOT = Path(__file__).parents[2]
NETWORKS = sorted((ROOT / "networks").glob("*.yml"))
SCHEMA = schema()
VALID = jsonschema_rs.Draft7Validator(SCHEMA)
ALL: dict[str, type[AnyLayer]] = {**KINDS, **MERGES}


def accepts(definition: str) -> bool:
    return VALID.is_valid(yaml_parser.read(definition, "test.yml").data)


def refusals(definition: str) -> list[str]:
    """The places of what the schema refuses: ``layers/0/conv``."""
    errors = VALID.iter_errors(yaml_parser.read(definition, "test.yml").data)
    return sorted("/".join(map(str, error.instance_path)) for error in errors)


def shortest(word: str) -> str:
    """A kind with what it needs."""
    sizes = dict.fromkeys(("conv", "transposed_conv", "local_conv", "deformable_conv"), "1x1x3") | {"channels": "1/1"}
    two_sides = ("depthwise_conv", "max_pool", "avg_pool", "adaptive_avg_pool", "window_attention", "grid_attention")
    values = {"operation": "a"}
    needed = [
        f"{name}: {values.get(name, 1)}"
        for name, field in ALL[word].fields().items()
        if field.is_required and name != "size"
    ]
    if word in MERGES:
        names = MERGES[word].branch_names
        branches = f"{{{', '.join(f'{name}: identity' for name in names)}}}" if names else "[identity, identity]"
        return ", ".join([f"{word}: {branches}", *needed])
    kind, size = KINDS[word], sizes.get(word, "1x1" if word in (*two_sides, *RESHAPING) else "1")
    has_size = "size" in kind.fields() and kind.fields()["size"].is_required
    return ", ".join([f"{word}: {size if has_size else ''}", *needed])


RESHAPING = ("space_to_depth", "depth_to_space", "to_map")


# --- the file -------------------------------------------------------------------------------------------------------


def test_committed_schema_is_current() -> None:
    assert (ROOT / PATH).read_text(encoding="utf-8") == text(), f"write {PATH} anew with: layerwise schema"


def test_it_is_a_schema_of_draft_7() -> None:
    assert SCHEMA["$schema"] == "http://json-schema.org/draft-07/schema#"
    assert text() == json.dumps(SCHEMA, ensure_ascii=False, indent=1) + "\n"
    jsonschema_rs.meta.validate(SCHEMA)
    words = {key for part in parts(SCHEMA) for key in part}
    assert not words & {"prefixItems", "$defs", "dependentRequired", "dependentSchemas", "written"}
    assert all(set(part) == {"$ref"} for part in parts(SCHEMA) if "$ref" in part), "draft 7 reads nothing beside $ref"


def test_the_entry_for_schema_store_leads_to_it() -> None:
    # the rules of its catalogue: an address without a redirect, no generic names of files, "schema" in no description
    page = (ROOT / "docs" / "workflow.md").read_text(encoding="utf-8")
    (text_of_entry,) = re.findall(r"```text\n(\{.*?)```", page, re.DOTALL)
    entry = json.loads(text_of_entry)
    assert entry["url"] == SCHEMA["$id"] == ADDRESS
    assert page.count(ADDRESS) == 3
    assert all(re.fullmatch(r"\*\.layerwise\.ya?ml", name) for name in entry["fileMatch"])
    assert "schema" not in (entry["name"] + entry["description"]).lower()
    references = {part["$ref"] for part in parts(SCHEMA) if "$ref" in part}
    assert references
    for reference in references:
        found: Any = SCHEMA
        for step in reference.removeprefix("#/").split("/"):
            found = found[step]


def parts(value: Any) -> Iterator[dict[str, Any]]:
    """Every schema inside of a schema, also mappings of names to schemas."""
    if isinstance(value, dict):
        yield value
        for key, entry in value.items():
            if key not in ("examples", "default", "enum"):
                yield from parts(entry)
    elif isinstance(value, list):
        for entry in value:
            yield from parts(entry)


def resolved(part: Any) -> Any:
    """A schema, or what it refers to."""
    while "$ref" in part:
        reference, part = part["$ref"], SCHEMA
        for step in reference.removeprefix("#/").split("/"):
            part = part[step]
    return part


def test_every_reference_leads_somewhere_and_every_definition_is_reached() -> None:
    references = {part["$ref"].split("/")[2] for part in parts(SCHEMA) if "$ref" in part}
    assert references == SCHEMA["definitions"].keys()
    assert all(isinstance(resolved(part), dict) for part in parts(SCHEMA) if "$ref" in part)


@pytest.mark.parametrize("name", ["", *SCHEMA["definitions"]])
def test_every_key_is_described_with_an_example(name: str) -> None:
    properties = (SCHEMA["definitions"][name] if name else SCHEMA).get("properties", {})
    checker = jsonschema_rs.Draft7Validator({"properties": properties, "definitions": SCHEMA["definitions"]})
    for key, part in properties.items():
        found = resolved(part)
        if name == "defaults" or name.endswith(".complete"):
            continue  # the keys are kinds, which are described as layers
        assert found["description"].endswith((".", "…)")), key
        assert found.get("examples") or found["type"] == ["null"], key
        assert all(checker.is_valid({key: example}) for example in found.get("examples", [])), key
        assert checker.is_valid({key: found["default"]}) if "default" in found else True, key


@pytest.mark.parametrize(
    ("kind", "option", "default"),
    [
        ("conv", "stride", 1), ("conv", "padding", 0), ("conv", "bias", True), ("conv", "activation", "none"),
        ("transposed_conv", "output_padding", 0), ("upsample", "mode", "nearest"), ("window_attention", "version", 1),
        ("dropout", "size", 0.5), ("lrn", "size", 5), ("instance_norm", "affine", False),
    ],
)  # fmt: skip
def test_defaults_are_as_they_are_written(kind: str, option: str, default: Any) -> None:
    found = SCHEMA["definitions"][f"{kind}.options"]["properties"][option]["default"]
    assert (found, type(found)) == (default, type(default))


# --- sound definitions ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("file", NETWORKS, ids=lambda file: file.stem)
def test_networks_name_the_schema_and_follow_it(file: Path) -> None:
    definition = file.read_text(encoding="utf-8")
    assert definition.startswith(f"{FIRST_LINE}\n"), "the first line tells editors of the schema"
    assert refusals(definition) == []


SOUND = {
    "one layer alone": "layers: {fc: 10}",
    "a word alone": "layers: relu",
    "× for x": "layers: [{conv: 3×3×64, stride: 1×2}]",
    "numbers as texts": "layers: [{fc: '10'}, {dropout: 0}]",
    "an expression in any option": "layers: [{conv: $a, stride: $b, bias: $c, norm: $d, connections: [[$e], $f]}]",
    "an expression in a string": "layers: [{conv: 3x3x$(2 * w), name: conv$w, repeat: $(w), when: $(w > 1)}]",
    "an option called like a kind": "layers: [{fc: 10, dropout: 0.5, activation: softmax}]",
    "nothing for a size that is not needed": "layers: [{prelu: }, {scale: , bias: true}, {class_token: ~}]",
    "a size by default": "defaults: {group_norm: {size: 32}}\nlayers: [group_norm, {group_norm: }]",
    "an option by default": "defaults: {window_attention: {heads: 3}}\nlayers: [{window_attention: 7x7}]",
    "a size in the first repeat": "layers: [{conv: 3x3x8, repeat: 2, first: {size: 1x1x8, stride: 2}}]",
    "a block called like an option": "blocks: {stride: {layers: [relu]}}\nlayers: [stride, {stride: , name: a}]",
    "a block with values": "blocks: {my-block: {layers: [relu]}}\nlayers: [{my-block: [1, [2, 3], a, true]}]",
    "a block in Greek": "blocks: {μπλοκ: {layers: [relu]}}\nlayers: [μπλοκ, {μπλοκ: {width: 3}, repeat: 2}]",
    "a block by expression": "blocks: {b: {layers: [relu]}}\nlayers: [$block, {$block: 1, first: {s: 2}, repeat: 3}]",
    "a block that is not used": "blocks: {b: {parameters: {w: , s: 1}, let: {x: $w}, layers: relu}}\nlayers: [relu]",
    "branches as a list": "layers: [{add: [identity, [relu, {from: a}], {fc: 3}], activation: relu, as: a}]",
    "no branch": "layers: [{concat: {a: [], b: {identity: , when: false}}}]",
    "a stage": "layers: [{stage: 2, layers: relu, repeat: 3, when: true, as: x}, {output: [relu], name: aux}]",
    "a name that is a number": "layers: [{relu: , name: 3}, {relu: , as: 1}, {from: 1}]",
    "no blocks, no defaults": "blocks:\ndefaults:\nparameters:\nlet:\nlayers: [relu]",
    "nothing said": "year:\npaper:\nsummary:\nfamily:\nlayers: [relu]",
    "notes": "notes: [a text, {text: another, about: Conv1}]\nlayers: [relu]",
    "figures": "claims: [{source: s, macs: 3.8 × 10⁹, parameters: 60 M, depth: 8}]\nlayers: [relu]",
    "one accuracy": "accuracy: {top1: 70, source: s, weights: w, test: 224×224, crop: 1, extra: e}\nlayers: [relu]",
    "accuracies": "accuracy: [{top1: 70, source: s}, {top1: 71, source: s, url: 'https://a.org'}]\nlayers: [relu]",
    "variants": "variants: {A: , B: {with: {n: 3}, year: 2015, input: 8x8x3, slug: b}}\nlayers: [relu]",
}


@pytest.mark.parametrize("definition", SOUND.values(), ids=SOUND.keys())
def test_sound_definitions_pass(definition: str) -> None:
    assert refusals(HEAD + definition) == []


# --- errors ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", ALL)
def test_misspelt_options_of_every_kind_are_caught(word: str) -> None:
    layer = shortest(word)
    keys = [*Common.words(), *(name for name in ALL[word].fields() if name != "size")]
    blocks = "\nblocks: {b: {layers: [relu]}}"
    for key in keys:
        misspelt = f"{key[:-1]}_{key[-1]}"
        for around in ("[LAYER]", f"[LAYER]{blocks}", "[{stage: s, layers: [{add: [LAYER, LAYER]}]}]"):
            definition = f"{HEAD}layers: {around}"
            assert accepts(definition.replace("LAYER", f"{{{layer}}}"))
            assert not accepts(definition.replace("LAYER", f"{{{layer}, {misspelt}: 1}}")), misspelt
        assert not accepts(f"{HEAD}layers: [relu]\nblocks: {{b: {{layers: [{{{layer}, {misspelt}: 1}}]}}}}"), misspelt
        assert not accepts(f"{HEAD}layers: [relu]\ndefaults: {{{word}: {{{misspelt}: 1}}}}"), misspelt
        assert not accepts(f"{HEAD}layers: [{{{layer}, repeat: 2, first: {{{misspelt}: 1}}}}]"), misspelt


@pytest.mark.parametrize("word", ALL)
def test_misspelt_kinds_are_caught_where_no_block_can_be_meant(word: str) -> None:
    misspelt = f"{word[:-1]}_{word[-1]}"
    for entry in (misspelt, f"{{{misspelt}: 3}}", f"{{{misspelt}: 3, name: a}}"):
        assert not accepts(f"{HEAD}layers: [{entry}]")
        assert accepts(f"{HEAD}layers: [{entry}]\nblocks: {{b: {{layers: [relu]}}}}"), "it may be a block"
    assert not accepts(f"{HEAD}layers: [{{{misspelt}: 3, stride: 2}}]\nblocks: {{b: {{layers: [relu]}}}}")
    assert not accepts(f"{HEAD}layers: [relu]\ndefaults: {{{misspelt}: {{}}}}")


@pytest.mark.parametrize(
    ("model", "definition"),
    [
        (FileMetadata, "{}: 1"), (Paper, "paper: {{title: t, {}: 1}}"),
        (Claim, "claims: [{{source: s, macs: 1, {}: 1}}]"),
        (Note, "notes: [{{text: t, {}: 1}}]"), (Accuracy, "accuracy: {{top1: 1, source: s, {}: 1}}"),
        (VariantMetadata, "variants: {{A: {{{}: 1}}}}"),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else "",
)  # fmt: skip
def test_misspelt_keys_of_metadata_are_caught(model: type[Declaration], definition: str) -> None:
    for key in model.fields():
        assert not accepts(f"{HEAD}layers: [relu]\n{definition.format(f'{key[:-1]}_{key[-1]}')}"), key


ONLY_THE_READER = {
    "the largest number, and 2.0 for 2": (
        "a large size", "groups: 2.0", "input: 8x8x999999999",
    ),
    "blocks by name: which there are, and what each takes": (
        "an unknown block", "a misspelt block", "a missing argument", "a missing argument of a word",
        "a missing one next to another", "an unknown argument", "too many values", "a value for none",
        "an unknown argument in first", "an argument of a wrong type", "an argument as a list",
        "a block by an unknown name", "a block by a wrong name", "a block by a list",
        "a named block's missing argument", "an error in a block that is not used",
        "a block that uses itself", "blocks that use each other",
    ),
    "outputs kept by name": (
        "like what is not kept", "like what is kept later", "like a vector", "a size and like",
        "from what is not kept", "from where nothing is kept", "from what is kept later", "from what is skipped",
        "from a name that no iteration has", "from an expression for nothing",
        "from a name that no expression can become", "as input", "as an expression for input",
        "as an expression without a value",
    ),
    "branches and slots": (
        "when on an identity", "when on a from alone in a branch",
        "a slot that is not given", "a slot that is not placed",
        "a slot with arguments", "a slot called like a parameter", "a slot in an expression",
        "a shape in the layers of a slot", "an error in the layers of a slot", "an argument as a mapping",
    ),
    "names of iterations": (
        "a name of the iteration that is taken", "a name of the iteration of an outer one",
        "index by its other name", "a named iteration in repeat", "an iteration whose name nothing uses",
    ),
    "letters that nobody sees": (
        "a stage that nobody sees", "a layer that nobody sees", "an output that nobody sees",
    ),
    "names in expressions": (
        "an unknown name", "no names at all", "index without repeat", "index in when", "index in repeat",
        "in_channels outside of blocks", "a height without one", "two unknown names", "let of a later name",
        "let of itself",
        "a parameter of later ones", "a parameter without value here", "a parameter that nothing uses",
        "a parameter without a value", "a parameter twice in the file",
    ),
    "expressions and their values": (
        "a malformed expression", "a dollar alone", "a size of a wrong type", "a stride of a wrong type",
        "a size without a value", "an index beyond", "let of nothing that is used", "an argument without a value",
        "a later value without a value", "a first without a value", "a parameter of a wrong value",
        "errors in two variants", "texts that double", "lists that double",
    ),
    "the number of sides": (
        "a kernel without channels", "a kernel of three sides", "a pool of one side", "an adaptive pool of one side",
        "a stride of three sides", "a padding of three sides", "a dilation of three sides",
        "an interpolation of three sides", "an image without its channels", "a kernel of a map on a sequence",
    ),
    "what is around an output": ("a main output in a side output",),
    "whose weights they are": (
        "shared weights of other shapes", "shared weights of another kind", "shared weights of more layers",
        "shared weights of none",
    ),
    "shapes that do not fit": (
        "a kernel larger than the map", "in a stage and a block", "in the second of three", "groups that do not divide",
        "conv on a vector", "add of different shapes", "concat of different sizes", "in a branch", "in two branches",
        "a side output",
    ),
    "how much comes out": (
        "no branch left", "no layer left", "nothing but a side output", "too many layers", "too many in branches",
        "repeats of repeats of nothing", "blocks that double", "channels that double", "sides that grow",
    ),
    "figures that are not the calculated ones": (
        "a claim that disagrees", "a claim that differs and agrees", "a claim of nothing there", "a depth of a layer",
        "two claims that disagree", "a field that is the whole input",
    ),
    "keys that only layers have": ("another name of what is no layer",),
    "names of pages": (
        "a name without a slug",
    ),
    "what is used": tuple(case.what for case in UNUSED),
}  # fmt: skip
"""The errors that no schema catches, by what it would have to know; it catches all others in the reader's table."""


def is_yaml(case: Case) -> bool:
    """Return true if a validator has values to check; errors in the YAML itself depend on the parser."""
    try:
        return yaml_parser.read(case.text, "test.yml") is not None
    except DefinitionError:
        return False


def test_schema_catches_errors_seen_at_one_place() -> None:
    listed = [name for names in ONLY_THE_READER.values() for name in names]
    accepted = [case.what for case in CASES if is_yaml(case) and accepts(case.text)]
    assert len(listed) == len(set(listed))
    assert set(accepted) == set(listed)
    assert not {case.what for case in CASES if is_yaml(case) and not accepts(case.text)} & set(listed)


ADDRESSES = {
    "https://arxiv.org/abs/1512.03385": True,
    "http://yann.lecun.com": True,
    "https://example.org/@user?a=b#c": True,
    "https://example.org:8080/a_(b)": True,
    "doi:10.1038/nature14539": True,
    "nowhere": False,
    "ftp://example.org/": False,
    "javascript:alert(1)": False,
    "https://user@example.org/": False,
    "https://example.org/a b": False,
    "doi:nature14539": False,
}


@pytest.mark.parametrize(("address", "is_one"), ADDRESSES.items())
def test_addresses(address: str, is_one: bool) -> None:
    assert accepts(f"{HEAD}layers: [relu]\npaper: {{title: T, url: '{address}'}}") == is_one


# --- new kinds ------------------------------------------------------------------------------------------------------


class Tilted(Identity):
    """Turns the map."""

    angle: Whole
    """By how much, like 90."""
    side: Literal["left", "right"] | None = None
    """To which side."""
    bias: Flag | None = None
    """Add a bias."""


@pytest.mark.parametrize(
    ("option", "good", "bad"),
    [
        ("angle", [90, "90", "$a", "$(2 * a)"], [0, "1x2", None, True, "left"]),
        ("side", ["left", "right", None, "$s"], ["up", 1, ""]),
        ("bias", [True, None, "$b"], [1, "true"]),
    ],
)
def test_options_of_a_new_kind_are_read_off_its_class(option: str, good: list[Any], bad: list[Any]) -> None:
    rule = or_expression(Models().object_of(Tilted)["properties"][option])
    checker = jsonschema_rs.Draft7Validator(rule)
    assert [value for value in good if not checker.is_valid(value)] == []
    assert [value for value in bad if checker.is_valid(value)] == []
