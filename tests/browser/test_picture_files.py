"""Pictures as SVG files of their own: valid, without references, in light colours."""

from __future__ import annotations

import base64
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Open

SVG = "{http://www.w3.org/2000/svg}"
ALLOWED = {"svg", "g", "rect", "path", "text", "tspan", "title", "circle", "line", "polygon", "polyline", "ellipse",
           "defs", "pattern", "use", "marker", "clipPath"}  # fmt: skip


def files(page: Page, folder: Path) -> dict[str, str]:
    """All pictures of a page as it is, by the names of their files."""
    found = {}
    page.locator(".lw-svg").first.wait_for(state="attached")
    for button in page.locator(".lw-svg:visible").all():
        with page.expect_download() as download:
            button.click()
        path = folder / download.value.suggested_filename
        download.value.save_as(path)
        found[path.name] = path.read_text(encoding="utf-8")
    return found


def check(text: str) -> ET.Element:
    """Check that a picture needs nothing else."""
    root = ET.fromstring(text)  # noqa: S314 - it comes from this site
    assert text.startswith('<?xml version="1.0" encoding="UTF-8"?>\n<svg ')
    ids = {element.get("id") for element in root.iter()}
    for element in root.iter():
        assert element.tag.removeprefix(SVG) in ALLOWED
        for name, value in element.attrib.items():
            assert name.rpartition("}")[2] not in {"class", "style", "tabindex"}
            assert not re.search(r"var\(|color-mix|oklch", value)
            if "href" in name:
                assert value[1:] in ids
            assert all(found in ids for found in re.findall(r"url\(\"?#?([^)\"]*)", value))
    assert not re.search(r"https?:(?!//www\.w3\.org/(2000/svg|1999/xlink))", text)
    return root


def pixels(browser: Browser, text: str) -> tuple[set[str], list[int]]:
    """The colours and the size of a picture, drawn as an image, which loads nothing else."""
    page = browser.new_page()
    page.set_content("<canvas></canvas>")
    found: tuple[list[str], list[int]] = page.evaluate(
        """async (address) => {
            const image = new Image();
            image.src = address;
            await image.decode();
            const canvas = document.querySelector("canvas");
            [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
            const context = canvas.getContext("2d");
            context.drawImage(image, 0, 0);
            const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
            const colours = new Map();
            for (let at = 0; at < data.length; at += 4) {
                const colour = [...data.slice(at, at + 4)].join();
                colours.set(colour, 1 + (colours.get(colour) ?? 0));
            }
            return [[...colours.keys()], [canvas.width, canvas.height]];
        }""",
        f"data:image/svg+xml;base64,{base64.b64encode(text.encode()).decode()}",
    )
    page.close()
    return set(found[0]), found[1]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pictures_of_a_network(open_page: Open, browser: Browser, tmp_path: Path, scheme: str) -> None:
    found = files(open_page("networks/googlenet/", scheme=scheme), tmp_path)
    assert {"googlenet-profile.svg", "googlenet-strips.svg"} <= found.keys()
    assert any("block" in name for name in found)
    for text in found.values():
        root = check(text)
        assert root[0].get("fill") == "#ffffff"
        colours, size = pixels(browser, text)
        assert "255,255,255,255" in colours
        assert len(colours) > 20
        assert size == [int(root.get("width", "0")), int(root.get("height", "0"))]
        assert {"#171a21"} & {label.get("fill") for label in root.iter(f"{SVG}text")}  # dark ink, also on a dark page
    texts = {element.text for element in check(found["googlenet-profile.svg"]).iter(f"{SVG}text")}
    assert {"Input", "224×224×3", "convolution", "pooling"} <= texts


def test_strips_add_up(open_page: Open, tmp_path: Path) -> None:
    root = check(files(open_page("networks/vgg-16/"), tmp_path)["vgg-16-strips.svg"])
    bars = [bar for bar in root.iter(f"{SVG}g") if "classifier › FC1: 102,764,544" in (bar[0].text or "")]
    # Simonyan & Zisserman: FC1 has 102,764,544 of the 138,357,544 parameters
    all_bars = [bar for bar in root.iter(f"{SVG}g") if bar[1].get("y") == bars[0][1].get("y")]
    widths = [float(bar[1].get("width", "0")) for bar in all_bars]
    assert float(bars[0][1].get("width", "0")) / sum(widths) == pytest.approx(102_764_544 / 138_357_544, abs=0.001)


def test_the_chart_has_points_without_links(open_page: Open, browser: Browser, tmp_path: Path) -> None:
    found = files(open_page("networks/?text=vgg"), tmp_path)
    ((name, text),) = found.items()
    assert name.startswith("layerwise-chart")
    root = check(text)
    assert len(list(root.iter(f"{SVG}circle"))) > 50
    assert "VGG-16" in text
    assert len(pixels(browser, text)[0]) > 20


def test_strips_of_a_comparison(open_page: Open, browser: Browser, tmp_path: Path) -> None:
    found = files(open_page("compare/?n=vgg-16,googlenet"), tmp_path)
    root = check(found["layerwise-comparison-strips.svg"])
    texts = [element.text for element in root.iter(f"{SVG}text")]
    assert texts.count("VGG-16") == 3
    assert {"Parameters", "MACs", "Activations", "138.4 M"} <= {*texts}
    assert len(pixels(browser, found["layerwise-comparison-strips.svg"])[0]) > 20
