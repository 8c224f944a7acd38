"""Model files in the calculator: chosen or dropped, drafted in the browser, or refused."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.test_accessibility import violations
from tests.browser.test_calculator import READY_MS, figure, text_of
from tests.importing.onnx_models import model, node, tensor
from tests.traces import FOLDER

NODES = [
    node("Conv", "x w b", "a", pads=[1, 1, 1, 1], strides=[2, 2], kernel_shape=[3, 3]),
    node("Relu", "a", "r"),
    node("GlobalAveragePool", "r", "y"),
]
TENSORS = [tensor("w", [8, 3, 3, 3]), tensor("b", [8])]
PARAMETERS = "224"  # 3·3·3·8 + 8
SMALL = model(NODES, TENSORS)
DYNAMIC = model(NODES, TENSORS, ("batch", 3, "height", "width"))
NAME = "<img src=x onerror=alert(1)>.onnx"
DROP = """([name, content]) => {
  const transfer = new DataTransfer();
  transfer.items.add(new File([Uint8Array.from(content)], name));
  for (const type of ['dragenter', 'dragover', 'drop']) {
    const event = new DragEvent(type, {dataTransfer: transfer, bubbles: true, cancelable: true});
    document.querySelector('.cm-content').dispatchEvent(event);
  }
}"""


@pytest.fixture(scope="module")
def squeezenet() -> bytes:
    return (FOLDER / "squeezenet1_1.pt2").read_bytes()


def choose(page: Page, name: str, content: bytes) -> None:
    file: Any = {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    page.get_by_label("or import a model").set_input_files(file)


def test_models_are_drafted_or_refused(open_page: Open, squeezenet: bytes) -> None:
    page = open_page("calculate/")
    page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    report = page.locator(".lw-imported")
    expect(report).to_be_hidden()

    choose(page, "model.onnx", SMALL)
    expect(report).to_contain_text("Drafted from model.onnx (tests)", timeout=READY_MS)
    expect(report).to_contain_text(f"{PARAMETERS} parameters, 0 buffers and")
    expect(figure(page, "Parameters")).to_have_text(PARAMETERS)
    assert "{conv: 3x3x8, stride: 2, padding: 1" in text_of(page)
    expect(page.get_by_role("status").first).to_have_text(re.compile(f"Parameters {PARAMETERS}"))
    page.wait_for_url(re.compile("#v1:"))

    choose(page, "dynamic.onnx", DYNAMIC)
    size = page.get_by_label("Input size")
    expect(size).to_be_focused()
    expect(report).to_contain_text("name its size with “Input size”, like 224x224x3")
    assert violations(page) == []
    size.fill("32x24x3")
    size.press("Enter")
    expect(page.locator(".cm-line", has_text="input: 32x24x3")).to_have_count(1)
    expect(report).to_contain_text("Drafted from dynamic.onnx")

    choose(page, "squeezenet.pt2", squeezenet)
    expect(figure(page, "Parameters")).to_have_text("1,235,496")  # torchvision
    expect(size).to_be_hidden()
    choose(page, "mobilenet.keras", (FOLDER / "mobilenet_v2.keras").read_bytes())
    expect(report).to_contain_text("Drafted from mobilenet.keras (Keras", timeout=READY_MS)
    expect(report).to_contain_text("300,774,272 MACs")

    before = text_of(page)
    page.evaluate(DROP, [NAME, list(SMALL[:-20])])
    expect(report).to_have_text(re.compile("onnx: byte [0-9]+: "))
    page.evaluate(DROP, ["notes.txt", [65]])
    expect(report).to_contain_text("notes.txt is no model; the calculator reads files that end in .onnx, .pt2, .keras")
    assert text_of(page) == before
    page.evaluate(DROP, [NAME, list(SMALL)])
    expect(report).to_contain_text("Drafted from _img_src_x_onerror_alert_1_.onnx")
    assert page.locator(".lw-calculator img").count() == 0
    page.locator("[name=example]").select_option(label="GoogLeNet")
    expect(report).to_be_hidden()
