"""The memory of a network at inference and in training, as tables that a script fills for other precisions.

A row has its amount of memory as counts of things, such as parameters and values of activations. ``what-if.js``
multiplies them by the bits that each precision has for them, and by the batch size; it has no rules of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial

from layerwise.core.tensors import BYTES_PER_PARAMETER
from layerwise.layers.memory import InPlace
from layerwise.network import memory
from layerwise.network.graph import Network
from layerwise.network.liveness import INPUT, Peak, peak
from layerwise.network.memory import DEVICES, FP32, GB, OPTIMIZERS, THINGS, Amount
from layerwise.report import formatting
from layerwise.report.formatting import exact_bytes, grouped, rounded_memory
from layerwise.report.tables.model import Column, Row, Table

NO_ROOM = "0"
ANY_BATCH = "any"

REMARK = (
    "The last columns hold the largest batch that fits the memory of a GPU. It does not include workspace and memory "
    "reserved by the framework: a real batch is somewhat smaller."
)

PEAKS = {
    InPlace.VALUES: "Peak activations",
    InPlace.MERGE: "Peak with additions in place",
    InPlace.DEPTHWISE: "Peak with depthwise convolutions in place",
}
"""The options of the peak, each of which includes those before it."""


def memory_table(network: Network) -> Table:
    """The parts of the memory at inference and in training, in fp32 for one image."""
    return Table(
        (Column("Item"), Column("Memory", numeric=True), Column("Counted for one image", css="lw-formula")),
        [_head("Inference"), *_inference(network), _head("Training"), *_training(network)],
        css="lw-memory",
        caption=f"Memory of {network.name}",
    )


def _inference(network: Network) -> Iterator[Row]:
    parameters = memory.parameters(network)
    yield _row("Parameters", parameters, f"{grouped(network.parameters)} parameters")
    yield _row("All outputs", memory.outputs(network), f"{grouped(network.activations)} values")
    last = None
    for in_place, title in PEAKS.items():
        highest = peak(network, in_place)
        if last != highest.elements:
            counted = f"{grouped(highest.elements)} values, at {formatting.place(highest.layer)}"
            yield _row(title, memory.peak_activations(network, in_place), counted)
        last = highest.elements
    total = parameters.plus(memory.peak_activations(network))
    yield _row("Total", total, "parameters and peak activations")


def _training(network: Network) -> Iterator[Row]:
    training = partial(_row, trains=True)
    yield training("Gradients", memory.gradients(network), f"{grouped(network.parameters)} parameters")
    copies = memory.weight_copies(network)
    yield training("Copies of weights, AMP", copies, f"{grouped(copies.fixed['weight copy'])} weights in 16 bits")
    saved, checkpointed = memory.saved(network), memory.checkpointed(network)
    yield training("Saved for the backward pass", saved, _tensors(saved))
    yield training("Saved with checkpointing", checkpointed, _tensors(checkpointed))


def recipe_table(network: Network) -> Table:
    """The totals of training by optimizer, with and without checkpointing, and the largest batch that fits a GPU."""
    rows = []
    for name, tensors in (("", memory.saved(network)), (", checkpointing", memory.checkpointed(network))):
        for optimizer in OPTIMIZERS:
            amount = memory.training(network, optimizer, tensors)
            batches = [_batch(amount.largest_batch(FP32, size * GB)) for size in DEVICES]
            rows.append(_row(optimizer.name + name, amount, *batches, trains=True))
    devices = [Column(f"Batch in {size} GB", numeric=True) for size in DEVICES]
    return Table(
        (Column("Training with"), Column("Memory", numeric=True), *devices),
        rows,
        css="lw-memory lw-recipes",
        caption=f"Training {network.name}: total memory, and the largest batch that fits",
        notes=[REMARK],
        attributes={"data-sizes": ",".join(str(size * GB) for size in DEVICES)},
    )


def _batch(images: int | None) -> str:
    return ANY_BATCH if images is None else grouped(images)


def _tensors(amount: Amount) -> str:
    """The sizes of saved tensors: ``21,076,968 values, 1,605,632 bytes``."""
    values = sum(amount.image.get(name, 0) for name in ("value", "wide value"))
    others = amount.image.get("byte", 0), amount.fixed.get("byte", 0)
    parts = (f"{grouped(values)} values", f"{grouped(sum(others))} bytes of indices, masks and statistics")
    return ", ".join(parts if any(others) else parts[:1])


def _row(title: str, amount: Amount, *cells: str, trains: bool = False) -> Row:
    """A row with its amount in fp32 for one image; the last cells follow."""
    size = amount.bytes(FP32)
    attributes = {
        "title": exact_bytes(size),
        **{f"data-{name}": counts for name, counts in zip(Amount._fields, map(_counts, amount), strict=True) if counts},
        **({"data-trains": "1"} if trains else {}),
    }
    return Row(title, [rounded_memory(size), *cells], attributes=attributes)


def _counts(counts: Mapping[str, int]) -> str:
    """Counts in the order of ``THINGS``, as the script reads them: ``1605632,802816``; the rest are zero."""
    places = [place for place, thing in enumerate(THINGS, 1) if counts.get(thing)]
    return ",".join(str(counts.get(thing, 0)) for thing in THINGS[: max(places, default=0)])


def _head(title: str) -> Row:
    return Row(title, ["", ""], css="lw-stage", is_head=True)


# --- the peak in words ----------------------------------------------------------------------------------------------

MAX_NAMED = 5
"""Tensors at the peak that are named; the others are summed up."""


def held_tensors(network: Network, highest: Peak) -> str:
    """The tensors at a peak, the largest first: ``Conv1 (3.062 MB), Conv2 (3.062 MB) and Add (3.062 MB)``."""
    tensors = sorted(highest.held, key=lambda held: -held.elements)
    named = [f"{_name(network, held.node)} ({_size(held.elements)})" for held in tensors[:MAX_NAMED]]
    if rest := tensors[MAX_NAMED:]:
        named.append(f"{len(rest)} more ({_size(sum(held.elements for held in rest))})")
    return f"{', '.join(named[:-1])} and {named[-1]}" if len(named) > 1 else named[0]


def _name(network: Network, node: int) -> str:
    return "the input" if node == INPUT else formatting.name(network.layers[node].name)


def _size(elements: int) -> str:
    return rounded_memory(elements * BYTES_PER_PARAMETER)
