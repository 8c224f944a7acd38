"""Layers that change the size of a feature map, without parameters."""

from __future__ import annotations

from typing import Literal

from layerwise.core.errors import ShapeError
from layerwise.core.receptive_field import Samplings
from layerwise.core.sampling import interpolated, linear_neighbours, nearest_neighbour, repeated, shifted
from layerwise.core.shape import Shape
from layerwise.core.windows import Padding, Window
from layerwise.layers.base import Elementwise, Example, require_map
from layerwise.layers.memory import InPlace
from layerwise.layers.options import Borders, KeptName, Kernel, MapSize, Sides
from layerwise.layers.rules import Rule


class Upsample(Elementwise):
    """Enlarges a map by whole factors, repeating or interpolating values: H×W×C becomes (f_h·H)×(f_w·W)×C.

    Source: PyTorch's Upsample.
    """

    kind = "upsample"
    label = "Upsample"
    output_rule = "height and width multiplied by the factor"
    example = Example("{upsample: 2}", "14x14x512")

    size: Sides
    """The factor: one number, or height × width."""
    mode: Literal["nearest", "bilinear", "unpool"] = "nearest"
    """Interpolation: nearest repeats values; bilinear interpolates between four; unpool puts each value where
    a max pooling took it from, and zeros elsewhere."""

    @property
    def filter(self) -> tuple[int, ...]:
        """f_h×f_w."""
        return self.size

    def output(self, shape: Shape) -> Shape:
        """(f_h·H)×(f_w·W)×C."""
        height, width, channels = require_map(shape)
        return Shape((height * self.size[0], width * self.size[1], channels))

    def receptive_window(self, shape: Shape) -> Samplings:
        """Output row o sees input row ⌊o / f_h⌋; bilinear, the two rows around (o + ½) / f_h − ½."""
        sampling = interpolated if self.mode == "bilinear" else repeated
        return sampling(self.size[0]), sampling(self.size[1])


class Resize(Elementwise):
    """Gives a map another size, repeating or interpolating values: H×W×C becomes H'×W'×C.

    The size is given, or that of a kept output: ``{resize: , like: skip1}``. By whole factors, use ``upsample``.
    Source: PyTorch's interpolate with ``size`` and ``align_corners=False``; Chen et al., DeepLabv3, 2017, section 4.1.
    """

    kind = "resize"
    label = "Resize"
    output_rule = "the requested size"
    example = Example("{resize: 65x65, mode: bilinear}", "33x33x21")

    size: MapSize | None = None
    """Output height × width, like 65x65."""
    like: KeptName | None = None
    """The name of a kept output whose height and width this one gets, instead of a size."""
    mode: Literal["nearest", "bilinear"] = "nearest"
    """Interpolation: nearest repeats or skips values; bilinear interpolates between four."""

    def output(self, shape: Shape) -> Shape:
        """H'×W'×C as given. Raises ``ShapeError`` without a size."""
        if self.size is None:
            raise ShapeError("needs a size like 65x65, or like: with the name of a kept output")
        return Shape((*self.size, require_map(shape).channels))

    def receptive_window(self, shape: Shape) -> Samplings:
        """Output row o sees input row ⌊o · H / H'⌋; bilinear, the two rows around (o + ½) · H / H' − ½."""
        sampling, (height, width, _) = (
            linear_neighbours if self.mode == "bilinear" else nearest_neighbour,
            self.output(shape),
        )
        return sampling(shape[0], height), sampling(shape[1], width)


class Crop(Elementwise):
    """Crops rows and columns at the borders: H×W×C becomes (H − top − bottom)×(W − left − right)×C.

    It fits a map to the size of one that lost its borders to convolutions without padding.
    Source: Ronneberger et al., U-Net, 2015, section 2; Caffe's Crop layer.
    """

    kind = "crop"
    label = "Crop"
    output_rule = "the input without rows and columns at the borders"
    example = Example("{crop: 4}", "64x64x512")
    in_place = InPlace.VIEW

    size: Borders
    """Rows and columns to crop: one number for every side, height × width, or top × bottom × left × right."""

    @property
    def filter(self) -> tuple[int, ...]:
        """top×bottom×left×right."""
        return self.size

    def output(self, shape: Shape) -> Shape:
        """(H − top − bottom)×(W − left − right)×C. Raises ``ShapeError`` if nothing is left."""
        height, width, channels = require_map(shape)
        top, bottom, left, right = self.size
        if height <= top + bottom or width <= left + right:
            raise ShapeError(f"crops all of {shape}")
        return Shape((height - top - bottom, width - left - right, channels))

    def receptive_window(self, shape: Shape) -> Samplings:
        """As before, shifted by the cropped rows and columns."""
        return shifted(self.size.top), shifted(self.size.left)


class SpaceToDepth(Elementwise):
    """Stacks the values of b_h×b_w blocks into channels: H×W×C becomes ⌈H / b_h⌉×⌈W / b_w⌉×(b_h·b_w·C).

    A side that does not divide is padded with zeros at its end. Followed by a layer_norm and a linear layer, it is the
    patch merging of Swin Transformers.
    Source: Liu et al., Swin Transformer, 2021, section 3.1; torchvision's PatchMerging.
    """

    kind = "space_to_depth"
    label = "SpaceToDepth"
    example = Example("{space_to_depth: 2x2}", "56x56x96")

    size: Kernel
    """Block height × width, like 2x2."""

    @property
    def filter(self) -> tuple[int, ...]:
        """b_h×b_w."""
        return self.size

    def window(self, shape: Shape) -> Window:
        """The block, with a stride of its own size, and padding if the sides do not divide."""
        height, width, _ = require_map(shape)
        return Window(self.size, self.size, Padding(0, -height % self.size[0], 0, -width % self.size[1]))

    def output(self, shape: Shape) -> Shape:
        """⌈H / b_h⌉×⌈W / b_w⌉×(b_h·b_w·C)."""
        height, width, channels = require_map(shape)
        b_h, b_w = self.size
        return Shape((-(-height // b_h), -(-width // b_w), b_h * b_w * channels))

    def channels_rule(self, shape: Shape) -> Rule:
        """b_h·b_w·C."""
        (b_h, b_w), result = self.size, self.output(shape).channels
        return Rule("input channels · block", f"{shape.channels} · {b_h} · {b_w} = {result}")


class DepthToSpace(Elementwise):
    """Rearranges channels into b_h×b_w blocks: H×W×C becomes (b_h·H)×(b_w·W)×(C / (b_h·b_w)).

    Source: Shi et al., Real-Time Single Image and Video Super-Resolution, 2016; PyTorch's PixelShuffle.
    """

    kind = "depth_to_space"
    label = "DepthToSpace"
    output_rule = "channels rearranged into spatial blocks"
    example = Example("{depth_to_space: 2x2}", "48x48x256")

    size: Kernel
    """Block height × width, like 2x2."""

    @property
    def filter(self) -> tuple[int, ...]:
        """b_h×b_w."""
        return self.size

    def output(self, shape: Shape) -> Shape:
        """(b_h·H)×(b_w·W)×(C / (b_h·b_w)). Raises ``ShapeError`` if the channels do not divide."""
        height, width, channels = require_map(shape)
        b_h, b_w = self.size
        if channels % (b_h * b_w):
            raise ShapeError(f"{channels} channels do not divide into blocks of {b_h}×{b_w}")
        return Shape((height * b_h, width * b_w, channels // (b_h * b_w)))

    def receptive_window(self, shape: Shape) -> Samplings:
        """Output row o sees input row ⌊o / b_h⌋."""
        return repeated(self.size[0]), repeated(self.size[1])
