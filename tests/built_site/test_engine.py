"""The calculator's engine gives what the site has, byte for byte: Python in WebAssembly, run here by Node."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import pytest

from layerwise.network.catalogue import Catalogue
from layerwise.report import layer
from layerwise.report.data import derivations
from layerwise.report.data.export import ROOT
from layerwise.report.reference.layers import ALL
from tests.definition.test_errors import CASES, HEAD
from tests.definition.test_limits import HOSTILE
from tests.engine import Engine, Native, answers, engine
from tests.projects import NETWORKS
from tests.words import covering_files

ON_PAGES = ("profile", "strips", "layers", "blocks", "compute", "memory")
"""Parts of the calculator that pages of networks have as well."""


@pytest.fixture(scope="module")
def engines(site: Path) -> Iterator[Callable[[str], Engine]]:
    """Return the engine that was started in a way; it is started once."""
    with ExitStack() as stack:
        yield cache(lambda start: stack.enter_context(engine(site, start)))


@pytest.fixture(params=["snapshot", "modules"])
def wasm(engines: Callable[[str], Engine], request: pytest.FixtureRequest) -> Engine:
    return engines(request.param)


@pytest.fixture(scope="module")
def used(site: Path) -> dict[str, str]:
    """The files that definitions use."""
    texts: dict[str, str] = json.loads((site / "calculate" / "used.json").read_text(encoding="utf-8"))
    return texts


def ids(part: object) -> object:
    return getattr(part, "stem", part)


@pytest.mark.parametrize(
    ("wasm", "file"), [("snapshot", file) for file in sorted(NETWORKS.glob("*.yml"))], indirect=["wasm"], ids=ids
)
def test_network_is_equal_to_its_page_and_data(file: Path, wasm: Engine, site: Path, used: dict[str, str]) -> None:
    answer = wasm.ask("calculate", file.read_text(encoding="utf-8"), file.name, "", used)
    slug = answer["selected"]
    page = (site / "networks" / slug / "index.html").read_text(encoding="utf-8")
    assert [part for part in ON_PAGES if answer["parts"][part] not in page] == []
    for name, path in {
        "json": f"{ROOT}/networks/{slug}.json",
        "csv": f"{ROOT}/networks/{slug}.csv",
        "derivation": derivations.path(slug),
    }.items():
        assert wasm.ask("data", name).encode() == (site / path).read_bytes(), name


@pytest.mark.parametrize("file", covering_files()[::6], ids=ids)
def test_whole_answers_are_those_of_this_process(file: Path, wasm: Engine, used: dict[str, str]) -> None:
    """With the check of all networks of a file, from both starts of the engine."""
    text, native = file.read_text(encoding="utf-8"), Native()
    found = answers(wasm, text, file.name, used)
    assert found == answers(native, text, file.name, used)
    assert found[-1]["diagnostics"] == []
    assert wasm.ask("data", "markdown") == native.ask("data", "markdown")


@pytest.mark.parametrize(("wasm", "each"), [("snapshot", 1), ("modules", 27)], indirect=["wasm"])
def test_errors_have_the_same_messages_and_places(wasm: Engine, each: int) -> None:
    hostile = [text for name, (text, _) in HOSTILE.items() if name != "claims of long names"]  # which takes 10 s here
    texts = [*(case.text for case in CASES), *(f"{HEAD}{text}" for text in hostile)][::each]
    native = Native()
    found = [answers(wasm, text, "test.yml")[1] for text in texts]
    assert found == [answers(native, text, "test.yml")[1] for text in texts]
    assert [text for text, answer in zip(texts, found, strict=True) if not answer["diagnostics"]] == []


def test_every_network_of_a_family_can_be_selected(wasm: Engine, catalogue: Catalogue) -> None:
    family = next(family for family in catalogue.families if family.slug == "resnet")
    text = family.definition.source.text
    for entry in family.entries:
        answer = wasm.ask("calculate", text, family.file.name, entry.network.slug)
        assert answer == Native().ask("calculate", text, family.file.name, entry.network.slug)
        assert answer["selected"] == entry.network.slug
    before = ("changes", catalogue.entry("vgg-16").network.definition.source.text, "vgg.yml")
    native = Native()
    native.ask("calculate", text, family.file.name, family.entries[-1].network.slug)
    assert wasm.ask(*before) == native.ask(*before)


def test_every_kind_of_layer_is_calculated_alike(wasm: Engine) -> None:
    native = Native()
    for word, kind in ALL.items():
        for values in (layer.sample(kind).values, {layer.INPUT: "7x6x5", layer.SIZE: "x"}):
            assert wasm.ask("layer", word, values) == native.ask("layer", word, values), word


def test_other_inputs_give_the_same_answers(wasm: Engine, catalogue: Catalogue, used: dict[str, str]) -> None:
    for slug in ("resnet-50", "vgg-16", "vit-b-16", "googlenet", "efficientnet-b0"):
        entry = catalogue.entry(slug)
        question = ("what_if", entry.network.definition.source.text, entry.file.name, slug, "320x256", "10", used)
        assert wasm.ask(*question) == Native().ask(*question)
