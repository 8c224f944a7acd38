"""Templates are compiled once, and again when they change."""

from __future__ import annotations

import pytest
from jinja2 import DictLoader, Environment

from layerwise.site.compiled import Compiled


def test_templates_are_compiled_once_and_anew_when_they_change(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled, sources = Compiled(), {"page": "{{ 1 + 1 }}"}

    def rendered() -> str:
        environment = Environment(loader=DictLoader(sources), autoescape=True, bytecode_cache=compiled)
        return environment.get_template("page").render()

    assert rendered() == "2"
    with monkeypatch.context() as patch:
        patch.delattr(Environment, "compile")
        assert rendered() == "2"
    sources["page"] = "{{ 1 + 2 }}"
    assert rendered() == "3"
