"""The memory of a network at inference and in training, by number type and batch size.

``assets/what-if.js`` puts other values in; a test compares the two.
"""

from __future__ import annotations

from typing import NamedTuple

from layerwise.network.graph import Network
from layerwise.network.memory import FP32, Counts, NumberType, counts, widest_layer
from layerwise.report import formatting
from layerwise.report.formatting import grouped, memory
from layerwise.report.tables.model import Column, Row, Table

MEMORY_REMARK = (
    "With SGD, each parameter takes 2 values (the parameter and its gradient), with momentum 3, with Adam 4, "
    "all of the same number type. "
    "Mixed precision also stores parameters and optimizer state in fp32. "
    "Running statistics, workspace and memory reserved by the framework's allocator are not included."
)
NO_TRAINING = "training needs floating-point numbers"


class Figure(NamedTuple):
    """A need for memory: its key, what it is, how it comes about, and what that is in KB or MB."""

    key: str
    title: str
    rule: str
    memory: str


def inference(of: Counts, number: NumberType, batch: int) -> list[Figure]:
    """Parameters; all outputs, or the least of them that must be held at a time; in all with the latter."""
    parameters = f"{grouped(of.parameters)} parameters × {number.size}"
    outputs = f"{grouped(of.outputs)} outputs × {number.size} × batch {batch}"
    pair = f"{grouped(of.pair)} values × {number.size} × batch {batch}"
    return [
        Figure("parameters", "Parameters", parameters, _memory(of.parameters, number)),
        Figure("outputs", "All outputs", outputs, _memory(of.outputs * batch, number)),
        Figure("pair", "Largest input plus output", pair, _memory(of.pair * batch, number)),
        Figure(
            "least",
            "Minimum in total",
            f"{_memory(of.parameters, number)} + {_memory(of.pair * batch, number)}",
            _memory(of.parameters + of.pair * batch, number),
        ),
    ]


def training(of: Counts, number: NumberType, batch: int) -> list[Figure]:
    """Gradients, outputs kept, and all of it with the state of an optimizer: 2, 3 or 4 times the parameters.

    SGD keeps parameters and gradients, momentum one more value for each parameter, Adam two.
    """
    optimizers = (
        ("sgd", "Total with SGD", 2),
        ("momentum", "Total with momentum", 3),
        ("adam", "Total with Adam", 4),
    )
    if not number.trains:
        others = [("kept", "Outputs for the backward pass"), *(each[:2] for each in optimizers)]
        reason = Figure("gradients", "Gradients", NO_TRAINING, "–")
        return [reason, *(Figure(key, title, "", "–") for key, title in others)]
    gradients = f"{grouped(of.parameters)} parameters × {number.size}"
    kept = f"{grouped(of.kept)} outputs × {number.size} × batch {batch}"
    return [
        Figure("gradients", "Gradients", gradients, _memory(of.parameters, number)),
        Figure("kept", "Outputs for the backward pass", kept, _memory(of.kept * batch, number)),
        *(
            Figure(
                key,
                title,
                f"{times} × {_memory(of.parameters, number)} + {_memory(of.kept * batch, number)}",
                _memory(times * of.parameters + of.kept * batch, number),
            )
            for key, title, times in optimizers
        ),
    ]


def _memory(values: int, number: NumberType) -> str:
    return memory(-(-values * number.bits // 8))


def memory_table(network: Network) -> Table:
    """What the network needs at inference and in training, in fp32 with a batch of one."""
    of, widest = counts(network), widest_layer(network)
    needs = [*inference(of, FP32, 1), *training(of, FP32, 1)]
    titles = {"pair": f" ({formatting.name(widest.name)})"} if widest else {}
    rows = [
        Row(need.title + titles.get(need.key, ""), [need.memory, need.rule], attributes={"data-figure": need.key})
        for need in needs
    ]
    inferring = Row("Inference", ["", ""], css="lw-stage", is_head=True)
    learning = Row("Training", ["", ""], css="lw-stage", is_head=True)
    return Table(
        (Column("Item"), Column("Memory", numeric=True), Column("Calculation", css="lw-formula")),
        [rows[0], inferring, *rows[1:4], learning, *rows[4:]],
        css="lw-memory",
        caption=f"Memory of {network.name}",
        notes=[MEMORY_REMARK],
    )
