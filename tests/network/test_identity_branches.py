"""The empty branch of a join: it makes no layer, and where it is left out there may be no join."""

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
      shortcut: {{identity: , when: $shortcut}}
"""


def network(shortcut: str) -> Network:
    definition = parse(DEFINITION.format(shortcut=shortcut), "residual.yml")
    return assemble(definition, definition.variants[0])


def test_the_empty_branch_is_no_layer() -> None:
    joined = network("true")
    assert [row.layer.kind for row in joined.layers] == ["conv", "add"]
    assert joined.layers[1].sources == (0, -1)
    assert joined.activations == 2 * 8 * 8 * 4


def test_a_single_branch_is_not_joined() -> None:
    assert [row.layer.kind for row in network("false").layers] == ["conv"]


def test_a_condition_is_a_truth_value() -> None:
    with pytest.raises(DefinitionError, match=r"residual\.yml:8:36: when: expected true or false, got 3"):
        network("3")


def test_a_kept_output_joins_on_a_condition() -> None:
    text = DEFINITION.replace("identity: ", "from: entry").replace("  - add:", "  - {{relu: , as: entry}}\n  - add:")
    for shortcut, kinds in (("true", ["relu", "conv", "add"]), ("false", ["relu", "conv"])):
        definition = parse(text.format(shortcut=shortcut), "residual.yml")
        assert [row.layer.kind for row in assemble(definition, definition.variants[0]).layers] == kinds
