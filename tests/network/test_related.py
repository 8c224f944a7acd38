"""Related pages: they must exist, and the relation is shown on both pages."""

from __future__ import annotations

from pathlib import Path

import pytest

from layerwise.__main__ import main
from layerwise.core.errors import DefinitionError
from layerwise.network.catalogue import Catalogue, Loader, related_pages

NETWORK = "name: {name}\ninput: 8x8x3\nrelated: [{related}]\nlayers: [{{fc: 10}}]\n"
FAMILY = "name: {name}\ninput: 8x8x3\nrelated: [{related}]\nparameters: {{n: }}\nlayers: [{{fc: $n}}]\n"
VARIANTS = "variants: {One: {with: {n: 1}}, Two: {with: {n: 2}}}\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "networks"
    folder.mkdir()
    return folder


def write(folder: Path, **related: str) -> None:
    for name, slugs in related.items():
        (folder / f"{name}.yml").write_text(NETWORK.format(name=name, related=slugs))


@pytest.mark.parametrize(
    ("related", "message"),
    [
        ("b, nothing", "networks/a.yml:3:14: related: no page 'nothing'; pages: a, b"),
        ("alexnit", "networks/a.yml:3:11: related: no page 'alexnit'; pages: a, b"),
        ("bb", "networks/a.yml:3:11: related: no page 'bb'; did you mean 'b'?"),
    ],
)
def test_related_page_must_exist(related: str, message: str, folder: Path) -> None:
    write(folder, a=related, b="a")
    with pytest.raises(DefinitionError) as error:
        Loader().folder(folder)
    assert str(error.value) == message


def test_check_reports_every_missing_page(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(folder, a="x", b="a, y")
    assert main(["check"]) == 1
    output = capsys.readouterr().err
    assert "networks/a.yml:3:11: related: no page 'x'" in output
    assert "networks/b.yml:3:14: related: no page 'y'" in output


def test_pages_of_files_with_errors_count_as_existing(folder: Path) -> None:
    write(folder, a="b", b="a")
    (folder / "b.yml").write_text("name: b\ninput: 8x8x3\nlayers: [{fo: 10}]\n")
    with pytest.raises(DefinitionError) as error:
        Loader().folder(folder)
    assert "related" not in str(error.value)


def related(folder: Path) -> dict[str, list[str]]:
    return related_pages(Loader().folder(folder))


def test_relation_is_shown_on_both_pages(folder: Path) -> None:
    write(folder, a="b", b="", c="b")
    assert related(folder) == {"a": ["b"], "b": ["a", "c"], "c": ["b"]}


def test_own_relations_come_first_without_duplicates(folder: Path) -> None:
    write(folder, a="c, b", b="a", c="a", d="a")
    assert related(folder)["a"] == ["c", "b", "d"]


def test_family_is_related_to_pages_that_name_its_networks(folder: Path) -> None:
    write(folder, a="family", b="two")
    (folder / "family.yml").write_text(FAMILY.format(name="Family", related="one, a") + VARIANTS)
    assert related(folder) == {"a": ["family"], "b": ["two"], "family": ["a", "b"]}


def test_empty_catalogue_has_no_related_pages() -> None:
    assert related_pages(Catalogue()) == {}


def test_residual_networks_are_related(catalogue: Catalogue) -> None:
    pages = related_pages(catalogue)
    # readers who compare residual networks go from ResNet to each of these and back
    assert {"resnext", "wide-resnet", "se-resnet"} <= set(pages["resnet"])
    for slug in ("resnext", "wide-resnet", "se-resnet"):
        assert "resnet" in pages[slug]
