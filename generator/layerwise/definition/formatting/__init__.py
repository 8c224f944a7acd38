"""The one style of definitions: an order of keys, an indentation and a width of lines. Comments are kept.

The text is edited, not printed again: a value keeps its spelling, a list its alignment. ``formatted`` compares the data
before and after, so that no edit can change them.
"""

from __future__ import annotations

from typing import Any

import yaml

from layerwise.definition.declared import declared
from layerwise.definition.formatting.comments import Comments
from layerwise.definition.formatting.printer import Printer
from layerwise.definition.formatting.spelling import without_brackets
from layerwise.definition.yaml_nodes import MappingNode, Node, ScalarNode, SequenceNode, is_empty
from layerwise.definition.yaml_parser import read

_LOADER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


def formatted(text: str, file: str) -> str:
    """Return a definition in the one style. Raises ``DefinitionError`` if it is no valid YAML."""
    root = read(text, file)
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    tree = yaml.compose(text, Loader=_LOADER)
    if tree is None:
        return text
    result = Printer(text, Comments(text, tree)).document(tree)
    if _canonical(read(result, file)) != _canonical(root):
        raise AssertionError(f"{file}: formatting would change the data")
    return result


def _canonical(node: Node | None, key: str = "") -> Any:
    """The data of a node, equal for all spellings of the same meaning; keys of mappings have no order."""
    if key == "parameters" and isinstance(node, MappingNode | SequenceNode):
        return [(name, None if default is None else _canonical(default)) for name, _, default in declared(node)]
    if isinstance(node, MappingNode):
        entries = {without_brackets(name): _canonical(value, name) for name, value in node.entries.items()}
        if entries.keys() == {"identity", "when"} and is_empty(node.entries["identity"]):
            del entries["identity"]
        ((word, value), *more) = node.entries.items() or ((None, None),)
        return word if word and not more and is_empty(value) else entries
    if isinstance(node, SequenceNode):
        return [_canonical(item) for item in node.items]
    if isinstance(node, ScalarNode) and isinstance(node.value, str):
        return without_brackets(node.value)
    return None if node is None else (type(node.data).__name__, node.data)
