"""Definitions of the catalogue that together use every word of the language that the catalogue uses."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from layerwise.layers import KINDS, MERGES
from tests.projects import NETWORKS

SCHEMA = Path(__file__).parents[1] / "schema" / "network.schema.json"


def keys(schema: Any) -> Iterator[str]:
    """All keys that a schema knows."""
    if isinstance(schema, dict):
        yield from schema.get("properties", {})
    if isinstance(schema, dict | list):
        for part in schema.values() if isinstance(schema, dict) else schema:
            yield from keys(part)


@cache
def covering_files() -> list[Path]:
    """A few files of ``networks/`` with every key, kind of layer and merge that occurs in any of its files."""
    known = {*KINDS, *MERGES, *keys(json.loads(SCHEMA.read_text(encoding="utf-8")))}
    words = {
        file: known & set(re.findall(r"\w+", re.sub("#.*", "", file.read_text(encoding="utf-8"))))
        for file in sorted(NETWORKS.glob("*.yml"))
    }
    missing, chosen = set[str]().union(*words.values()), list[Path]()
    while missing:
        chosen.append(max(words, key=lambda file: len(words[file] & missing)))
        missing -= words[chosen[-1]]
    return chosen
