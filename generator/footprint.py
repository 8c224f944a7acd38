"""What a network takes in memory at inference and in training, by number type and batch size.

``assets/what-if.js`` puts other values in; a test compares the two.
"""

from __future__ import annotations

from typing import NamedTuple

from generator.network import Network, Row
from generator.units import grouped, memory


class NumberType(NamedTuple):
    """A type in which all values are held."""

    name: str
    bits: int
    size: str
    """Its size in words."""
    trains: bool
    """Whether networks are trained in it: only in floating point."""


FP32 = NumberType("fp32", 32, "4 bytes", trains=True)
NUMBER_TYPES = (
    FP32,
    NumberType("fp16, bf16", 16, "2 bytes", trains=True),
    NumberType("int8", 8, "1 byte", trains=False),
    NumberType("int4", 4, "½ byte", trains=False),
)

NO_TRAINING = "training takes floating point numbers"
NEVER_IN_PLACE = frozenset({"convolution", "pooling", "linear"})
"""Layers whose output cannot take the place of their input."""


class Counts(NamedTuple):
    """The values a network holds, for one image."""

    parameters: int
    outputs: int
    """Of all layers of the main path."""
    kept: int
    """Outputs that training keeps for the backward pass: those of side outputs as well."""
    pair: int
    """The largest input and output of one layer."""


class Figure(NamedTuple):
    """A need for memory: its key, what it is, how it comes about, and what that is in KB or MB."""

    key: str
    title: str
    rule: str
    memory: str


def widest_layer(network: Network) -> Row | None:
    """The layer whose input and output are the largest together, of those that cannot work in place."""
    rows = (row for row in network.rows if row.on_main_path and row.layer.category in NEVER_IN_PLACE)
    return max(rows, key=_pair, default=None)


def _pair(row: Row) -> int:
    return sum(shape.elements for shape in row.inputs) + row.activations


def counts(network: Network) -> Counts:
    """Count what is held."""
    widest = widest_layer(network)
    kept = network.activations + network.side.activations
    return Counts(network.parameters, network.activations, kept, _pair(widest) if widest else 0)


def inference(of: Counts, number: NumberType, batch: int) -> list[Figure]:
    """Parameters; all outputs, or the least of them that must be held at a time; in all with the latter."""
    parameters = f"{grouped(of.parameters)} parameters × {number.size}"
    outputs = f"{grouped(of.outputs)} outputs × {number.size} × batch {batch}"
    pair = f"{grouped(of.pair)} values × {number.size} × batch {batch}"
    return [
        Figure("parameters", "Parameters", parameters, _memory(of.parameters, number)),
        Figure("outputs", "All outputs", outputs, _memory(of.outputs * batch, number)),
        Figure("pair", "The largest input and output", pair, _memory(of.pair * batch, number)),
        Figure(
            "least",
            "In all, at least",
            f"{_memory(of.parameters, number)} + {_memory(of.pair * batch, number)}",
            _memory(of.parameters + of.pair * batch, number),
        ),
    ]


def training(of: Counts, number: NumberType, batch: int) -> list[Figure]:
    """Gradients, outputs kept, and all of it with the state of an optimizer: 2, 3 or 4 times the parameters.

    SGD keeps parameters and gradients, momentum one more value for each parameter, Adam two.
    """
    optimizers = (
        ("sgd", "In all with SGD", 2),
        ("momentum", "In all with momentum", 3),
        ("adam", "In all with Adam", 4),
    )
    if not number.trains:
        others = [("kept", "Outputs kept"), *(each[:2] for each in optimizers)]
        reason = Figure("gradients", "Gradients", NO_TRAINING, "–")
        return [reason, *(Figure(key, title, "", "–") for key, title in others)]
    gradients = f"{grouped(of.parameters)} parameters × {number.size}"
    kept = f"{grouped(of.kept)} outputs × {number.size} × batch {batch}"
    return [
        Figure("gradients", "Gradients", gradients, _memory(of.parameters, number)),
        Figure("kept", "Outputs kept", kept, _memory(of.kept * batch, number)),
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
