"""The base classes of layers: output shape, tensors and multiply-accumulates."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from layerwise.core.errors import ShapeError
from layerwise.core.fields import Declaration
from layerwise.core.receptive_field import Samplings, samplings_of
from layerwise.core.shape import SIDES, Shape
from layerwise.core.tensors import Tensor, count, formula
from layerwise.core.windows import Window
from layerwise.layers.memory import MASK_BYTES, NOTHING, SAVE_THEIR_INPUT, InPlace, Saved
from layerwise.layers.rules import NOT_COUNTED, NOTHING_LEARNED, Rule, floor_rule


@dataclass(frozen=True, slots=True)
class LayerStats:
    """The calculated figures of a layer for given input shapes."""

    output: Shape
    filter: tuple[int, ...]
    """The size as tables print it, along all sides."""
    tensors: tuple[Tensor, ...]
    buffers: tuple[Tensor, ...]
    macs: int
    window: Window | None
    is_global: bool
    parameters: int
    formula: str
    saved: Saved
    """The tensors PyTorch saves for the backward pass."""
    attention_macs: int = 0
    """The part of ``macs`` that multiplies values with values, not with weights: the products of attention."""
    receptive_window: Samplings | None = None
    """The input positions that each output position sees, along each spatial side; None if only its own."""


class Example(NamedTuple):
    """A typical use of a kind, worked through on its reference page."""

    layers: str
    """Layers as in a definition; the last one is of the kind."""
    on: str
    """The input shape H×W×C."""


class AnyLayer(Declaration, ABC):
    """A kind of layer with its options, independent of its place in a network.

    A subclass is the YAML syntax (its fields), the calculation (its methods) and the documentation (its docstrings):
    its reference page is generated from them. A field called ``size`` holds the value after the kind:
    ``{conv: 5x5x6}``.
    """

    kind: ClassVar[str]
    """The name of the kind in definitions."""
    label: ClassVar[str]
    """The default name of such a layer on pages."""
    category: ClassVar[str]
    """The group of kinds, which sets the colour: convolution, pooling, linear, normalization or other."""
    depth_units: ClassVar[int] = 0
    """Layers it adds to a network's depth: 1 for convolutions and fully connected layers, 2 for attention."""
    is_counted: ClassVar[bool] = True
    """False for an operation whose parameters and MACs are unknown: totals are without it."""
    in_place: ClassVar[InPlace] = InPlace.NEVER
    """The condition under which its output overwrites its input at inference."""
    example: ClassVar[Example]
    """A typical use, worked through on the reference page."""
    output_rule: ClassVar[str]
    """The output shape in a few words, for layers without a sliding window."""
    resizes_weights: ClassVar[bool] = False
    """True if trained weights are interpolated for an input of another size."""

    @property
    def filter(self) -> tuple[int, ...]:
        """The size as tables print it: k_h×k_w×C_out of a convolution, k_h×k_w of a pooling, units of an fc."""
        return ()

    def filter_on(self, shape: Shape) -> tuple[int, ...]:
        """The filter along all sides of an input, where the definition can give one number for all."""
        return self.filter

    @property
    def activation_function(self) -> str | None:
        """The name of the activation function applied to the output in place."""
        return getattr(self, "activation", None)

    def with_channels(self, channels: int) -> AnyLayer | None:
        """Return this layer with another number of output channels; None if that is not one of its options."""
        return None

    def parts(self) -> tuple[AnyLayer, ...]:
        """The layers this one expands to: itself, and a normalization given as an option."""
        return (self,)

    def parameters_rule(self, shape: Shape) -> Rule:
        """Return the count of learned values as a sum of products."""
        return NOTHING_LEARNED

    def macs_rule(self, shape: Shape) -> Rule:
        """Return the count of multiply-accumulates as a sum of products."""
        return NOT_COUNTED

    def workspace(self, inputs: tuple[Shape, ...]) -> int:
        """Return the most values it holds at the same time, without its inputs; 0 if that is only its output."""
        return 0

    @abstractmethod
    def saves(self, inputs: tuple[Shape, ...]) -> Saved:
        """The tensors PyTorch saves for the backward pass, without those of an activation function and a dropout."""

    def saved(self, inputs: tuple[Shape, ...], output: Shape) -> Saved:
        """The tensors PyTorch saves for the backward pass of the layer with its options."""
        saved, function = self.saves(inputs), self.activation_function
        drops = bool(getattr(self, "dropout", 0))
        if function:
            before = function in SAVE_THEIR_INPUT  # the tensor before the function, or between it and the dropout
            inner = output.elements if before or drops else 0
            saved = saved._replace(values=saved.values + inner, output=not inner)
        return saved._replace(bytes=saved.bytes + MASK_BYTES * output.elements) if drops else saved

    @abstractmethod
    def analyze(self, inputs: tuple[Shape, ...]) -> LayerStats:
        """Return all figures for these input shapes.

        Raises ``ShapeError`` if they do not fit.
        """


class Layer(AnyLayer):
    """A layer with one input."""

    output_rule = "the shape of the input"

    @abstractmethod
    def output(self, shape: Shape) -> Shape:
        """Return the output shape. Raises ``ShapeError`` if the layer cannot take ``shape``."""

    @abstractmethod
    def tensors(self, shape: Shape) -> tuple[Tensor, ...]:
        """The learned tensors."""

    @abstractmethod
    def macs(self, shape: Shape) -> int:
        """Multiply-accumulates for one image, including ``attention_macs``."""

    def attention_macs(self, shape: Shape) -> int:
        """Multiply-accumulates without weights: queries with keys, and attention with values."""
        return 0

    def buffers(self, shape: Shape) -> tuple[Tensor, ...]:
        """Tensors that are stored but not trained, such as running statistics."""
        return ()

    def window(self, shape: Shape) -> Window | None:
        """The sliding window, with the padding it has on this input; None for layers without one."""
        return None

    def receptive_window(self, shape: Shape) -> Samplings | None:
        """The input positions that each output position sees: those under the sliding window, if there is one."""
        window = self.window(shape)
        return samplings_of(window) if window else None

    def is_global(self, shape: Shape) -> bool:
        """Return True if every output value depends on the whole input."""
        return False

    def size_rule(self, shape: Shape, axis: int) -> Rule:
        """Return the rule for the output of a sliding window along one spatial side, counted from 0."""
        window = self.window(shape)
        assert window is not None
        return floor_rule(window, shape, self.output(shape)[axis], axis)

    def padding_rule(self, shape: Shape, axis: int) -> Rule | None:
        """Return the rule for the padding along one spatial side; None if it is given."""
        return None

    def channels_rule(self, shape: Shape) -> Rule:
        """Return the rule for the output channels of a layer with a sliding window."""
        return Rule("same as the input", str(shape.channels))

    def parameters_rule(self, shape: Shape) -> Rule:
        """The sum of the learned tensors, by their names."""
        tensors = self.tensors(shape)
        return Rule(" + ".join(tensor.name for tensor in tensors), formula(tensors)) if tensors else NOTHING_LEARNED

    def analyze(self, inputs: tuple[Shape, ...]) -> LayerStats:
        """See ``AnyLayer.analyze``."""
        (shape,) = inputs
        output, tensors = self.output(shape), self.tensors(shape)
        return LayerStats(
            output=output,
            filter=self.filter_on(shape),
            tensors=tensors,
            buffers=self.buffers(shape),
            macs=self.macs(shape),
            window=self.window(shape),
            is_global=self.is_global(shape),
            parameters=count(tensors),
            formula=formula(tensors),
            saved=self.saved(inputs, output),
            attention_macs=self.attention_macs(shape),
            receptive_window=self.receptive_window(shape),
        )


class Merge(AnyLayer):
    """A layer that merges branches. Only products of branches have multiply-accumulates, and few have tensors."""

    category = "other"
    follows_first: ClassVar[bool] = False
    """True if receptive field and depth are those of the first branch alone."""
    field_rule: ClassVar[str] = "the region that covers those of all branches"
    """The receptive field, in a few words."""
    sign: ClassVar[str]
    """The sign between the shapes of the branches in the derivation."""
    branch_names: ClassVar[tuple[str, ...]] = ()
    """The names and order of its branches; empty if they can be any."""

    def merge_values(self, shapes: tuple[Shape, ...]) -> str:
        """Format the input shapes as they are combined: ``56×56×64 + 56×56×64``."""
        return f" {self.sign} ".join(map(str, shapes))

    @abstractmethod
    def merge(self, shapes: tuple[Shape, ...]) -> Shape:
        """Return the output shape. Raises ``ShapeError`` if the branches do not fit together."""

    def tensors(self, shapes: tuple[Shape, ...]) -> tuple[Tensor, ...]:
        """None."""
        return ()

    def macs(self, shapes: tuple[Shape, ...]) -> int:
        """None."""
        return 0

    def is_global(self, shapes: tuple[Shape, ...]) -> bool:
        """Return True if every output value depends on the whole input."""
        return False

    def receptive_window(self, shapes: tuple[Shape, ...]) -> Samplings | None:
        """The positions of the branches that each output position sees; None if only its own."""
        return None

    def products_rule(self, shapes: tuple[Shape, ...]) -> Rule:
        """Return the count of ``macs`` as a sum of products."""
        return NOT_COUNTED

    def analyze(self, inputs: tuple[Shape, ...]) -> LayerStats:
        """See ``AnyLayer.analyze``."""
        output, tensors, macs = self.merge(inputs), self.tensors(inputs), self.macs(inputs)
        return LayerStats(
            output=output,
            filter=self.filter,
            tensors=tensors,
            buffers=(),
            macs=macs,
            window=None,
            is_global=self.is_global(inputs),
            parameters=count(tensors),
            formula=formula(tensors),
            saved=self.saved(inputs, output),
            attention_macs=macs,
            receptive_window=self.receptive_window(inputs),
        )


class WithoutParameters(Layer):
    """A layer without parameters, whose arithmetic is not counted as multiply-accumulates."""

    def tensors(self, shape: Shape) -> tuple[Tensor, ...]:
        """None."""
        return ()

    def macs(self, shape: Shape) -> int:
        """None."""
        return 0


class Elementwise(WithoutParameters):
    """A layer without parameters that keeps the shape."""

    category = "other"

    def saves(self, inputs: tuple[Shape, ...]) -> Saved:
        """Nothing: the values only move."""
        return NOTHING

    def output(self, shape: Shape) -> Shape:
        """The shape of the input."""
        return shape


NOUNS = {1: "sequence", 2: "feature map", 3: "volume"}
"""Inputs by the number of their spatial sides."""


def require_sides(shape: Shape, count: int) -> Shape:
    """Return a shape with so many spatial sides, such as H×W×C; raise ``ShapeError`` for any other."""
    if len(shape) != count + 1:
        sides = " × ".join((*SIDES[count], "channels"))
        raise ShapeError(f"needs a {NOUNS[count]} of {sides}, got {shape}")
    return shape


def require_map(shape: Shape) -> Shape:
    """Return a feature map's shape H×W×C; raise ``ShapeError`` for any other shape."""
    return require_sides(shape, 2)


def require_positions(shape: Shape) -> Shape:
    """Return a shape with one spatial side or more; raise ``ShapeError`` for a vector."""
    return shape if shape.spatial else require_map(shape)


def listed(shapes: tuple[Shape, ...]) -> str:
    """Return the shapes of branches for an error: ``8×8×3, 8×8×4``."""
    return ", ".join(map(str, shapes))
