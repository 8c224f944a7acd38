"""Tables of the layer reference, read off the classes of layers."""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from layerwise.core.docs import doc, lead, markdown
from layerwise.definition.schema.models import Models, printed, values
from layerwise.layers import KINDS, MERGES, AnyLayer, Layer, Merge
from layerwise.layers.memory import InPlace
from layerwise.network.catalogue import Catalogue, Entry, Family
from layerwise.network.graph import LayerNode, Network
from layerwise.report import derivation
from layerwise.report.formatting import grouped
from layerwise.report.operations import operation_of_kind
from layerwise.report.tables import network as network_tables
from layerwise.report.tables.model import Cell, Column, Row, Table

ALL: dict[str, type[AnyLayer]] = {**KINDS, **MERGES}
"""Every kind of layer and merge, by its word in a definition."""

MAX_USES = 12
"""Maximum number of families and networks listed on the page of a kind."""


class Rule(NamedTuple):
    """A rule of a kind: the figure it gives, and the formula."""

    title: str
    text: str


OUTPUT_BUFFERS = {
    InPlace.VIEW: "None: the output is the input or a part of it.",
    InPlace.UNCHANGED: "None: the output is the input.",
    InPlace.VALUES: "That of the input, if nothing else needs the input.",
    InPlace.MERGE: "Its own, or that of a branch with additions in place.",
    InPlace.DEPTHWISE: "Its own, or that of the input with depthwise convolutions in place.",
    InPlace.NEVER: "Its own.",
}
"""The memory of an output at inference, for the page of a kind."""


def groups() -> list[tuple[str, list[type[AnyLayer]]]]:
    """The kinds by the module that defines them, with the docstring of that module."""
    modules = dict.fromkeys(kind.__module__ for kind in ALL.values())
    return [
        (markdown(doc(sys.modules[name])), [kind for kind in ALL.values() if kind.__module__ == name])
        for name in modules
    ]


# --- options --------------------------------------------------------------------------------------------------------


def options_table(kind: type[AnyLayer]) -> Table:
    """The options of a kind: meaning, values and default."""
    known = Models().object_of(kind)
    rows = []
    for name in option_names(kind):
        option = known["properties"][name]
        default = "required" if name in known["required"] else printed(option.get("default", "–"))
        rows.append(Row(kind.kind if name == "size" else name, [option["description"], values(option), default]))
    if issubclass(kind, Merge):
        meaning = "The branches by name. Each is a list of layers, or identity."
        rows.insert(0, Row(kind.kind, [meaning, "a mapping", "required"]))
    columns = (
        Column("Option", css="lw-code"),
        Column("Meaning", css="lw-text"),
        Column("Values", css="lw-values"),
        Column("Default"),
    )
    return Table(columns, rows, css="lw-options", caption=f"Options of {kind.kind}")


def option_names(kind: type[AnyLayer]) -> list[str]:
    """The names of the options: the size, then those of the class itself, then inherited ones."""
    names = dict.fromkeys(name for part in kind.__mro__ for name in inspect.get_annotations(part))
    return sorted(kind.fields().keys() & names, key=lambda name: (name != "size", list(names).index(name)))


# --- rules ----------------------------------------------------------------------------------------------------------


def _plain(text: str) -> str:
    """Remove the marks of code from Markdown."""
    return text.replace("`", "")


_RAISES = re.compile(r" ?Raises `ShapeError` (.*)")


def rules(kind: type[AnyLayer]) -> Iterator[Rule]:
    """The rules for output, tensors, MACs, receptive field and depth, from the docstrings of the methods."""
    output = markdown(doc(kind.merge if issubclass(kind, Merge) else kind.output if issubclass(kind, Layer) else kind))
    yield Rule("Output", _RAISES.sub("", output))
    if issubclass(kind, Layer):
        yield Rule("Parameters", markdown(doc(kind.tensors)))
        if kind.buffers is not Layer.buffers:
            yield Rule("Buffers", markdown(doc(kind.buffers)))
        yield Rule("Multiply-accumulates", markdown(doc(kind.macs)))
        if kind.attention_macs is not Layer.attention_macs:
            yield Rule("Attention products", markdown(doc(kind.attention_macs)))
    else:
        assert issubclass(kind, Merge)
        yield Rule("Parameters", markdown(doc(kind.tensors)))
        yield Rule("Multiply-accumulates", markdown(doc(kind.macs)))
    yield Rule("Buffer of the output", OUTPUT_BUFFERS[kind.in_place])
    yield Rule("Saved in training", markdown(doc(kind.saves)))
    yield Rule("Receptive field", _field_rule(kind))
    if kind.depth_units:
        yield Rule("Depth", f"Adds {kind.depth_units}.")
    if error := _RAISES.search(output):
        yield Rule("Shape error", f"{error[1][0].upper()}{error[1][1:]}")


def rules_table(kind: type[AnyLayer]) -> Table:
    """The rules of a kind."""
    rows = [Row(rule.title, [_plain(rule.text)]) for rule in rules(kind)]
    columns = (Column("Figure"), Column("Rule", css="lw-text"))
    return Table(columns, rows, css="lw-rules", caption=f"Rules of {kind.kind}")


def kinds_in_place(in_place: InPlace) -> list[str]:
    """The kinds whose output has that sort of buffer, by their words in a definition."""
    return [word for word, kind in ALL.items() if kind.in_place is in_place]


def saved_kinds() -> dict[str, list[str]]:
    """The kinds by the rule for the tensors they save in training."""
    kinds: dict[str, list[str]] = {}
    for word, kind in ALL.items():
        kinds.setdefault(_plain(markdown(doc(kind.saves))), []).append(word)
    return kinds


def _field_rule(kind: type[AnyLayer]) -> str:
    """The rule for the receptive field."""
    if issubclass(kind, Merge):
        rule = f"{kind.field_rule[0].upper()}{kind.field_rule[1:]}"
        return f"{rule}." if kind.follows_first else f"{rule}; all if any branch sees the whole input."
    assert issubclass(kind, Layer)
    whole = markdown(doc(kind.is_global)) if kind.is_global is not Layer.is_global else ""
    if whole == "Always.":
        return "All: every value sees the whole input."
    if kind.receptive_window is not Layer.receptive_window:
        grows = markdown(doc(kind.receptive_window))
    else:
        grows = "r + (k − 1)·d·j, with a total stride of j·s." if kind.window is not Layer.window else "Unchanged."
    return f"{grows} All: {whole[0].lower()}{whole[1:]}" if whole else grows


# --- an example -----------------------------------------------------------------------------------------------------


def example_table(network: Network) -> Table:
    """The layer table of an example."""
    table = network_tables.layer_table(network)
    return replace(table, foot=(), css=f"{table.css} lw-example", caption="The example as rows of a layer table")


def worked_table(network: Network, node: LayerNode) -> Table:
    """The figures of a layer of an example, worked out."""
    steps = derivation.steps(node, network)
    columns = (Column("Figure"), Column("Calculation", css="lw-formula"), Column("Rule", css="lw-quiet"))
    rows = [Row(step.title, [step.worked, step.rule]) for step in steps]
    return Table(columns, rows, css="lw-steps", caption="How the figures of the example are calculated")


# --- where it is used -----------------------------------------------------------------------------------------------


class Use(NamedTuple):
    """A network that uses a kind, or a family with several such networks."""

    title: str
    page: str
    networks: int


class Uses(NamedTuple):
    """The networks that use a kind, as a layer or as an option of a layer."""

    networks: int
    shown: tuple[Use, ...]
    others: int
    """The number of families and networks that are not listed."""


def uses(catalogue: Catalogue) -> dict[str, Uses]:
    """The uses of each kind: families and single networks by year."""
    families = {family.file: family for family in catalogue.families}
    entries: dict[str, list[Entry]] = {word: [] for word in ALL}
    for entry, used in zip(catalogue.entries, kinds_of(catalogue.entries), strict=True):
        for word in used:
            entries[word].append(entry)
    return {word: _uses(families, of_word) for word, of_word in entries.items()}


def kinds_of(entries: Iterable[Entry]) -> list[set[str]]:
    """The kinds that each network uses, as layers or as options of layers."""
    words: dict[int, set[str]] = {}  # by layer, of which networks share many
    result = []
    for entry in entries:
        layers = {id(node.layer): node.layer for node in entry.network.layers}
        words |= {key: _words(layer) for key, layer in layers.items() if key not in words}
        result.append(set().union(*(words[key] for key in layers)))
    return result


def _words(layer: AnyLayer) -> set[str]:
    """The kind of a layer, and the kinds given to it as options."""
    options = type(layer).fields()
    words = {layer.kind}
    if "activation" in options:
        words.add(layer.activation_function or "")
    if "dropout" in options and layer.dropout:  # type: ignore[attr-defined]
        words.add("dropout")
    return words & ALL.keys()


def _uses(families: dict[Path, Family], entries: list[Entry]) -> Uses:
    by_file: dict[Path, list[Entry]] = {}
    for entry in entries:
        by_file.setdefault(entry.file, []).append(entry)
    shown = []
    for file, of_file in list(by_file.items())[:MAX_USES]:
        network, family = of_file[0].network, families.get(file)
        if family is None or len(of_file) == 1:
            shown.append(Use(network.name, f"networks/{network.slug}.md", len(of_file)))
        else:
            shown.append(Use(family.name, f"networks/{family.slug}.md", len(of_file)))
    return Uses(len(entries), tuple(shown), len(by_file) - len(shown))


def index_table(used: dict[str, Uses]) -> Table:
    """All kinds of layers by group, with a description and the number of networks that use them."""
    rows = []
    for title, kinds in groups():
        rows.append(Row(title.partition(".")[0], ["", ""], css="lw-stage", is_head=True))
        rows += [
            Row(
                Cell(kind.kind, link=f"layers/{kind.kind}.md"),
                [_plain(lead(kind)), grouped(used[kind.kind].networks)],
                css=f"lw-{operation_of_kind(kind)}",
                level=1,
            )
            for kind in kinds
        ]
    columns = (
        Column("Layer type", css="lw-name lw-code"),
        Column("Description", css="lw-text"),
        Column("Networks", numeric=True),
    )
    return Table(columns, rows, css="lw-kinds", caption="All layer types")
