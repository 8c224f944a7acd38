"""The reference of the library: every public name, with its docstring."""

from __future__ import annotations

import layerwise
from layerwise.report.reference.library import members


def test_every_public_name_is_documented() -> None:
    documented = {member.name: member for member in members()}
    assert documented.keys() == {*layerwise.__all__}
    for member in documented.values():
        assert member.text
        assert all(inner.text for inner in member.members)
    assert "receptive_field" in {inner.name for inner in documented["Network"].members}


def test_signatures_have_annotations_and_defaults() -> None:
    signatures = {member.name: member.signature for member in members()}
    assert signatures["network"] == "(name: str) -> Network"
    assert signatures["loads"] == "(text: str, variant: str | None = None, name: str = 'definition.yml') -> Network"
    (to_dict,) = (inner for member in members() for inner in member.members if inner.name == "to_dict")
    assert to_dict.signature == "() -> dict[str, Any]"


def test_docstrings_become_markdown() -> None:
    texts = {member.name: member.text for member in members()}
    assert "- `UnknownNetworkError`: there is no such network" in texts["network"]
    assert '```pycon\n>>> import layerwise\n>>> layerwise.network("resnet-50")\n<Network' in texts["network"]
    assert "``" not in texts["loads"].replace("```", "")
