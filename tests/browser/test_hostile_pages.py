"""Texts of definitions are text everywhere on the site, whatever they look like."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup

from tests.hostile import STRINGS, one_line
from tests.projects import parsed

PLACES = range(len(STRINGS))
PROSE = {"strong": [], "em": [], "code": [], "a": ["href"]}
"""Elements that summaries and notes may make, with their attributes."""
WITH_PROSE = {"h8", "h17", "h19"}
"""Networks in whose text there is such Markdown."""


def elements(page: BeautifulSoup) -> Counter[tuple[str, tuple[str, ...]]]:
    """How often a page has each element with its attributes; the colours of a listing depend on what is listed."""
    for listing in page.select(".highlight"):
        listing.clear()
    return Counter((element.name, tuple(sorted(element.attrs))) for element in page.find_all(True))


def test_no_text_makes_an_element_or_an_attribute(hostile_site: Path, harmless_site: Path) -> None:
    pages = sorted(file.relative_to(hostile_site) for file in hostile_site.rglob("*.html"))
    assert len(pages) > 2 * len(STRINGS)
    for path in pages:
        made = elements(parsed(hostile_site / path)) - elements(parsed(harmless_site / path))
        if path.parent.name in WITH_PROSE:
            made = Counter({(tag, names): n for (tag, names), n in made.items() if PROSE.get(tag) != list(names)})
        assert made == {}, path


def test_no_address_is_a_script(hostile_site: Path) -> None:
    for path in hostile_site.rglob("*.html"):
        for element in parsed(path).select("[href], [src], [action]"):
            address = str(element.get("href") or element.get("src") or element.get("action"))
            assert re.match(r"(https?://|[\w./#?-]|$)", address), (path, address)
            assert not re.match(r"\s*(javascript|data):", address), (path, address)


@pytest.mark.parametrize("place", PLACES)
def test_a_network_page_reads_as_written(place: int, hostile_site: Path) -> None:
    text = one_line(STRINGS[place])
    page = parsed(hostile_site / "networks" / f"h{place}" / "index.html")

    def read(where: str) -> list[str]:
        return [one_line(element.get_text()).removesuffix("¶") for element in page.select(where)]

    assert read("h1") == [text]
    assert read("head title") == [f"{text} - Test"]
    assert read(".md-header__topic .md-ellipsis") == ["Test", text]
    # 3·3·3·4 + 4, in the block 4·4 + 4, 6·6·8·10 + 10, and in the side output 10·2 + 2
    description = f"{text}: 3,044 parameters, "
    for where, content in {"og:title": text, "og:description": description, "description": description}.items():
        (meta,) = page.select(f'meta[property="{where}"], meta[name="{where}"]')
        assert one_line(str(meta["content"])).startswith(content)
    (button,) = page.select("button[data-compare]")
    assert (one_line(str(button["data-name"])), button["aria-label"]) == (text, f"Compare {button['data-name']}")
    assert read(".lw-aside")[0].startswith(f"2024 · also known as {text}")
    assert f"{text}, 2024: {text}" in read(".lw-lead")[0]  # authors, year and title of the paper
    layers = read(".lw-layers tbody th")
    assert layers[1] == f"{text} · 6×6×8"  # the stage, behind the input
    assert layers.count(text) >= 3
    assert f"{text} {text}" in layers  # the branch of a layer
    assert read(".lw-claims tbody th") == [f"{text}, {text}", text]
    assert read(".lw-claims tbody td:last-child") == [text, text]
    assert f"The network: {text}. {text}. {text}, 2024." in one_line(page.get_text())
    assert read(".lw-profile text.lw-name")
    assert one_line(str(page.select(".lw-profile svg")[0]["aria-label"])).startswith(f"Feature maps of {text} from")


@pytest.mark.parametrize("place", [place for place in PLACES if f"h{place}" not in WITH_PROSE])
def test_summaries_and_notes_read_as_written(place: int, hostile_site: Path) -> None:
    page = parsed(hostile_site / "networks" / f"h{place}" / "index.html")
    text = one_line(STRINGS[place])
    assert one_line(page.select(".lw-lead")[0].get_text()).startswith(f"{text} {text}, 2024")
    notes = page.select("#notes ~ ul")[0].select("li")
    assert [one_line(note.get_text()) for note in notes] == [f"{text}: {text}", text]


def test_lists_read_as_written(hostile_site: Path) -> None:
    written = Counter(one_line(text) for text in STRINGS)
    twice = Counter({text: 2 * count for text, count in written.items()})
    for page in ("networks", "networks/by-year", "networks/families"):
        lines = parsed(hostile_site / page / "index.html").select("article tbody tr")
        assert Counter(one_line(line.th.get_text()) for line in lines if line.th) == twice, page
    families = parsed(hostile_site / "networks" / "families" / "index.html").select("h2")
    assert {one_line(heading.get_text()).removesuffix("¶") for heading in families} == written.keys()
    family = parsed(hostile_site / "networks" / "all" / "index.html")
    heads = [one_line(head.get_text()) for head in family.select(".lw-family thead th")]
    assert heads == ["Stage", "Output", *map(one_line, STRINGS)]
    home = parsed(hostile_site / "index.html").select("article li")
    assert [one_line(item.get_text()) for item in home] == [one_line(text) for text in STRINGS]
    claims = parsed(hostile_site / "method" / "claims" / "index.html").get_text()
    assert all(one_line(f"parameters {text}") or text in one_line(claims) for text in STRINGS)


def test_the_search_index_has_texts_as_html(hostile_site: Path) -> None:
    index = json.loads((hostile_site / "search" / "search_index.json").read_text())["docs"]
    for place, text in enumerate(STRINGS):
        (page,) = (entry for entry in index if entry["location"] == f"networks/h{place}/")
        assert one_line(unescape(page["title"])) == one_line(text)
        assert all(one_line(unescape(tag)) == one_line(text) for tag in page["tags"])
        for html in (page["title"], *page["tags"]):
            assert BeautifulSoup(f"<p>{html}</p>", "lxml").select("p *") == []


def test_what_is_said_to_machines_is_what_was_written(hostile_site: Path) -> None:
    for place, text in enumerate(STRINGS):
        page = parsed(hostile_site / "networks" / f"h{place}" / "index.html")
        (script,) = page.select('script[type="application/ld+json"]')
        article: dict[str, Any] = json.loads(script.get_text())["@graph"][0]
        assert one_line(article["headline"]) == one_line(text)
        assert article["about"]["name"] == text
        data = json.loads((hostile_site / "api" / "v1" / "networks" / f"h{place}.json").read_text(encoding="utf-8"))
        assert (data["name"], data["summary"], data["layers"][0]["name"]) == (text, text, text)


def test_no_cell_of_csv_is_a_formula(hostile_site: Path) -> None:
    files = sorted((hostile_site / "api" / "v1").rglob("*.csv"))
    assert len(files) == 1 + 2 * len(STRINGS)
    for file in files:
        with file.open(newline="", encoding="utf-8") as lines:
            cells = [cell for line in csv.reader(lines) for cell in line]
        assert [cell for cell in cells if cell[:1] in tuple("=+-@\t\r")] == [], file
    with (hostile_site / "api" / "v1" / "networks.csv").open(newline="", encoding="utf-8") as lines:
        names = {line["slug"]: line["name"] for line in csv.DictReader(lines)}
    for place, text in enumerate(STRINGS):
        assert names[f"h{place}"] in (text, f"'{text}")
