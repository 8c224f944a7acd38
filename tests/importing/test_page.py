"""The figures on the page about importing are those of the importer."""

from __future__ import annotations

import re

import pytest

from layerwise.importing.draft import draft
from tests.documentation import ROOT
from tests.reference_lines import hand_written_lines
from tests.traces import trace

PAGE = (ROOT / "docs" / "import.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (\w+) \| (\d+) \| (\d+) \| `networks/([\w.-]+)` \|$", PAGE, re.MULTILINE)


def test_the_table_has_all_rows() -> None:
    assert len(ROWS) == 8


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_lines_of_drafts_and_of_definitions_by_hand(row: tuple[str, str, str, str]) -> None:
    name, drafted, by_hand, file = row
    assert hand_written_lines(draft(trace(f"torchvision.models:{name}")).text) == int(drafted)
    assert hand_written_lines(file) == int(by_hand)


def test_the_draft_on_the_page_is_the_one_that_is_written() -> None:
    text = draft(trace("torchvision.models:resnet50")).text
    assert text[text.index("name:") :] in PAGE
