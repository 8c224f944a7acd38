"""The identity branch of a merge: it adds no layer, and without it there may be nothing to merge."""

from __future__ import annotations

import pytest

from layerwise.core.errors import DefinitionError
from layerwise.definition import parse
from layerwise.network.assembly import assemble
from layerwise.network.graph import Network

DEFINITION = """
name: Residual
input: 8x8x4
parameters: {{shortcut: {shortcut}}}
layers:
  - add:
      main: [{{conv: 3x3x4, padding: 1}}]
      shortcut: {{when: $shortcut}}
"""


def network(shortcut: str) -> Network:
    definition = parse(DEFINITION.format(shortcut=shortcut), "residual.yml")
    return assemble(definition, definition.variants[0])


def test_identity_branch_adds_no_layer() -> None:
    residual = network("true")
    assert [node.layer.kind for node in residual.layers] == ["conv", "add"]
    assert residual.layers[1].sources == (0, -1)
    assert residual.activations == 2 * 8 * 8 * 4


def test_single_branch_is_not_merged() -> None:
    assert [node.layer.kind for node in network("false").layers] == ["conv"]


def test_condition_must_be_a_boolean() -> None:
    with pytest.raises(DefinitionError, match=r"residual\.yml:8:24: when: expected true or false, got 3"):
        network("3")


def test_saved_output_can_be_merged_conditionally() -> None:
    source = DEFINITION.replace("{{when", "{{from: entry, when").replace(
        "  - add:", "  - {{relu: , as: entry}}\n  - add:"
    )
    for shortcut, kinds in (("true", ["relu", "conv", "add"]), ("false", ["relu", "conv"])):
        definition = parse(source.format(shortcut=shortcut), "residual.yml")
        assert [node.layer.kind for node in assemble(definition, definition.variants[0]).layers] == kinds
