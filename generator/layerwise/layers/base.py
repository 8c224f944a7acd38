"""What every kind of layer states: its output shape, its tensors and its multiply-accumulates."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from layerwise.core.errors import ShapeError
from layerwise.core.fields import Declaration
from layerwise.core.receptive_field import Samplings, samplings_of
from layerwise.core.shape import Shape
from layerwise.core.tensors import Tensor, count, formula
from layerwise.core.windows import Window
from layerwise.layers.rules import NOT_COUNTED, NOTHING_LEARNED, Rule, floor_rule


@dataclass(frozen=True, slots=True)
class LayerStats:
    """A layer measured on the shapes that enter it."""

    output: Shape
    tensors: tuple[Tensor, ...]
    buffers: tuple[Tensor, ...]
    macs: int
    window: Window | None
    is_global: bool
    parameters: int
    formula: str
    attention_macs: int = 0
    """The part of ``macs`` that multiplies values with values, not with weights: the products of attention."""
    receptive_window: Samplings | None = None
    """The input positions that each output position sees, along height and width; None where it is one, its own."""


class Example(NamedTuple):
    """A use of a kind, which its reference page works through."""

    layers: str
    """Layers as a definition lists them; the last one is of the kind."""
    on: str
    """The H×W×C they are put on."""


class AnyLayer(Declaration, ABC):
    """One kind of layer with its options, independent of where it stands.

    A subclass is the YAML syntax (its fields), the rule (its methods) and the documentation (its docstrings) at once:
    its entry in the reference is read off them. A field called ``size`` takes the value behind the kind:
    ``{conv: 5x5x6}``.
    """

    kind: ClassVar[str]
    """The word for it in a definition."""
    label: ClassVar[str]
    """What a layer without a name is called on a page."""
    category: ClassVar[str]
    """The group of kinds it belongs to, which gives its colour: convolution, pooling, linear, normalization, other."""
    depth_units: ClassVar[int] = 0
    """What it adds to a network's depth: 1 for convolutions and fully connected layers, 2 for attention."""
    example: ClassVar[Example]
    """A typical use, worked through in the reference."""
    output_rule: ClassVar[str]
    """How the output's shape follows from the input's, in a few words; of layers without a sliding window."""

    @property
    def filter(self) -> tuple[int, ...]:
        """The size as the table prints it: k_h×k_w×C_out of a convolution, k_h×k_w of a pooling, units of an fc."""
        return ()

    @property
    def activation_function(self) -> str | None:
        """The activation function applied in place to the output, by name."""
        return getattr(self, "activation", None)

    def parts(self) -> tuple[AnyLayer, ...]:
        """The layers this one stands for: itself, and a normalization given as an option."""
        return (self,)

    def parameters_rule(self, shape: Shape) -> Rule:
        """How the learned values are counted on an input, as a sum of products."""
        return NOTHING_LEARNED

    def macs_rule(self, shape: Shape) -> Rule:
        """How the multiply-accumulates are counted on an input, as a sum of products."""
        return NOT_COUNTED

    @abstractmethod
    def analyze(self, inputs: tuple[Shape, ...]) -> LayerStats:
        """Everything that follows from the shapes that enter.

        Raises ``ShapeError`` where they do not fit.
        """


class Layer(AnyLayer):
    """A layer with one input."""

    output_rule = "the shape of the input"

    @abstractmethod
    def output(self, shape: Shape) -> Shape:
        """The shape that leaves. Raises ``ShapeError`` where the layer cannot take ``shape``."""

    @abstractmethod
    def tensors(self, shape: Shape) -> tuple[Tensor, ...]:
        """The learned tensors."""

    @abstractmethod
    def macs(self, shape: Shape) -> int:
        """Multiply-accumulates for one image, those of ``attention_macs`` included."""

    def attention_macs(self, shape: Shape) -> int:
        """Multiply-accumulates of values with values: queries with keys, and attention with values."""
        return 0

    def buffers(self, shape: Shape) -> tuple[Tensor, ...]:
        """Tensors that are kept but not learned by gradient descent, such as running statistics."""
        return ()

    def window(self, shape: Shape) -> Window | None:
        """The sliding window, with the padding it has on this input; None for layers without one."""
        return None

    def receptive_window(self, shape: Shape) -> Samplings | None:
        """The input positions that each output position sees: those under the sliding window, if there is one."""
        window = self.window(shape)
        return samplings_of(window) if window else None

    def is_global(self, shape: Shape) -> bool:
        """Whether every output value depends on all of the input."""
        return False

    def size_rule(self, shape: Shape, axis: int) -> Rule:
        """How the output's height (axis 0) or width (1) is calculated; of layers with a sliding window."""
        window = self.window(shape)
        assert window is not None
        return floor_rule(window, shape, self.output(shape)[axis], axis)

    def padding_rule(self, shape: Shape, axis: int) -> Rule | None:
        """How the padding along height (axis 0) or width (1) is calculated; None where it is given."""
        return None

    def channels_rule(self, shape: Shape) -> Rule:
        """How the output channels follow; of layers with a sliding window."""
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
            tensors=tensors,
            buffers=self.buffers(shape),
            macs=self.macs(shape),
            window=self.window(shape),
            is_global=self.is_global(shape),
            parameters=count(tensors),
            formula=formula(tensors),
            attention_macs=self.attention_macs(shape),
            receptive_window=self.receptive_window(shape),
        )


class Merge(AnyLayer):
    """A layer in which branches meet. It has no tensors and no multiply-accumulates by the rule of this reference."""

    category = "other"
    follows_first: ClassVar[bool] = False
    """Whether receptive field and depth are those of the first branch, and not the largest of all branches."""
    field_rule: ClassVar[str] = "the region that covers those of all branches"
    """The receptive field, in a few words."""
    sign: ClassVar[str]
    """The sign between the shapes of the branches, where the merge is worked out."""

    def merge_values(self, shapes: tuple[Shape, ...]) -> str:
        """The shapes that enter, as they are combined: ``56×56×64 + 56×56×64``."""
        return f" {self.sign} ".join(map(str, shapes))

    @abstractmethod
    def merge(self, shapes: tuple[Shape, ...]) -> Shape:
        """The shape that leaves. Raises ``ShapeError`` where the branches do not fit each other."""

    def analyze(self, inputs: tuple[Shape, ...]) -> LayerStats:
        """See ``AnyLayer.analyze``."""
        return LayerStats(self.merge(inputs), (), (), 0, None, False, 0, "")


class WithoutParameters(Layer):
    """A layer that learns nothing and whose arithmetic is not counted as multiply-accumulates."""

    def tensors(self, shape: Shape) -> tuple[Tensor, ...]:
        """None."""
        return ()

    def macs(self, shape: Shape) -> int:
        """None."""
        return 0


class Elementwise(WithoutParameters):
    """A layer without parameters that leaves the shape as it is."""

    category = "other"

    def output(self, shape: Shape) -> Shape:
        """The shape that entered."""
        return shape


def require_map(shape: Shape) -> Shape:
    """Pass on a feature map H×W×C; raises ``ShapeError`` for anything else."""
    if not shape.is_map:
        raise ShapeError(f"needs a feature map of height × width × channels, but {shape} came in")
    return shape
