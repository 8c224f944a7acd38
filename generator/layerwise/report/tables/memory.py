"""The memory of a network at inference and in training, by number type and batch size.

A figure is ``times`` the parameters and ``values`` for each image. ``assets/what-if.js`` reads both from the rows of
the table and calculates them for other number types and batch sizes; it has no rules of its own.
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


class Need(NamedTuple):
    """A need for memory, for any number type and batch size."""

    key: str
    title: str
    rule: str
    """With ``{size}`` of a number, ``{batch}``, and the memory of the ``{parameters}`` and of all ``{values}``."""
    times: int
    """The number of values per parameter."""
    values: int
    """The number of values per image."""
    untrained: str | None = None
    """The rule shown for a number type in which networks are not trained; None if that makes no difference."""


class Figure(NamedTuple):
    """A need for memory with a number type and a batch size: its rule, and the memory in KB or MB."""

    key: str
    title: str
    rule: str
    memory: str


def inference_needs(of: Counts) -> list[Need]:
    """The parameters; all outputs, or the minimum that must be held at a time; the total with the latter."""
    return [
        Need("parameters", "Parameters", _parameters(of), 1, 0),
        Need("outputs", "All outputs", f"{grouped(of.outputs)} outputs × {{size}} × batch {{batch}}", 0, of.outputs),
        Need(
            "pair", "Largest input plus output", f"{grouped(of.pair)} values × {{size}} × batch {{batch}}", 0, of.pair
        ),
        Need("least", "Minimum in total", "{parameters} + {values}", 1, of.pair),
    ]


def training_needs(of: Counts) -> list[Need]:
    """Gradients, outputs for the backward pass, and the total with an optimizer.

    SGD has the parameters and their gradients, momentum one more value for each parameter, Adam two.
    """
    kept = f"{grouped(of.kept)} outputs × {{size}} × batch {{batch}}"
    optimizers = (("sgd", "Total with SGD", 2), ("momentum", "Total with momentum", 3), ("adam", "Total with Adam", 4))
    return [
        Need("gradients", "Gradients", _parameters(of), 1, 0, NO_TRAINING),
        Need("kept", "Outputs for the backward pass", kept, 0, of.kept, ""),
        *(
            Need(key, title, f"{times} × {{parameters}} + {{values}}", times, of.kept, "")
            for key, title, times in optimizers
        ),
    ]


def _parameters(of: Counts) -> str:
    return f"{grouped(of.parameters)} parameters × {{size}}"


def inference(of: Counts, number: NumberType, batch: int) -> list[Figure]:
    """The memory of a network at inference."""
    return [_figure(need, of, number, batch) for need in inference_needs(of)]


def training(of: Counts, number: NumberType, batch: int) -> list[Figure]:
    """The memory of a network in training."""
    return [_figure(need, of, number, batch) for need in training_needs(of)]


def _figure(need: Need, of: Counts, number: NumberType, batch: int) -> Figure:
    if need.untrained is not None and not number.trains:
        return Figure(need.key, need.title, need.untrained, "–")
    values = need.values * batch
    rule = need.rule.format(
        size=number.size, batch=batch, parameters=_memory(of.parameters, number), values=_memory(values, number)
    )
    return Figure(need.key, need.title, rule, _memory(need.times * of.parameters + values, number))


def _memory(values: int, number: NumberType) -> str:
    return memory(-(-values * number.bits // 8))


def memory_table(network: Network) -> Table:
    """The memory of a network at inference and in training, in fp32 with a batch of one."""
    of, widest = counts(network), widest_layer(network)
    titles = {"pair": f" ({formatting.name(widest.name)})"} if widest else {}

    def row(need: Need) -> Row:
        figure = _figure(need, of, FP32, 1)
        return Row(need.title + titles.get(need.key, ""), [figure.memory, figure.rule], attributes=_attributes(need))

    parameters, *inferring = map(row, inference_needs(of))
    return Table(
        (Column("Item"), Column("Memory", numeric=True), Column("Calculation", css="lw-formula")),
        [parameters, _head("Inference"), *inferring, _head("Training"), *map(row, training_needs(of))],
        css="lw-memory",
        caption=f"Memory of {network.name}",
        notes=[MEMORY_REMARK],
    )


def _attributes(need: Need) -> dict[str, str]:
    """The values from which the script calculates the row."""
    return {
        "data-figure": need.key,
        "data-rule": need.rule,
        "data-times": str(need.times),
        "data-values": str(need.values),
        **({} if need.untrained is None else {"data-untrained": need.untrained}),
    }


def _head(title: str) -> Row:
    return Row(title, ["", ""], css="lw-stage", is_head=True)
