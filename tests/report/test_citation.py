"""Citations of papers and pages, as text and as BibTeX."""

from __future__ import annotations

import re
from datetime import date

import pytest

from layerwise import __version__
from layerwise.definition import Paper
from layerwise.definition.metadata import FileMetadata
from layerwise.network.catalogue import Catalogue
from layerwise.report.citation import (
    Edition,
    bibliography,
    build_day,
    citations,
    page_bibtex,
    paper_bibtex,
    paper_key,
    paper_text,
)
from tests.hostile import STRINGS, URL

EDITION = Edition("https://example.org/", date(2026, 11, 28))


def paper(title: str, authors: str | None = None, venue: str | None = None, url: str | None = None) -> Paper:
    given = {"title": title, "authors": authors, "venue": venue, "url": url}
    return Paper(**{name: value for name, value in given.items() if value is not None})


RESNET = paper(
    "Deep Residual Learning for Image Recognition",
    "He, Zhang, Ren & Sun",
    "CVPR 2016",
    "https://arxiv.org/abs/1512.03385",
)


@pytest.mark.parametrize(
    ("title", "authors", "venue", "url", "key"),
    [
        # the keys of Google Scholar, where its entry is that of the preprint
        (RESNET.title, RESNET.authors, RESNET.venue, RESNET.url, "he2015deep"),
        (
            "Very Deep Convolutional Networks",
            "Simonyan & Zisserman",
            "ICLR 2015",
            "https://arxiv.org/abs/1409.1556",
            "simonyan2014very",
        ),
        (
            "An Image Is Worth 16x16 Words: Transformers",
            "Dosovitskiy et al.",
            "ICLR 2021",
            "https://arxiv.org/abs/2010.11929",
            "dosovitskiy2020image",
        ),
        (
            "Densely Connected Networks",
            "Huang, Liu, van der Maaten & Weinberger",
            None,
            "https://arxiv.org/abs/1608.06993",
            "huang2016densely",
        ),
        # names of networks are whole, so that versions differ
        (
            "Swin Transformer V2: Scaling Up",
            "Liu et al.",
            None,
            "https://arxiv.org/abs/2111.09883",
            "liu2021swintransformerv2",
        ),
        ("ERFNet: Efficient", "Álvarez", "IV 2017", None, "alvarez2017erfnet"),
        ("Untitled", None, None, None, "1998untitled"),
        ("?", None, None, None, "1998"),
    ],
)
def test_keys(title: str, authors: str, venue: str, url: str, key: str) -> None:
    assert paper_key(paper(title, authors, venue, url), 1998) == key


def test_papers_have_keys_of_their_own(catalogue: Catalogue) -> None:
    titles: dict[str, set[str]] = {}
    for entry in catalogue.entries:
        metadata = entry.network.variant.metadata
        if metadata.paper:
            titles.setdefault(paper_key(metadata.paper, metadata.year), set()).add(metadata.paper.title)
    assert {key: found for key, found in titles.items() if len(found) > 1} == {}


def test_a_conference_paper() -> None:
    assert paper_bibtex(RESNET, 2015) == (
        "@inproceedings{he2015deep,\n"
        "  author        = {He and Zhang and Ren and Sun},\n"
        "  title         = {Deep Residual Learning for Image Recognition},\n"
        "  booktitle     = {CVPR},\n"
        "  year          = 2016,\n"
        "  eprint        = {1512.03385},\n"
        "  archiveprefix = {arXiv},\n"
        "  url           = {https://arxiv.org/abs/1512.03385},\n"
        "}\n"
    )


@pytest.mark.parametrize(
    ("venue", "kind", "fields"),
    [
        ("Neural Computation 1(4)", "article", {"journal": "{Neural Computation}", "volume": "{1}", "number": "{4}"}),
        ("Nature 518", "article", {"journal": "{Nature}", "volume": "{518}", "year": "2015"}),
        ("IEEE TPAMI 2021", "article", {"journal": "{IEEE TPAMI}", "year": "2021"}),
        ("ICLR 2015 workshop", "inproceedings", {"booktitle": "{ICLR workshop}", "year": "2015"}),
        ("arXiv 2016", "misc", {"year": "2016"}),
        ("Google AI blog 2019", "misc", {"howpublished": "{Google AI blog}", "year": "2019"}),
        (None, "misc", {"year": "2015"}),
    ],
)
def test_the_type_follows_the_venue(venue: str, kind: str, fields: dict[str, str]) -> None:
    entry = paper_bibtex(paper("T", "A", venue), 2015)
    assert entry.startswith(f"@{kind}{{")
    found = dict(re.findall(r"^  (\w+) += (.+),$", entry, re.MULTILINE))
    venue_fields = {"journal", "volume", "number", "booktitle", "howpublished"}
    assert {name: found.get(name) for name in fields} == fields
    assert found.keys() & venue_fields == fields.keys() & venue_fields


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("U-Net: Convolutional Networks", "{U-Net}: Convolutional Networks"),
        ("SqueezeNet: 50x & <0.5MB", r"{SqueezeNet}: 50x \& {{\textless{}0.5MB}}"),
        ("Going Deeper, 100 % _x_ #1 $2", r"Going Deeper, 100 \% \_x\_ \#1 \$2"),
        ("{a} ~ ^ \\", r"\textbraceleft{}a\textbraceright{} \textasciitilde{} \textasciicircum{} \textbackslash{}"),
    ],
)
def test_titles_are_escaped_and_keep_their_names(title: str, expected: str) -> None:
    assert f"title         = {{{expected}}}," in paper_bibtex(paper(title), 2020)


@pytest.mark.parametrize("text", STRINGS)
def test_hostile_strings_cannot_leave_their_field(text: str) -> None:
    entry = paper_bibtex(paper(text, text, text, URL), 2020)
    depth = 0
    for line in entry.splitlines()[1:-1]:
        assert re.match(r"  [a-z]+ += ", line)
        for sign in line:
            depth += {"{": 1, "}": -1}.get(sign, 0)
            assert depth >= 0
        assert depth == 0
    assert re.fullmatch(r"@[a-z]+\{[a-z0-9]+,", entry.splitlines()[0])


def test_the_rest_of_the_authors_is_others() -> None:
    assert "author        = {Mnih and others}," in paper_bibtex(paper("T", "Mnih et al."), 2015)


@pytest.mark.parametrize(
    ("cited", "year", "text"),
    [
        (RESNET, 2015, "He, Zhang, Ren & Sun. Deep Residual Learning for Image Recognition. CVPR 2016."),
        (
            paper("Patches Are All You Need?", "Trockman & Kolter"),
            2022,
            "Trockman & Kolter. Patches Are All You Need? 2022.",
        ),
        (paper("H", "Mnih et al.", "Nature 518"), 2015, "Mnih et al. H. Nature 518, 2015."),
        (paper("H"), None, "H."),
    ],
)
def test_papers_as_text(cited: Paper, year: int | None, text: str) -> None:
    metadata = FileMetadata(name="x", paper=cited, year=year)
    assert paper_text(metadata, cited) == text


def test_pages_name_version_date_and_address(catalogue: Catalogue) -> None:
    of_paper, of_page = citations(catalogue.entry("resnet-50").network, EDITION)
    assert of_paper.bibtex == paper_bibtex(RESNET, 2015)
    address = "https://example.org/networks/resnet-50/"
    assert of_page.text.endswith(f"“ResNet-50”. Version {__version__}, 2026-11-28. {address}")
    assert of_page.bibtex.startswith("@misc{layerwise-resnet-50,\n  author        = {{Layerwise contributors}},\n")
    assert f"url           = {{{address}}}" in of_page.bibtex
    assert "year          = 2026,\n  month         = nov,\n" in of_page.bibtex


def test_a_page_without_address_and_date() -> None:
    assert page_bibtex("k", "N", Edition()) == (
        "@misc{k,\n"
        "  author        = {{Layerwise contributors}},\n"
        "  title         = {Layerwise, a calculated reference for convolutional networks: N},\n"
        f"  note          = {{Version {__version__}}},\n"
        "}\n"
    )


def test_the_bibliography_has_each_paper_once(catalogue: Catalogue) -> None:
    metadata = [entry.network.variant.metadata for entry in catalogue.entries]
    keys = re.findall(r"^@\w+\{(.+),$", bibliography(metadata, EDITION), re.MULTILINE)
    assert keys[0] == "layerwise"
    assert len(keys) == len(set(keys))
    assert set(keys[1:]) == {paper_key(of.paper, of.year) for of in metadata if of.paper}


def test_the_day_of_a_build(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    assert build_day() == date(2023, 11, 14)
