"""Recurrent layers, which carry a state from each position of a sequence to the next."""

from __future__ import annotations

from typing import ClassVar, Literal

from layerwise.core.shape import Shape
from layerwise.core.tensors import Tensor, formula
from layerwise.layers.base import Example, Layer, require_sides
from layerwise.layers.memory import INPUT, Saved
from layerwise.layers.options import Flag, Whole
from layerwise.layers.rules import Rule


class Recurrent(Layer):
    """The base of recurrent layers: at each position, gates are calculated from its values and the state before it.

    Parameters gates·H × (C + H + biases), in both directions twice as many; multiply-accumulates T·gates·H·(C + H).
    The products of gates with states are not counted.
    """

    category = "linear"
    depth_units = 1
    output_rule = "one state at each position"
    gates: ClassVar[int]
    """Vectors of H values that are calculated from inputs and state at each position."""
    kept: ClassVar[int]
    """Values per unit and position that the backward pass needs in addition to the outputs."""

    size: Whole
    """Number of units, H."""
    bidirectional: Flag = False
    """Runs a second layer of the same size from the end to the beginning, and concatenates their states."""
    last: Flag = False
    """Returns the last state of each direction instead of all states: T×C becomes a vector."""
    biases: Literal[0, 1, 2] = 2
    """Biases of each gate: 2, for inputs and state, as in PyTorch; 1 as in the papers; 0 for none."""

    @property
    def filter(self) -> tuple[int, ...]:
        """The number of units."""
        return (self.size,)

    @property
    def directions(self) -> int:
        """1, or 2 if bidirectional."""
        return 1 + self.bidirectional

    def output(self, shape: Shape) -> Shape:
        """T×H, T×2H if bidirectional; H or 2H if only the last states are returned."""
        units = self.size * self.directions
        return Shape((units,)) if self.last else require_sides(shape, 1).with_channels(units)

    def tensors(self, shape: Shape) -> tuple[Tensor, ...]:
        """``weight_ih`` C×(gates·H), ``weight_hh`` H×(gates·H), ``bias_ih`` and ``bias_hh`` gates·H; twice if both."""
        width = self.gates * self.size
        sides: dict[str, tuple[int, ...]] = {"weight_ih": (shape.channels, width), "weight_hh": (self.size, width)}
        names: tuple[str, ...] = ("bias_ih", "bias_hh")
        sides |= dict.fromkeys(names[: self.biases], (width,))
        suffixes = ("", "_reverse")[: self.directions]
        return tuple(Tensor(name + suffix, of) for suffix in suffixes for name, of in sides.items())

    def parameters_rule(self, shape: Shape) -> Rule:
        """The weights of inputs and state, and the biases, of all gates."""
        biases = " + biases" if self.biases else ""
        twice = ", in both directions" if self.bidirectional else ""
        symbols = f"C × {self.gates}·units + units × {self.gates}·units{biases}{twice}"
        return Rule(symbols.replace("1·units", "units"), formula(self.tensors(shape)))

    def macs(self, shape: Shape) -> int:
        """T·gates·H·(C + H), in both directions twice as many."""
        return require_sides(shape, 1)[0] * self.directions * self.gates * self.size * (shape.channels + self.size)

    def macs_rule(self, shape: Shape) -> Rule:
        """As ``macs``."""
        weights = f"({shape.channels} + {self.size}) · {self.gates * self.size}"
        both = f"{self.directions} · " if self.bidirectional else ""
        return Rule("positions · (C + units) · gates · units", f"{shape[0]} · {both}{weights}")

    def saves(self, inputs: tuple[Shape, ...]) -> Saved:
        """Its input, all states, and at each position the gates, with the cell of an LSTM."""
        (shape,) = inputs
        states = shape.positions * self.size * self.directions
        return INPUT._replace(values=states * (self.kept + self.last), output=not self.last)

    def workspace(self, inputs: tuple[Shape, ...]) -> int:
        """All states, and the gates of one position."""
        (shape,) = inputs
        return (shape.positions + self.gates) * self.size * self.directions

    def is_global(self, shape: Shape) -> bool:
        """Always: the last state depends on the whole sequence."""
        return True


class LSTM(Recurrent):
    """Long short-term memory, with input, forget and output gates, a candidate and a cell: T×C becomes T×H.

    Source: Hochreiter & Schmidhuber, Long Short-Term Memory, 1997; Gers, Schmidhuber & Cummins, Learning to Forget,
    2000; PyTorch's LSTM.
    """

    kind = "lstm"
    label = "LSTM"
    example = Example("tokens, {lstm: 256, bidirectional: true}", "1x26x512")
    gates = 4
    kept = 5


class GRU(Recurrent):
    """A gated recurrent unit, with reset and update gates and a candidate: T×C becomes T×H.

    Source: Cho et al., Learning Phrase Representations using RNN Encoder–Decoder, 2014; PyTorch's GRU.
    """

    kind = "gru"
    label = "GRU"
    example = Example("tokens, {gru: 128}", "1x26x512")
    gates = 3
    kept = 5


class RNN(Recurrent):
    """A simple recurrent layer: its state is the tanh of a weighted sum of the input and the state before.

    Source: Elman, Finding Structure in Time, 1990; PyTorch's RNN.
    """

    kind = "simple_rnn"
    label = "RNN"
    example = Example("tokens, {simple_rnn: 128}", "1x26x512")
    gates = 1
    kept = 0
