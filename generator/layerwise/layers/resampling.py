"""Layers that change the size of a feature map, without parameters."""

from __future__ import annotations

from math import prod
from typing import Literal

from layerwise.core.errors import ShapeError
from layerwise.core.receptive_field import Samplings
from layerwise.core.sampling import interpolated, linear_neighbours, nearest_neighbour, repeated, shifted
from layerwise.core.shape import Shape, times
from layerwise.core.windows import Padding, Sides, Window, along, both_ends
from layerwise.layers.base import Elementwise, Example, require_positions, require_sides
from layerwise.layers.memory import InPlace
from layerwise.layers.options import Borders, EachSide, KeptName, Kernel, MapSize
from layerwise.layers.rules import Rule

LINEAR = {"linear": 1, "bilinear": 2, "trilinear": 3}
"""Interpolations along straight lines, with the spatial sides that they are for."""


def require_mode(mode: str, shape: Shape) -> None:
    """Raise ``ShapeError`` for a vector, or an interpolation for another number of spatial sides."""
    require_positions(shape)
    fitting = {count: name for name, count in LINEAR.items()}[len(shape.spatial)]
    if mode in LINEAR and mode != fitting:
        raise ShapeError(f"cannot have mode {mode} on {shape}; use {fitting}")


class Upsample(Elementwise):
    """Enlarges a map by whole factors, repeating or interpolating values: H×W×C becomes (f_h·H)×(f_w·W)×C.

    Source: PyTorch's Upsample.
    """

    kind = "upsample"
    label = "Upsample"
    output_rule = "height and width multiplied by the factor"
    example = Example("{upsample: 2}", "14x14x512")

    size: EachSide
    """The factor: one number, or height × width."""
    mode: Literal["nearest", "linear", "bilinear", "trilinear", "unpool"] = "nearest"
    """Interpolation: nearest repeats values; bilinear interpolates between four, linear between two of a sequence,
    trilinear between eight of a volume; unpool puts each value where a max pooling took it from, and zeros
    elsewhere."""

    @property
    def filter(self) -> tuple[int, ...]:
        """f_h×f_w."""
        return self.size

    def filter_on(self, shape: Shape) -> Sides:
        """f_h×f_w."""
        return along(self.size, len(require_positions(shape).spatial), "factor")

    def output(self, shape: Shape) -> Shape:
        """(f_h·H)×(f_w·W)×C. Raises ``ShapeError`` if the interpolation is one for other sides."""
        require_mode(self.mode, shape)
        factors = zip(shape.spatial, self.filter_on(shape), strict=True)
        return Shape((*[side * factor for side, factor in factors], shape.channels))

    def receptive_window(self, shape: Shape) -> Samplings:
        """Output row o sees input row ⌊o / f_h⌋; bilinear, the two rows around (o + ½) / f_h − ½."""
        sampling = interpolated if self.mode in LINEAR else repeated
        return tuple(map(sampling, self.filter_on(shape)))


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
    """Output height × width, like 65x65; one side of sequences, three of volumes."""
    like: KeptName | None = None
    """The name of a kept output whose height and width this one gets, instead of a size."""
    mode: Literal["nearest", "linear", "bilinear", "trilinear"] = "nearest"
    """Interpolation: nearest repeats or skips values; bilinear interpolates between four, linear between two of a
    sequence, trilinear between eight of a volume."""

    def output(self, shape: Shape) -> Shape:
        """H'×W'×C as given. Raises ``ShapeError`` without a size."""
        if self.size is None:
            raise ShapeError("needs a size like 65x65, or like: with the name of a kept output")
        require_mode(self.mode, require_sides(shape, len(self.size)))
        return Shape((*self.size, shape.channels))

    def receptive_window(self, shape: Shape) -> Samplings:
        """Output row o sees input row ⌊o · H / H'⌋; bilinear, the two rows around (o + ½) · H / H' − ½."""
        sampling = linear_neighbours if self.mode in LINEAR else nearest_neighbour
        return tuple(map(sampling, shape.spatial, self.output(shape).spatial))


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

    def filter_on(self, shape: Shape) -> Padding:
        """top×bottom×left×right."""
        return both_ends(self.size, len(require_positions(shape).spatial), "crop")

    def output(self, shape: Shape) -> Shape:
        """(H − top − bottom)×(W − left − right)×C. Raises ``ShapeError`` if nothing is left."""
        ends = self.filter_on(shape).margins
        sides = [side - before - after for side, (before, after) in zip(shape.spatial, ends, strict=True)]
        if min(sides) < 1:
            raise ShapeError(f"crops all of {shape}")
        return Shape((*sides, shape.channels))

    def receptive_window(self, shape: Shape) -> Samplings:
        """As before, shifted by the cropped rows and columns."""
        return tuple([shifted(before) for before, _ in self.filter_on(shape).margins])


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
        sides = zip(require_sides(shape, len(self.size)).spatial, self.size, strict=True)
        padding = Padding(end for side, block in sides for end in (0, -side % block))
        return Window(self.size, self.size, padding, (1,) * len(self.size))

    def output(self, shape: Shape) -> Shape:
        """⌈H / b_h⌉×⌈W / b_w⌉×(b_h·b_w·C)."""
        sides = zip(require_sides(shape, len(self.size)).spatial, self.size, strict=True)
        return Shape((*[-(-side // block) for side, block in sides], prod(self.size) * shape.channels))

    def channels_rule(self, shape: Shape) -> Rule:
        """b_h·b_w·C."""
        factors = " · ".join(map(str, (shape.channels, *self.size)))
        return Rule("input channels · block", f"{factors} = {self.output(shape).channels}")


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
        require_sides(shape, len(self.size))
        if shape.channels % prod(self.size):
            raise ShapeError(f"{shape.channels} channels do not divide into blocks of {times(self.size)}")
        sides = [side * block for side, block in zip(shape.spatial, self.size, strict=True)]
        return Shape((*sides, shape.channels // prod(self.size)))

    def receptive_window(self, shape: Shape) -> Samplings:
        """Output row o sees input row ⌊o / b_h⌋."""
        return tuple(map(repeated, self.size))
