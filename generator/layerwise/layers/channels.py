"""Layers that select, reorder or add channels, without parameters."""

from __future__ import annotations

from layerwise.core.errors import ShapeError
from layerwise.core.shape import Shape
from layerwise.layers.base import Elementwise, Example
from layerwise.layers.memory import INDEX_BYTES, InPlace, Saved
from layerwise.layers.options import ChannelsOption, Whole


class Channels(Elementwise):
    """Selects channels: a part like ``1/2``, the first of two equal parts, or a range like ``0:58``.

    H×W×C becomes H×W×n. Branches with ``1/2`` and ``2/2`` are a channel split.
    Source: Ma et al., ShuffleNet V2, 2018, section 3.2.
    """

    kind = "channels"
    label = "Channels"
    output_rule = "a subset of the channels"
    example = Example("{channels: 1/2}", "28x28x116")
    in_place = InPlace.VIEW

    size: ChannelsOption
    """A part like 1/2 (part 1 of 2), or a range like 0:58, which counts from 0 and excludes its end."""

    def output(self, shape: Shape) -> Shape:
        """H×W×n, with the n selected channels.

        Raises ``ShapeError`` if the channels do not divide into the parts, or end before the range.
        """
        parts = self.size.parts
        if parts is not None and shape.channels % parts:
            raise ShapeError(f"{shape.channels} channels do not divide into {parts} equal parts")
        if parts is None and self.size.stop > shape.channels:
            raise ShapeError(f"the range ends at {self.size.stop}, but there are only {shape.channels} channels")
        unit = 1 if parts is None else shape.channels // parts
        return shape.with_channels((self.size.stop - self.size.start) * unit)


class ChannelShuffle(Elementwise):
    """Interleaves the channels of g groups, so that each group of the next layer sees all of them; H×W×C stays.

    Source: Zhang et al., ShuffleNet, 2017, section 3.1.
    """

    kind = "channel_shuffle"
    label = "ChannelShuffle"
    example = Example("{channel_shuffle: 3}", "28x28x240")

    size: Whole
    """Number of groups. Must divide the number of channels."""

    def output(self, shape: Shape) -> Shape:
        """The shape of the input. Raises ``ShapeError`` if the channels do not divide into the groups."""
        if shape.channels % self.size:
            raise ShapeError(f"{shape.channels} channels do not divide into {self.size} groups")
        return shape


class PadChannels(Elementwise):
    """Adds channels of zeros: H×W×C becomes H×W×n.

    After ``{max_pool: 1x1, stride: 2}``, it is the shortcut without parameters (option A) of residual networks.
    Source: He et al., Deep Residual Learning for Image Recognition, 2015, section 3.3.
    """

    kind = "pad_channels"
    label = "PadChannels"
    output_rule = "the input with channels of zeros added"
    example = Example("{max_pool: 1x1, stride: 2}, {pad_channels: 32}", "32x32x16")

    size: Whole
    """Number of output channels."""

    def output(self, shape: Shape) -> Shape:
        """H×W×n. Raises ``ShapeError`` if there are more already."""
        if shape.channels > self.size:
            raise ShapeError(f"the input has {shape.channels} channels already, more than {self.size}")
        return shape.with_channels(self.size)


class MeanChannels(Elementwise):
    """The mean of all channels at each position: H×W×C becomes H×W×1.

    Source: Woo et al., CBAM, 2018, section 3; PyTorch's mean over the channels.
    """

    kind = "mean_channels"
    label = "MeanChannels"
    output_rule = "one channel, the mean of all"
    example = Example("mean_channels", "56x56x256")

    def output(self, shape: Shape) -> Shape:
        """H×W×1."""
        return shape.with_channels(1)


class MaxChannels(MeanChannels):
    """The largest value of all channels at each position: H×W×C becomes H×W×1.

    Source: Woo et al., CBAM, 2018, section 3; PyTorch's max over the channels.
    """

    kind = "max_channels"
    label = "MaxChannels"
    output_rule = "one channel, the maximum of all"
    example = Example("max_channels", "56x56x256")

    def saves(self, inputs: tuple[Shape, ...]) -> Saved:
        """The channel of each maximum, as int64."""
        (shape,) = inputs
        return Saved(bytes=INDEX_BYTES * self.output(shape).elements)
