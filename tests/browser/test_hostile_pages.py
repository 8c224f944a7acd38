"""Untrusted strings on the built site: they are text everywhere, whatever they contain."""

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
from tests.projects import parse_page

INDEXES = range(len(STRINGS))
PROSE = {"strong": [], "em": [], "code": [], "a": ["href"]}
"""Elements that Markdown in summaries and notes may create, with their attributes."""
WITH_PROSE = {"h8", "h17", "h19"}
"""Networks with such Markdown in their strings."""


def elements(page: BeautifulSoup) -> Counter[tuple[str, tuple[str, ...]]]:
    """Count the elements of a page by name and attributes, without the highlighting of listings."""
    for listing in page.select(".highlight"):
        listing.clear()
    return Counter((element.name, tuple(sorted(element.attrs))) for element in page.find_all(True))


def test_strings_add_no_elements_or_attributes(hostile_site: Path, harmless_site: Path) -> None:
    pages = sorted(file.relative_to(hostile_site) for file in hostile_site.rglob("*.html"))
    assert len(pages) > 2 * len(STRINGS)
    for path in pages:
        additional = elements(parse_page(hostile_site / path)) - elements(parse_page(harmless_site / path))
        if path.parent.name in WITH_PROSE:
            additional = Counter(
                {(tag, names): count for (tag, names), count in additional.items() if PROSE.get(tag) != list(names)}
            )
        assert additional == {}, path


def test_no_link_runs_a_script(hostile_site: Path) -> None:
    for path in hostile_site.rglob("*.html"):
        for element in parse_page(path).select("[href], [src], [action]"):
            address = str(element.get("href") or element.get("src") or element.get("action"))
            assert re.match(r"(https?://|[\w./#?-]|$)", address), (path, address)
            assert not re.match(r"\s*(javascript|data):", address), (path, address)


@pytest.mark.parametrize("index", INDEXES)
def test_network_page_shows_strings_as_written(index: int, hostile_site: Path) -> None:
    text = one_line(STRINGS[index])
    page = parse_page(hostile_site / "networks" / f"h{index}" / "index.html")

    def strings(selector: str) -> list[str]:
        return [one_line(element.get_text()).removesuffix("¶") for element in page.select(selector)]

    assert strings("h1") == [text]
    assert strings("head title") == [f"{text}: 3,044 parameters, 7.3 KMACs, every layer - Test"]
    assert strings(".md-header__topic .md-ellipsis") == ["Test", text]
    # 3·3·3·4 + 4, in the block 4·4 + 4, 6·6·8·10 + 10, and in the side output 10·2 + 2
    description = f"{text} has 3,022 parameters "
    for name, content in {"og:title": text, "og:description": description, "description": description}.items():
        (meta,) = page.select(f'meta[property="{name}"], meta[name="{name}"]')
        assert one_line(str(meta["content"])).startswith(content)
    (button,) = page.select("button[data-compare]")
    assert (one_line(str(button["data-name"])), button["aria-label"]) == (text, f"Compare {button['data-name']}")
    assert strings(".lw-aside")[0].startswith(f"2024 · also known as {text}")
    assert f"{text}, 2024: {text}" in strings(".lw-lead")[0]  # authors, year and title of the paper
    layers = strings(".lw-layers tbody th")
    assert layers[1] == f"{text} · 6×6×8"  # the stage, after the input
    assert layers.count(text) >= 3
    assert f"{text} {text}" in layers  # a layer after the name of its branch
    assert strings(".lw-claims tbody th") == [f"{text}, {text}", text]
    assert strings(".lw-claims tbody td:last-child") == [text, text]
    assert strings(".lw-cite .lw-text")[0].startswith(f"{text}. {text}. {text}, 2024.")
    assert strings(".lw-profile text.lw-name")
    assert one_line(str(page.select(".lw-profile svg")[0]["aria-label"])).startswith(f"Feature maps of {text} from")


@pytest.mark.parametrize("index", [index for index in INDEXES if f"h{index}" not in WITH_PROSE])
def test_summaries_and_notes_are_shown_as_written(index: int, hostile_site: Path) -> None:
    page = parse_page(hostile_site / "networks" / f"h{index}" / "index.html")
    text = one_line(STRINGS[index])
    lead = [one_line(paragraph.get_text()) for paragraph in page.select(".lw-lead p")]
    assert lead[0].startswith(f"{text} has 3,022 parameters ")
    assert lead[1].startswith(f"{text} {text}, 2024")
    notes = page.select("#notes ~ ul")[0].select("li")
    assert [one_line(note.get_text()) for note in notes] == [f"{text}: {text}", text]


def test_lists_show_strings_as_written(hostile_site: Path) -> None:
    counts = Counter(one_line(text) for text in STRINGS)
    twice = Counter({text: 2 * count for text, count in counts.items()})
    for page in ("networks", "networks/by-year", "networks/families"):
        rows = parse_page(hostile_site / page / "index.html").select("article tbody tr")
        assert Counter(one_line(row.th.get_text()) for row in rows if row.th) == twice, page
    families = parse_page(hostile_site / "networks" / "families" / "index.html").select("h2")
    assert {one_line(heading.get_text()).removesuffix("¶") for heading in families} == counts.keys()
    family = parse_page(hostile_site / "networks" / "all" / "index.html")
    heads = [one_line(head.get_text()) for head in family.select(".lw-family thead th")]
    assert [head for head in heads if head not in ("Stage", "Output")] == [one_line(text) for text in STRINGS]
    variants = [one_line(row.get_text()) for row in family.select(".lw-variants tbody th")]
    assert variants == [one_line(text) for text in STRINGS]
    home = parse_page(hostile_site / "index.html").select("article li")
    assert [one_line(item.get_text()) for item in home] == [one_line(text) for text in STRINGS]
    claims = parse_page(hostile_site / "method" / "claims" / "index.html").get_text()
    assert all(one_line(f"parameters {text}") or text in one_line(claims) for text in STRINGS)


def test_search_index_has_escaped_strings(hostile_site: Path) -> None:
    entries = json.loads((hostile_site / "search" / "search_index.json").read_text())["docs"]
    for index, text in enumerate(STRINGS):
        (page,) = (entry for entry in entries if entry["location"] == f"networks/h{index}/")
        assert one_line(unescape(page["title"])) == one_line(text)
        assert all(one_line(unescape(tag)) == one_line(text) for tag in page["tags"])
        for html in (page["title"], *page["tags"]):
            assert BeautifulSoup(f"<p>{html}</p>", "lxml").select("p *") == []


def test_machine_readable_data_has_strings_as_written(hostile_site: Path) -> None:
    for index, text in enumerate(STRINGS):
        page = parse_page(hostile_site / "networks" / f"h{index}" / "index.html")
        (script,) = page.select('script[type="application/ld+json"]')
        article: dict[str, Any] = json.loads(script.get_text())["@graph"][0]
        assert one_line(article["headline"]) == one_line(text)
        assert article["about"]["name"] == text
        data = json.loads((hostile_site / "api" / "v1" / "networks" / f"h{index}.json").read_text(encoding="utf-8"))
        name = dict(zip(data["layers"]["columns"], data["layers"]["rows"][0], strict=True))["name"]
        assert (data["name"], data["summary"], name) == (text, text, text)


def test_no_csv_cell_is_a_formula(hostile_site: Path) -> None:
    files = sorted((hostile_site / "api" / "v1").rglob("*.csv"))
    assert len(files) == 1 + 2 * len(STRINGS)
    for file in files:
        with file.open(newline="", encoding="utf-8") as lines:
            cells = [cell for line in csv.reader(lines) for cell in line]
        assert [cell for cell in cells if cell[:1] in tuple("=+-@\t\r")] == [], file
    with (hostile_site / "api" / "v1" / "networks.csv").open(newline="", encoding="utf-8") as lines:
        names = {line["slug"]: line["name"] for line in csv.DictReader(lines)}
    for index, text in enumerate(STRINGS):
        assert names[f"h{index}"] in (text, f"'{text}")
