"""Numbers as classes, and the rules of the classes."""

from __future__ import annotations

import re

import pytest

from layerwise.report import classes
from tests.classes import number_in


@pytest.mark.parametrize("value", [0, 7, 40, 1203, 9999, 10000])
def test_numbers(value: int) -> None:
    assert number_in(classes.number(value)) == value
    rules = dict(re.findall(r"\.([a-e][1-9])\{--[a-e]:(\d+)\}", classes.style_sheet()))
    assert sum(int(rules[name]) for name in classes.number(value).split()) == value


def test_shares() -> None:
    sheet = classes.style_sheet()
    for part, rule in ((0, ".s0{--share:0%}"), (0.424, ".s42{--share:42%}"), (1, ".s100{--share:100%}")):
        assert rule.startswith(f".{classes.share(part)}{{")
        assert rule in sheet


def test_columns() -> None:
    assert classes.columns([14, 7, 500]) == f"c1-14 c2-7 c3-{classes.MAX_WIDTH}"
    assert ".c8-60{--c8:60}" in classes.style_sheet()
    assert "--c8" not in classes.style_sheet(with_columns=False)
