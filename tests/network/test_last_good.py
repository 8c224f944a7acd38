"""The versions of definitions with errors that a server shows."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest

from layerwise.definition import Definition, parse
from layerwise.network.catalogue import Catalogue, FileState, Loader, in_order
from layerwise.network.last_good import LastGood
from layerwise.site.site import Site

RELU = "input: 8x8x3\nlayers: [relu]\n"


class Folder:
    """Definitions in a folder, loaded after each change as a server does."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.last_good = LastGood(Loader())

    def write(self, **files: str | None) -> tuple[Catalogue, dict[str, FileState]]:
        for name, text in files.items():
            file = self.path / f"{name.replace('_', '-')}.yml"
            if text is None:
                file.unlink()
            else:
                file.write_text(text, encoding="utf-8")
        states = self.last_good.folder(self.path)
        return in_order(states), {state.name.removeprefix("nets/"): state for state in states if state.diagnostics}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folder:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "nets").mkdir()
    return Folder(tmp_path / "nets")


def listed_slugs(catalogue: Catalogue) -> list[str]:
    """The slugs of what is shown, with an exclamation mark where it is marked."""
    return [entry.network.slug + "!" * (entry.file in catalogue.faulty) for entry in catalogue.entries]


def messages(broken: FileState) -> list[str]:
    return [str(diagnostic) for diagnostic in broken.diagnostics]


def test_the_last_good_state_of_a_file_is_kept(folder: Folder) -> None:
    first, broken = folder.write(a=f"name: A\n{RELU}", b=f"name: B\n{RELU}")
    assert (listed_slugs(first), broken) == (["a", "b"], {})
    for text in ("name: A\n", "name: [", ""):
        catalogue, broken = folder.write(a=text)
        assert listed_slugs(catalogue) == ["a!", "b"]
        assert catalogue.entry("a").network is first.entry("a").network
        assert list(broken) == ["a.yml"]
        assert (broken["a.yml"].is_stale, broken["a.yml"].slugs) == (True, ["a"])
    catalogue, broken = folder.write(a=f"name: A2\n{RELU}")
    assert ([entry.network.name for entry in catalogue.entries], broken) == (["A2", "B"], {})


def test_a_file_that_went_and_came_back_has_no_former_state(folder: Folder) -> None:
    folder.write(a=f"name: A\n{RELU}")
    folder.write(a=None)
    catalogue, broken = folder.write(a="name: A\n")
    assert listed_slugs(catalogue) == []
    assert (broken["a.yml"].definition, broken["a.yml"].slugs) == (None, ["a"])


def test_what_is_remembered_does_not_grow(folder: Folder) -> None:
    def definitions() -> int:
        gc.collect()
        return sum(isinstance(thing, Definition) for thing in gc.get_objects())

    before = definitions()
    for iteration in range(10):
        folder.write(**{f"file_{iteration}": "name: A\n"}, a=f"name: A{iteration}\n{RELU}")
        folder.write(**{f"file_{iteration}": f"name: B\n{RELU}"}, a="name: A\n")
        folder.write(**{f"file_{iteration}": None})
    assert definitions() <= before + 1


def test_remembered_pages_are_those_of_the_current_file(folder: Folder) -> None:
    site = Site(tolerant=True)
    for channels in (1, 2):
        folder.write(a=f"name: A\ninput: 8x8x3\nlayers: [{{fc: {channels}}}]\n")
        site.load(folder.path)
        site.pages()
        assert f"8×8×3×{channels} + {channels}" in "".join(site.page("networks/a.md").later)
        data = {file.path: file for file in site.files()}["api/v1/networks/a.json"].content().decode()
        assert f'"8×8×3×{channels} + {channels}"' in data


def test_released_pages_can_be_rendered_again(folder: Folder) -> None:
    folder.write(a=f"name: A\n{RELU}")
    site = Site(tolerant=True)
    site.load(folder.path)
    keys = [page.key for page in site.pages()]
    page = site.page("networks/a.md")
    site.release()
    assert site.page("networks/a.md") == page
    assert [page.key for page in site.pages()] == keys


def test_no_definition_is_taken_for_one_that_is_gone() -> None:
    keys = {parse("name: A\ninput: 8x8x3\nlayers: [relu]\n", "a.yml").key for _ in range(100)}
    assert len(keys) == 100


def test_errors_of_a_family_are_shown_on_all_its_pages(folder: Folder) -> None:
    variants = "{Net-1: {with: {n: 1}}, Net-2: {with: {n: 2}}}"
    family = f"name: Net\ninput: 8x8x3\nparameters: {{n: }}\nlayers: [{{fc: $n}}]\nvariants: {variants}\n"
    folder.write(net=family)
    catalogue, broken = folder.write(net=family.replace("n: 2", "n: two"))
    assert listed_slugs(catalogue) == ["net-1!", "net-2!"]
    assert broken["net.yml"].slugs == ["net-1", "net-2", "net"]


def test_wrong_claims_are_reported_for_the_current_file(folder: Folder) -> None:
    folder.write(a=f"name: A\n{RELU}")
    catalogue, broken = folder.write(
        a="name: A\ninput: 8x8x3\nlayers: [{fc: 1}]\nclaims: [{source: s, parameters: 5}]\n"
    )
    assert (listed_slugs(catalogue), broken["a.yml"].is_stale) == (["a!"], False)
    assert catalogue.entry("a").network.parameters == 193  # 8·8·3 + 1
    assert [claim.agrees for claim in catalogue.entry("a").claims] == [False]
    assert messages(broken["a.yml"])[0].startswith("nets/a.yml:4:34: A: s says parameters 5, but")


def test_what_has_the_address_of_another_is_shown_as_it_was(folder: Folder) -> None:
    folder.write(a=f"name: A\n{RELU}", b=f"name: B\n{RELU}")
    catalogue, broken = folder.write(b=f"name: B\n{RELU}variants: {{A: }}\n", c=f"name: C\n{RELU}variants: {{A: }}\n")
    assert listed_slugs(catalogue) == ["a", "b!"]
    assert messages(broken["b.yml"]) == [
        "nets/b.yml:4:12: page networks/a/ already belongs to nets/a.yml; choose another name or slug"
    ]
    assert (broken["b.yml"].is_stale, broken["c.yml"].definition, broken["c.yml"].slugs) == (True, None, ["c"])


def test_a_former_state_does_not_take_an_address_back(folder: Folder) -> None:
    folder.write(b=f"name: B\n{RELU}", a=f"name: A\n{RELU}variants: {{A: {{slug: a-1}}}}\n")
    catalogue, broken = folder.write(b="name: B\n", a=f"name: A\n{RELU}variants: {{A: {{slug: b}}}}\n")
    assert listed_slugs(catalogue) == ["b"]
    assert list(broken) == ["b.yml"]
    assert broken["b.yml"].definition is None


def test_related_pages_are_checked_once_no_file_is_broken(folder: Folder) -> None:
    catalogue, broken = folder.write(a=f"name: A\n{RELU}related: [b, c]\n", b="name: B\n")
    assert (listed_slugs(catalogue), list(broken)) == (["a"], ["b.yml"])
    catalogue, broken = folder.write(b=f"name: B\n{RELU}")
    assert (listed_slugs(catalogue), broken["a.yml"].is_stale) == (["a!", "b"], False)
    assert messages(broken["a.yml"]) == ["nets/a.yml:4:14: related: no page 'c'; pages: a, b"]
