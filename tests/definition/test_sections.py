"""A definition parsed again after an edit is the same as one that is parsed whole."""

from __future__ import annotations

import random
from typing import Any

import pytest
import yaml

from layerwise.core.errors import DefinitionError
from layerwise.definition import yaml_parser
from layerwise.definition.yaml_nodes import MappingNode, Node, SequenceNode
from layerwise.definition.yaml_parser import read
from layerwise.definition.yaml_sections import Sections
from tests.definition.test_errors import CASES
from tests.definition.test_limits import HOSTILE
from tests.words import covering_files

FILES = covering_files()
EDITS = [
    "",
    "#",
    "  x: 1",
    "a: 'b",
    "name: again",
    "]",
    "- 1",
    "...",
    "---",
    "\t",
    "key: {",
    "  >-",
    '"q": 1',
    "%YAML 1.1",
    "é: 1",
]
"""Lines that replace another one or are inserted before it."""


@pytest.fixture(autouse=True, params=["in C", "in Python"])
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Browsers have the parser that is written in Python."""
    if request.param == "in Python":
        monkeypatch.setattr(yaml_parser, "_PARSER", yaml.BaseLoader)


def nodes(node: Node) -> Any:
    """Everything about a node: its place, its data and the nodes inside."""
    inside: Any = node.data
    if isinstance(node, MappingNode):
        inside = [(key, nodes(value)) for key, value in node.entries.items()]
    elif isinstance(node, SequenceNode):
        inside = [nodes(item) for item in node.items]
    return type(node), node.place, node.key_place, node.source, inside


def result(of: Any, text: str) -> Any:
    """The nodes of a definition, or its errors."""
    try:
        return nodes(of(text, "test.yml"))
    except DefinitionError as error:
        return error.diagnostics


def test_networks_are_read_alike() -> None:
    sections = Sections()
    for file in FILES:
        text = file.read_text(encoding="utf-8")
        assert result(sections.read, text) == result(read, text), file


@pytest.mark.parametrize("seed", range(6))
def test_edits_are_read_alike(seed: int) -> None:
    chance = random.Random(seed)
    for file in chance.sample(FILES, 4):
        sections, lines = Sections(), file.read_text(encoding="utf-8").split("\n")
        for _ in range(12):
            edited = list(lines)
            place = chance.randrange(len(edited))
            edited[place : place + chance.choice([0, 1, 1, 3])] = chance.choice([[], [chance.choice(EDITS)]])
            text = "\n".join(edited)
            assert result(sections.read, text) == result(read, text), (file, place)
            if chance.random() < 0.3:
                lines = edited


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# only a comment\n",
        "\n# comment\n\nname: A\n\ninput: 1x1x1\n# end\n",
        "name: A",
        "name: >+\n  text\n\n\ninput: 1x1x1\n",
        "name: |\n  a: b\n\n  c\nlayers:\n- fc: 1\n- relu\n",
        'name: "two\nlines: here"\ninput: 1\n',
        "layers: [a,\nb: c]\nname: A\n",
        "layers: {a: 1,\nb: 2}\n",
        "name: a\n b\n  c\ninput: x\n",
        "name: A\nname: B\n",
        "name: A\n? x\n: y\n",
        "name: A\n'quoted': 1\n",
        "- a\nname: b\n",
        "%TAG ! x\nname: A\n",
        "name: A\r\ninput: 1x1x1\r\n",
        "\ufeffname: A\n",
        "name: A\ninput:\nlayers:",
        "name: &x A\ninput: *x\n",
    ],
)
def test_unusual_files_are_read_alike(text: str) -> None:
    sections = Sections()
    assert result(sections.read, text) == result(read, text)
    assert result(sections.read, f"# moved\n{text}") == result(read, f"# moved\n{text}")
    assert result(sections.read, text) == result(read, text)


def test_errors_are_the_same() -> None:
    sections = Sections()
    for text in (*(case.text for case in CASES), *(text for text, _ in HOSTILE.values())):
        assert result(sections.read, text) == result(read, text)


def test_sections_that_did_not_change_are_kept() -> None:
    sections = Sections()
    first = sections.read("name: A\nlayers: [relu]\n", "a.yml")
    second = sections.read("# moved\nname: B\nlayers: [relu]\n", "a.yml")
    assert second.at("layers") is first.at("layers")
    assert second.at("layers").place == (3, 9)
    assert second.at("name") is not first.at("name")
