"""The front matter of hand-written pages: what it asks of this package."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import yaml

FRONT_MATTER = re.compile(r"\A\s*---[ \t]*\n(.*?\n)---[ \t]*\n", re.DOTALL)
KEY, TEMPLATE = "layerwise", "template"


def is_template(front_matter: Mapping[str, Any]) -> bool:
    """Return True if the expressions of a page are to be evaluated: its front matter has ``layerwise: template``."""
    return front_matter.get(KEY) == TEMPLATE


def read(text: str) -> dict[str, Any]:
    """The front matter of a page; empty if it has none that is YAML."""
    found = FRONT_MATTER.match(text)
    try:
        content = yaml.safe_load(found[1]) if found else None
    except yaml.YAMLError:
        content = None
    return content if isinstance(content, dict) else {}
