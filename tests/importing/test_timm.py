"""Models of timm that nobody tuned the importer to when they were chosen: see ``tests/traces_data.py``."""

from __future__ import annotations

from collections import Counter

import layerwise
from layerwise.importing.counting import count_trace
from layerwise.importing.draft import draft
from layerwise.importing.trace import ModelImportError, parse_trace
from tests.traces import FOLDER, stored

MODELS = sorted(stored("timm"))
SAMPLE = MODELS[::3]
"""A third: the benchmark drafts all of them."""


def test_the_list_is_stored() -> None:
    assert sorted((FOLDER / "timm.txt").read_text().split()) == MODELS
    assert len(MODELS) == 150


def test_no_figure_is_wrong_and_most_models_are_drafted() -> None:
    forms: Counter[str] = Counter()
    for source in SAMPLE:
        model = parse_trace(stored("timm")[source], source)
        try:
            result = draft(model)
        except ModelImportError:
            forms["refused"] += 1
            continue
        if result.uncounted:
            forms["partial"] += 1
            continue
        network, counts = layerwise.loads(result.text), count_trace(model)
        assert (network.parameters, network.buffers, network.macs) == counts[:3], source
        forms["flat" if result.is_flat else "draft"] += 1
    assert forms["draft"] >= 0.8 * len(SAMPLE), forms
