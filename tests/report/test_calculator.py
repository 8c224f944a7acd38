"""The calculator's answers, in this process."""

from __future__ import annotations

import json

import pytest

from layerwise.core.errors import UnknownNetworkError
from layerwise.network.catalogue import Catalogue
from layerwise.network.diff import diff
from layerwise.report import pictures
from layerwise.report.calculator import Calculator, file_name
from layerwise.report.data.export import layers_csv
from layerwise.report.library import loads
from layerwise.report.parts import parts, parts_of_page
from layerwise.report.reference.language import language
from layerwise.report.tables import diff as diff_tables
from layerwise.report.tables import html
from layerwise.report.tables.network import layer_table

SMALL = "name: Small\ninput: 8x8x3\nlayers: [{conv: 3x3x4}, {fc: 10}]\n"
FAMILY = """\
name: Pair
input: 8x8x3
parameters: {width: }
layers: [{conv: 3x3x$width}]
variants: {A: {with: {width: 4}}, B: {with: {width: 8}}, C: {with: {width: 0}}}
"""


def test_parts_are_those_of_the_page(catalogue: Catalogue) -> None:
    network = catalogue.entry("googlenet").network
    answer = Calculator().calculate(network.definition.source.text, "googlenet.yml")
    assert answer["is_complete"]
    assert answer["parts"]["layers"] == html.render(layer_table(network))
    assert answer["parts"]["profile"] == pictures.profile(network)
    assert answer["parts"]["strips"] == pictures.strips(network)


def test_selected_network_of_a_family_comes_first() -> None:
    calculator = Calculator()
    first = calculator.calculate(FAMILY, slug="b")
    assert not first["is_complete"]
    assert first["diagnostics"] == []
    assert first["networks"] == [("a", "A"), ("b", "B"), ("c", "C")]
    assert first["selected"] == "b"
    assert "224" in first["parts"]["figures"]  # 3·3·3·8 + 8
    assert [calculator.more()["is_complete"] for _ in range(3)] == [False, False, True]
    (line, column, message) = calculator.more()["diagnostics"][0]
    assert (line, column) == (4, 17)
    assert message.startswith("conv: expected kernel height × kernel width × output channels")


def test_errors_leave_the_last_network_for_downloads() -> None:
    calculator = Calculator()
    calculator.calculate(SMALL)
    answer = calculator.calculate(SMALL.replace("conv", "cnv"))
    assert answer["diagnostics"] == [(3, 11, "unknown layer kind or block 'cnv'; did you mean 'conv'?")]
    assert answer["networks"] == []
    assert json.loads(calculator.data("json"))["parameters"] == 1562
    assert calculator.data("csv").splitlines()[2].startswith("Conv,8x8x3,3x3x4")
    assert calculator.data("markdown").startswith("**Small**: Parameters 1,562, Memory 6.102 KB")


def test_csv_is_that_of_the_site(catalogue: Catalogue) -> None:
    network = catalogue.entry("lenet-5").network
    calculator = Calculator()
    calculator.calculate(network.definition.source.text, "lenet-5.yml")
    assert calculator.data("csv") == layers_csv(network)


def test_there_is_no_data_without_a_network() -> None:
    with pytest.raises(UnknownNetworkError):
        Calculator().data("json")


def test_changes_are_those_of_the_command() -> None:
    calculator = Calculator()
    calculator.calculate(SMALL.replace("{fc: 10}", "relu, {fc: 12}"))
    changes = calculator.changes(SMALL, "small.yml")
    before, after = loads(SMALL), loads(SMALL.replace("{fc: 10}", "relu, {fc: 12}"))
    steps = diff(before, after)
    assert (changes["before"], changes["summary"]) == ("Small", "1 added, 0 removed, 1 changed, 1 equal")
    assert changes["parts"]["changes"] == html.render(diff_tables.layer_table(steps))
    assert changes["parts"]["totals"] == html.render(diff_tables.totals_table(before, after, steps))
    assert "+290" in changes["parts"]["totals"]  # 2 · (6·6·4 + 1)


def test_changes_are_of_the_variant_with_the_same_slug() -> None:
    calculator = Calculator()
    family = FAMILY.replace(", C: {with: {width: 0}}", "")
    calculator.calculate(family, "pair.yml", "b")
    assert calculator.changes(family, "pair.yml") == {"before": "B", "summary": "no differences", "parts": {}}
    calculator.calculate(SMALL)
    assert calculator.changes(family, "pair.yml")["before"] == "A"
    with pytest.raises(UnknownNetworkError):
        Calculator().changes(SMALL, "small.yml")


def test_page_is_calculated_for_another_input(catalogue: Catalogue) -> None:
    network = catalogue.entry("vit-b-16").network
    calculator = Calculator()
    text, file = network.definition.source.text, "vit.yml"
    answer = calculator.what_if(text, file, "vit-b-16", "384", "10")
    assert (answer["error"], answer["input"], answer["classes"]) == ("", "384×384×3", 10)
    assert answer["note"] == "Trained position embeddings must be interpolated"
    assert answer["parts"]["sentence"].startswith("ViT-B/16 has 86,098,186 parameters")  # 86,859,496 − 990 · 769
    assert json.loads(calculator.data("json"))["input"] == [384, 384, 3]
    usual = calculator.what_if(text, file, "vit-b-16", "", "")
    assert usual["parts"] == {**parts(network), **parts_of_page(network)}


def test_page_is_not_calculated_for_an_input_that_does_not_fit(catalogue: Catalogue) -> None:
    text = catalogue.entry("lenet-5").network.definition.source.text
    answer = Calculator().what_if(text, "lenet-5.yml", "lenet-5", "64", "")
    assert answer["error"].startswith("FC1 (fc): its 5×5×16×120 + 120 weights are for an input of 5×5×16;")
    assert answer["parts"] == {}


def test_requests_and_answers_are_json() -> None:
    answer = json.loads(Calculator().respond(json.dumps(["calculate", "name: \ud800"])))
    assert answer["diagnostics"]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("name: ResNet-50\n", "resnet-50.yml"),
        ("input: 1x1x1\nname: 'U-Net++'  # x\n", "u-net-plus-plus.yml"),
        ("layers: []\n", "definition.yml"),
        ("name: 深\n", "definition.yml"),
    ],
)
def test_name_of_the_file_follows_from_that_of_the_network(text: str, name: str) -> None:
    assert file_name(text) == name


def test_language_has_the_keys_of_every_mapping() -> None:
    data = language()
    assert data["kinds"]["conv"]["bias"]["values"] == ["true", "false", "untied"]
    assert data["kinds"]["conv"]["conv"]["example"] == "conv: 3x3x64"
    assert list(data["mappings"]["file"])[:4] == ["name", "year", "input", "layers"]
    assert {"stage", "repeat", "as", "from"} <= data["mappings"]["item"].keys()
    assert data["mappings"]["claim"]["parameters"]["meaning"]
    assert all(entry.get("meaning") for options in data["kinds"].values() for entry in options.values())


def test_files_that_a_definition_uses_are_given_with_it(catalogue: Catalogue) -> None:
    network = catalogue.entry("efficientnet-b0").network
    text, file, used = network.definition.source.text, "efficientnet.yml", dict(network.definition.used)
    answer = Calculator().calculate(text, file, network.slug, used)
    assert answer["parts"]["layers"] == html.render(layer_table(network))
    assert Calculator().what_if(text, file, network.slug, "", "", used)["parts"]["layers"] == answer["parts"]["layers"]
    (_, _, message), *_ = Calculator().calculate(text, file)["diagnostics"]
    assert message.startswith("use: there is no file blocks/")
