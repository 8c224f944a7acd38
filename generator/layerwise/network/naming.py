"""Name unnamed layers and groups, and set the path of stages, blocks and branches around each layer."""

from __future__ import annotations

from collections.abc import Sequence

from layerwise.network.graph import Branches, Group, LayerNode


def name_items(items: Sequence[LayerNode | Group | Branches]) -> None:
    """Name unnamed items by their label, with a number if siblings have the same label."""
    nameless: dict[str, list[LayerNode | Group]] = {}
    for item in items:
        named = item.merge if isinstance(item, Branches) else item
        if not named.name:
            nameless.setdefault(label_of(named), []).append(named)
    for label, alike in nameless.items():
        for number, named in enumerate(alike, 1):
            space = " " if isinstance(named, Group) else ""
            named.name = label if len(alike) == 1 else f"{label}{space}{number}"


def set_paths(items: Sequence[LayerNode | Group | Branches], path: tuple[str, ...] = ()) -> None:
    """Set the path of every layer, once everything has its name."""
    for item in items:
        match item:
            case LayerNode():
                item.path = path
            case Group():
                set_paths(item.items, (*path, item.name))
            case Branches():
                set_paths([*item.branches, item.merge], path)


def label_of(item: LayerNode | Group) -> str:
    """Return the name of an unnamed layer or group before it is numbered."""
    return item.layer.label if isinstance(item, LayerNode) else item.label
