"""Tokens: a feature map as a list of positions T×C, and learned tokens and embeddings."""

from __future__ import annotations

from math import prod

from layerwise.core.errors import ShapeError
from layerwise.core.shape import Shape, times
from layerwise.core.tensors import Tensor
from layerwise.layers.base import Elementwise, Example, Layer, require_map
from layerwise.layers.memory import NOTHING, InPlace, Saved
from layerwise.layers.options import MapSize, Whole


def require_tokens(shape: Shape) -> Shape:
    """Return the shape of tokens T×C; raise ``ShapeError`` for any other shape."""
    if len(shape) != 2:
        raise ShapeError(f"needs tokens T×C, got {shape}")
    return shape


class Tokens(Elementwise):
    """Turns the positions of a feature map into a list of tokens: H×W×C becomes (H·W)×C, D×H×W×C becomes (D·H·W)×C.

    Source: Dosovitskiy et al., An Image Is Worth 16x16 Words, 2020, section 3.1.
    """

    kind = "tokens"
    label = "Tokens"
    output_rule = "one token per position: height · width"
    example = Example("{conv: 16x16x768, stride: 16}, tokens", "224x224x3")
    in_place = InPlace.VIEW

    def output(self, shape: Shape) -> Shape:
        """(H·W)×C."""
        if len(shape) < 3:
            require_map(shape)
        return Shape((shape.positions, shape.channels))


class ToMap(Elementwise):
    """Turns tokens back into a feature map: T×C becomes H×W×C, with H·W = T.

    Source: the reverse of ``tokens``; PyTorch's Unflatten.
    """

    kind = "to_map"
    label = "ToMap"
    output_rule = "tokens arranged as a map"
    example = Example("tokens, {to_map: 14x14}", "14x14x768")
    in_place = InPlace.VIEW

    size: MapSize
    """Height × width of the map, like 14x14; depth × height × width of a volume."""

    def output(self, shape: Shape) -> Shape:
        """H×W×C. Raises ``ShapeError`` if T is not H·W."""
        tokens, channels = require_tokens(shape)
        if tokens != prod(self.size):
            raise ShapeError(f"{tokens} tokens do not fill a map of {times(self.size)}")
        return Shape((*self.size, channels))


class TakeToken(Elementwise):
    """Selects one token, by default the first, which is the class token: T×C becomes a vector C.

    Source: Dosovitskiy et al., An Image Is Worth 16x16 Words, 2020, section 3.1; the second one is the distillation
    token of Touvron et al., DeiT, 2020, section 4.
    """

    kind = "take_token"
    label = "TakeToken"
    output_rule = "one token"
    example = Example("tokens, class_token, take_token", "14x14x768")
    in_place = InPlace.VIEW

    size: Whole = 1
    """Number of the token, counted from 1."""

    def output(self, shape: Shape) -> Shape:
        """C. Raises ``ShapeError`` if there are fewer tokens."""
        tokens, channels = require_tokens(shape)
        if self.size > tokens:
            raise ShapeError(f"takes token {self.size} of {tokens}")
        return Shape((channels,))


class MeanTokens(Elementwise):
    """The mean of all tokens: T×C becomes a vector C.

    Source: Dosovitskiy et al., An Image Is Worth 16x16 Words, 2020, appendix D.3.
    """

    kind = "mean_tokens"
    label = "MeanTokens"
    output_rule = "the mean of the tokens"
    example = Example("tokens, mean_tokens", "14x14x768")
    in_place = InPlace.NEVER

    def output(self, shape: Shape) -> Shape:
        """C."""
        return Shape((require_tokens(shape).channels,))

    def is_global(self, shape: Shape) -> bool:
        """Always."""
        return True


class Transpose(Elementwise):
    """Exchanges tokens and channels: T×C becomes C×T, so that the next linear layer mixes the tokens.

    Source: Tolstikhin et al., MLP-Mixer, 2021, section 2; PyTorch's transpose.
    """

    kind = "transpose"
    label = "Transpose"
    output_rule = "tokens and channels exchanged"
    example = Example("tokens, transpose", "14x14x512")
    in_place = InPlace.VIEW

    def output(self, shape: Shape) -> Shape:
        """C×T."""
        tokens, channels = require_tokens(shape)
        return Shape((channels, tokens))

    def is_global(self, shape: Shape) -> bool:
        """Always: each row has a value of every token."""
        return True


class Learned(Layer):
    """The base of learned tensors that are added to the values or appended to them."""

    category = "other"

    def saves(self, inputs: tuple[Shape, ...]) -> Saved:
        """Nothing: sums and concatenations need no values."""
        return NOTHING

    def output(self, shape: Shape) -> Shape:
        """The shape of the input."""
        return shape

    def macs(self, shape: Shape) -> int:
        """None: only convolutions, fully connected layers and attention products count."""
        return 0


class ClassToken(Learned):
    """Prepends learned tokens: T×C becomes (T + n)×C.

    Source: Dosovitskiy et al., An Image Is Worth 16x16 Words, 2020, section 3.1.
    """

    kind = "class_token"
    label = "ClassToken"
    output_rule = "learned tokens added before the others"
    example = Example("tokens, class_token", "14x14x768")

    size: Whole = 1
    """Number of tokens: 1, or 2 with a distillation token."""

    def output(self, shape: Shape) -> Shape:
        """(T + n)×C."""
        tokens, channels = require_tokens(shape)
        return Shape((tokens + self.size, channels))

    def tensors(self, shape: Shape) -> tuple[Tensor, ...]:
        """``weight`` n×C, or C for one token."""
        return (Tensor("weight", (shape.channels,) if self.size == 1 else (self.size, shape.channels)),)


class PositionEmbedding(Learned):
    """Adds a learned embedding to T×C or H×W×C, one value to each.

    Source: Dosovitskiy et al., An Image Is Worth 16x16 Words, 2020, section 3.1.
    """

    kind = "position_embedding"
    label = "PositionEmbedding"
    resizes_weights = True
    example = Example("tokens, class_token, position_embedding", "14x14x768")
    in_place = InPlace.VALUES

    def tensors(self, shape: Shape) -> tuple[Tensor, ...]:
        """``weight`` of the shape of the input."""
        return (Tensor("weight", shape),)
