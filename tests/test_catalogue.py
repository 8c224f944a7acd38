"""All definitions of a folder: order, families, addresses, and a memory of what was calculated."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.catalogue import Catalogue, Loader
from generator.errors import DefinitionError, UnknownNetworkError
from generator.files import files_in


def write(folder: Path, **files: str) -> None:
    for name, text in files.items():
        (folder / f"{name.replace('_', '-')}.yml").write_text(text, encoding="utf-8")


def single(name: str, year: int | None = None, maps: int = 1) -> str:
    said = f"year: {year}\n" if year else ""
    return f"name: {name}\n{said}input: 8x8x3\nlayers: [{{conv: 1x1x{maps}}}]\n"


def family(name: str, *variants: str) -> str:
    return f"name: {name}\ninput: 8x8x3\nlayers: [relu]\nvariants: {{{', '.join(f'{v}: ' for v in variants)}}}\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder for definitions; errors name its files as they are called from where the tests stand."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "nets").mkdir()
    return tmp_path / "nets"


def slugs(catalogue: Catalogue) -> list[str]:
    return [entry.network.slug for entry in catalogue.entries]


def refusal(folder: Path) -> list[str]:
    with pytest.raises(DefinitionError) as error:
        Loader().folder(folder)
    return str(error.value).splitlines()


def test_networks_are_in_the_order_of_their_years(folder: Path) -> None:
    write(folder, zeta=single("Zeta", 1998), alpha=single("Alpha", 2015), beta=single("Beta"), eta=single("Eta", 1998))
    catalogue = Loader().folder(folder)
    assert slugs(catalogue) == ["eta", "zeta", "alpha", "beta"]
    assert catalogue.families == []


def test_variants_stay_in_the_order_of_their_file(folder: Path) -> None:
    write(folder, net=family("Net", "Net-18", "Net-9"), a=single("A"))
    catalogue = Loader().folder(folder)
    assert slugs(catalogue) == ["a", "net-18", "net-9"]
    (found,) = catalogue.families
    assert (found.name, found.slug, [entry.network.name for entry in found.entries]) == (
        "Net",
        "net",
        ["Net-18", "Net-9"],
    )
    assert [catalogue.family_of(entry) for entry in catalogue.entries] == [None, found, found]
    assert catalogue.titles == {"a": "A", "net-18": "Net-18", "net-9": "Net-9", "net": "Net"}


def test_an_empty_folder_is_an_empty_catalogue(folder: Path) -> None:
    assert Loader().folder(folder) == Catalogue()


def test_files_are_those_with_an_ending_of_yaml_that_are_not_hidden(folder: Path) -> None:
    for name in ("b.yml", "a.yaml", ".hidden.yml", "notes.md", "c.yml~", "d.YML", "yml"):
        (folder / name).write_text("", encoding="utf-8")
    assert [file.name for file in files_in(folder)] == ["a.yaml", "b.yml"]


def test_a_network_is_found_by_its_slug(folder: Path) -> None:
    write(folder, le_net=single("LeNet"), net=family("Net", "Net-18"))
    catalogue = Loader().folder(folder)
    assert catalogue.entry("le-net").network.name == "LeNet"
    with pytest.raises(UnknownNetworkError, match=r"there is no network 'net-19'; did you mean 'net-18'\?"):
        catalogue.entry("net-19")
    with pytest.raises(UnknownNetworkError, match="there is no network 'zzz'; networks: le-net, net-18"):
        catalogue.entry("zzz")
    with pytest.raises(UnknownNetworkError, match="there is no network 'net'"):
        catalogue.entry("net")


TAKEN = "belongs to nets/a.yml already; give another name or a slug"


@pytest.mark.parametrize(
    ("files", "mistakes"),
    [
        ({"a": single("A"), "b": single("B")}, []),
        # names may be the same, addresses may not
        ({"a": single("A"), "b": single("A")}, []),
        ({"a": single("A"), "b": family("B", "A")}, [f"nets/b.yml:4:12: the page networks/a/ {TAKEN}"]),
        ({"a": family("A", "A")}, [f"nets/a.yml:4:12: the page networks/a/ {TAKEN}"]),
        ({"a": family("A", "X-1", "X 1")}, [f"nets/a.yml:4:19: the page networks/x-1/ {TAKEN}"]),
        ({"a": family("A", "B"), "b": single("B")}, [f"nets/b.yml:1:1: the page networks/b/ {TAKEN}"]),
        (
            {"a": family("A", "C", "D"), "b": family("B", "D", "C")},
            [
                f"nets/b.yml:4:12: the page networks/d/ {TAKEN}",
                f"nets/b.yml:4:17: the page networks/c/ {TAKEN}",
            ],
        ),
        (
            {"index": single("I")},
            [
                "nets/index.yml:1:1: the page networks/index/ belongs to the catalogue already; give another name "
                "or a slug"
            ],
        ),
    ],
)
def test_two_pages_cannot_have_one_address(folder: Path, files: dict[str, str], mistakes: list[str]) -> None:
    write(folder, **files)
    if mistakes:
        assert refusal(folder) == mistakes
    else:
        assert len(Loader().folder(folder).entries) == len(files)


def test_mistakes_of_all_files_are_told_at_once(folder: Path) -> None:
    write(folder, a="name: A\n", b=single("B"), c=single("C") + "claims: [{source: s, parameters: 5}]\n", d="a: }")
    assert [line.partition(" ")[0] for line in refusal(folder)] == [
        "nets/a.yml:1:1:",
        "nets/a.yml:1:1:",
        "nets/c.yml:4:34:",
        "nets/d.yml:1:4:",
    ]


def test_mistakes_of_all_variants_are_told_at_once(folder: Path) -> None:
    write(
        folder,
        net="name: N\ninput: 8x8x3\nlayers: [relu]\nvariants:\n"
        "  A: {claims: [{source: s, parameters: 5}]}\n  B:\n  C: {claims: [{source: s, macs: 6}]}\n",
    )
    assert [line.partition(" ")[0] for line in refusal(folder)] == ["nets/net.yml:5:40:", "nets/net.yml:7:34:"]


def test_what_has_not_changed_is_not_calculated_again(folder: Path) -> None:
    write(folder, a=single("A"), b=single("B"))
    loader = Loader()
    before = loader.folder(folder)
    write(folder, b=single("B", maps=2))
    after = loader.folder(folder)
    assert after.entry("a").network is before.entry("a").network
    assert after.entry("b").network is not before.entry("b").network
    # 3·1 + 1 and 3·2 + 2
    assert [loaded.entry("b").network.parameters for loaded in (before, after)] == [4, 8]
    (folder / "a.yml").unlink()
    assert slugs(loader.folder(folder)) == ["b"]


def test_a_file_of_the_same_content_is_another_network(folder: Path) -> None:
    write(folder, a=single("N"), b=single("N"))
    assert slugs(Loader().folder(folder)) == ["a", "b"]


def test_a_mistake_that_is_mended_is_forgotten(folder: Path) -> None:
    loader = Loader()
    write(folder, a="name: A\n")
    with pytest.raises(DefinitionError):
        loader.folder(folder)
    write(folder, a=single("A"))
    assert slugs(loader.folder(folder)) == ["a"]
