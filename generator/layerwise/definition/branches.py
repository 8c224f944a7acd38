"""The forms of a branch: a list of layers, an identity, or a mapping with a condition and an origin of its own."""

from __future__ import annotations

from layerwise.definition.items import FromItem, Item, LayerItem
from layerwise.definition.words import BRANCH
from layerwise.definition.yaml_nodes import MappingNode
from layerwise.layers.reshaping import Identity


def is_identity(items: list[Item]) -> bool:
    """True where a branch is the word ``identity``: the empty branch."""
    return len(items) == 1 and isinstance(items[0], LayerItem) and items[0].kind is Identity and items[0].keep is None


def is_reference(items: list[Item]) -> bool:
    """True where a branch only says where its values come from."""
    return is_identity(items) or (len(items) == 1 and isinstance(items[0], FromItem))


def is_branch(node: MappingNode) -> bool:
    """True where a mapping is a branch with a condition or layers of its own, and not its only layer."""
    return node.entries.keys() <= BRANCH and not node.entries.keys() <= {"from"}


def misplaced_when(item: Item) -> str:
    """Say where a condition belongs that would skip a layer without which the branch still is an identity."""
    if isinstance(item, FromItem):
        return (
            "when skips this entry, and without it the branch is an identity; "
            "to skip the branch, write it as {from: …, when: …}"
        )
    return "when has no effect on an identity; to skip the branch, write it as {when: …}"
