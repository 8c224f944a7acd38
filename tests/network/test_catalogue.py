"""All definitions of a folder: order, families, addresses, and a memory of what was calculated."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from layerwise.core.errors import DefinitionError, UnknownNetworkError, suggestion
from layerwise.core.files import files_in
from layerwise.network import catalogue as catalogue_module
from layerwise.network.catalogue import Catalogue, Loader
from layerwise.network.pages import RESERVED


def write(folder: Path, **files: str) -> None:
    for name, text in files.items():
        (folder / f"{name.replace('_', '-')}.yml").write_text(text, encoding="utf-8")


def single(name: str, year: int | None = None, out_channels: int = 1) -> str:
    metadata = f"year: {year}\n" if year else ""
    return f"name: {name}\n{metadata}input: 8x8x3\nlayers: [{{conv: 1x1x{out_channels}}}]\n"


def family(name: str, *variants: str) -> str:
    return f"name: {name}\ninput: 8x8x3\nlayers: [relu]\nvariants: {{{', '.join(f'{v}: ' for v in variants)}}}\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder for definitions; errors name its files relative to its parent."""
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


def test_of_many_names_those_that_begin_alike_are_compared() -> None:
    names = [*(f"{letter}{place}" for letter in "abcdefgh" for place in range(100)), "vgg-16"]
    assert suggestion("vgg16", names, "networks") == "did you mean 'vgg-16'?"


TAKEN = "already belongs to nets/a.yml; choose another name or slug"


@pytest.mark.parametrize(
    ("files", "diagnostics"),
    [
        ({"a": single("A"), "b": single("B")}, []),
        # names may be the same, addresses may not
        ({"a": single("A"), "b": single("A")}, []),
        ({"a": single("A"), "b": family("B", "A")}, [f"nets/b.yml:4:12: page networks/a/ {TAKEN}"]),
        ({"a": family("A", "A")}, [f"nets/a.yml:4:12: page networks/a/ {TAKEN}"]),
        ({"a": family("A", "X-1", "X 1")}, [f"nets/a.yml:4:19: page networks/x-1/ {TAKEN}"]),
        ({"a": family("A", "B"), "b": single("B")}, [f"nets/b.yml:1:1: page networks/b/ {TAKEN}"]),
        (
            {"a": family("A", "C", "D"), "b": family("B", "D", "C")},
            [
                f"nets/b.yml:4:12: page networks/d/ {TAKEN}",
                f"nets/b.yml:4:17: page networks/c/ {TAKEN}",
            ],
        ),
        (
            {"index": single("I")},
            ["nets/index.yml:1:1: page networks/index/ already belongs to the catalogue; choose another name or slug"],
        ),
    ],
)
def test_two_pages_cannot_have_one_address(folder: Path, files: dict[str, str], diagnostics: list[str]) -> None:
    write(folder, **files)
    if diagnostics:
        assert refusal(folder) == diagnostics
    else:
        assert len(Loader().folder(folder).entries) == len(files)


NAME = "the name of the file is the address of its page:"
RULE = "at most 60 small letters and digits, with hyphens between them, like resnet-50.yml"


@pytest.mark.parametrize(
    ("name", "shown", "message"),
    [
        ("ResNet-50.yml", "ResNet-50.yml", "call it resnet-50.yml"),
        ("le_net.yaml", "le_net.yaml", "call it le-net.yaml"),
        ("SqueezeNet 1.0.yml", "SqueezeNet 1.0.yml", "call it squeezenet-1-0.yml"),
        ("größe.yml", "größe.yml", "call it grosse.yml"),
        ("É².yml", "É².yml", "call it e2.yml"),
        ("-a-.yml", "-a-.yml", "call it a.yml"),
        ("a#?%<b>.yml", "a#?%<b>.yml", "call it a-b.yml"),
        ("β-net.yml", "β-net.yml", RULE),
        ("网络.yml", "网络.yml", RULE),
        ("_.yml", "_.yml", RULE),
        ("a\nb.yml", "a\\nb.yml", "call it a-b.yml"),
        ("a\u202eb.yml", "a\\u202eb.yml", "call it a-b.yml"),
        (f"{'a' * 61}.yml", f"{'a' * 61}.yml", RULE),
        ("net .yml", "net .yml", "call it net.yml"),
        ("net..yml", "net..yml", "call it net.yml"),
        # these do not count as definitions and would be skipped silently
        ("net.yml.", "net.yml.", "call it net.yml"),
        ("net.yaml ", "net.yaml ", "call it net.yaml"),
        ("net.YML", "net.YML", "call it net.yml"),
    ],
)
def test_a_file_is_called_like_its_page(folder: Path, name: str, shown: str, message: str) -> None:
    write(folder, other=single("Other"))
    (folder / name).write_text(single("A"), encoding="utf-8")
    assert f"nets/{shown}:1:1: {NAME} {message}" in refusal(folder)


def test_slugs_of_variants_have_a_limit(folder: Path) -> None:
    write(folder, net=family("N", "a" * 61, "B"))
    assert refusal(folder) == [
        f"nets/net.yml:4:12: the slug {'a' * 61!r} has more than 60 characters; it needs a slug, like slug: resnet-50"
    ]


def test_letters_that_would_be_lost_need_a_slug(folder: Path) -> None:
    write(folder, net=family("N", "β-VAE", "Ångström"))
    assert refusal(folder) == [
        "nets/net.yml:4:12: cannot make a slug from 'β-VAE', because of 'β'; it needs a slug, like slug: resnet-50"
    ]
    write(folder, net=family("N", "Ångström", "ResNeXt-50 32×4d"))
    assert slugs(Loader().folder(folder)) == ["angstrom", "resnext-50-32-4d"]


def test_both_endings_make_one_page(folder: Path) -> None:
    write(folder, a=single("A"))
    (folder / "a.yaml").write_text(single("A"), encoding="utf-8")
    assert refusal(folder) == [
        "nets/a.yml:1:1: page networks/a/ already belongs to nets/a.yaml; choose another name or slug"
    ]


@pytest.mark.parametrize("slug", ["index", "by-year", "families", "con", "prn", "aux", "nul", "com1", "lpt9"])
def test_addresses_of_other_pages_are_reserved(folder: Path, slug: str) -> None:
    write(folder, net=family("N", slug))
    assert refusal(folder) == [
        f"nets/net.yml:4:12: page networks/{slug}/ already belongs to {RESERVED[slug]}; choose another name or slug"
    ]


def test_no_file_is_called_like_a_device_of_windows(folder: Path) -> None:
    write(folder, con=single("Constant"), com10=single("COM10"), console=single("Console"))
    assert refusal(folder) == [
        "nets/con.yml:1:1: page networks/con/ already belongs to a Windows device; choose another name or slug"
    ]


def test_families_of_one_place_in_the_lists_are_called_alike(folder: Path) -> None:
    write(
        folder, a=single("A") + "family: Res Net\n", b=single("B") + "family: Res Net\n", res_net=family("ResNet", "C")
    )
    assert slugs(Loader().folder(folder)) == ["a", "b", "c"]
    write(folder, d=single("D") + "family: Res-Net\n", res_net=family("res-net", "C"))
    wrong = "families 'Res Net' and {!r} have the same slug; use one spelling"
    assert refusal(folder) == [
        f"nets/d.yml:4:9: {wrong.format('Res-Net')}", f"nets/res-net.yml:1:7: {wrong.format('res-net')}"
    ]  # fmt: skip


def test_no_slug_leads_out_of_the_folder(folder: Path) -> None:
    text = "name: N\ninput: 8x8x3\nlayers: [relu]\nvariants: {A: {slug: ../../index}, B: }\n"
    (folder / "net.yml").write_text(text, encoding="utf-8")
    assert refusal(folder) == [
        "nets/net.yml:4:22: slug: expected lowercase letters and digits separated by hyphens, like resnet-50, "
        "got '../../index'"
    ]


def test_links_are_followed_within_the_folder_only(folder: Path) -> None:
    outside = folder.parent / "outside.yml"
    outside.write_text(single("Outside"), encoding="utf-8")
    write(folder, a=single("A"))
    (folder / "b.yml").symlink_to("a.yml")
    assert slugs(Loader().folder(folder)) == ["a", "b"]
    for place, target in enumerate(("../outside.yml", str(outside), "/dev/zero", "../missing.yml")):
        (folder / f"c{place}.yml").symlink_to(target)
    assert [file.name for file in files_in(folder)] == ["a.yml", "b.yml"]
    assert refusal(folder) == [
        f"nets/c{place}.yml:1:1: a symbolic link that leads out of the folder is not followed" for place in range(4)
    ]


def test_a_folder_that_is_a_link_is_a_folder(folder: Path) -> None:
    write(folder, a=single("A"))
    linked = folder.parent / "linked"
    linked.symlink_to("nets")
    assert slugs(Loader().folder(linked)) == ["a"]


def test_paths_that_are_not_files_are_reported(folder: Path) -> None:
    (folder / "folder.yml").mkdir()
    os.mkfifo(folder / "pipe.yml")
    (folder / "nowhere.yml").symlink_to("nothing.yml")
    assert refusal(folder) == [
        "nets/folder.yml:1:1: cannot be read: not a regular file",
        "nets/nowhere.yml:1:1: cannot be read: No such file or directory",
        "nets/pipe.yml:1:1: cannot be read: not a regular file",
    ]


def test_a_catalogue_has_a_number_of_networks(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue_module, "NETWORKS", 2)
    write(folder, a=single("A"), b=family("B", "B-1"))
    assert len(Loader().folder(folder).entries) == 2
    write(folder, c=single("C"))
    assert refusal(folder) == ["nets:1:1: a catalogue has at most 2 networks, and these are 3"]


def test_errors_of_all_files_are_reported_together(folder: Path) -> None:
    write(folder, a="name: A\n", b=single("B"), c=single("C") + "claims: [{source: s, parameters: 5}]\n", d="a: }")
    assert [line.partition(" ")[0] for line in refusal(folder)] == [
        "nets/a.yml:1:1:",
        "nets/a.yml:1:1:",
        "nets/c.yml:4:34:",
        "nets/d.yml:1:4:",
    ]


def test_errors_of_all_variants_are_reported_together(folder: Path) -> None:
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
    write(folder, b=single("B", out_channels=2))
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


def test_a_fixed_error_is_forgotten(folder: Path) -> None:
    loader = Loader()
    write(folder, a="name: A\n")
    with pytest.raises(DefinitionError):
        loader.folder(folder)
    write(folder, a=single("A"))
    assert slugs(loader.folder(folder)) == ["a"]
