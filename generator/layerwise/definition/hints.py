"""Suggestions for wrong words: names from frameworks, and typing errors."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from layerwise.core.errors import MAX_QUOTED, suggestion
from layerwise.core.fields import ReadError
from layerwise.core.shape import Shape
from layerwise.definition.words import RESERVED
from layerwise.layers import KINDS, MERGES, AnyLayer
from layerwise.layers.activation import FUNCTIONS
from layerwise.layers.attention import Attention
from layerwise.layers.convolution import Convolution, Kernels
from layerwise.layers.normalization import NORMALIZATIONS
from layerwise.layers.pooling import AdaptiveAvgPool, Pooling
from layerwise.layers.transposed import TransposedConvolution

KIND_WORDS = {
    "convolution": "conv",
    "dense": "fc",
    "fullyconnected": "fc",
    "innerproduct": "fc",
    "deconv": "transposed_conv",
    "deconvolution": "transposed_conv",
    "convtranspose": "transposed_conv",
    "convtransposed": "transposed_conv",
    "conv2dtranspose": "transposed_conv",
    "dwconv": "depthwise_conv",
    "convdw": "depthwise_conv",
    "maxpooling": "max_pool",
    "pool": "max_pool",
    "averagepooling": "avg_pool",
    "avgpooling": "avg_pool",
    "averagepool": "avg_pool",
    "globalaveragepooling": "global_avg_pool",
    "globalmaxpooling": "global_max_pool",
    "gap": "global_avg_pool",
    "bn": "batch_norm",
    "batchnormalization": "batch_norm",
    "ln": "layer_norm",
    "gn": "group_norm",
    "layernormalization": "layer_norm",
    "groupnormalization": "group_norm",
    "localresponsenorm": "lrn",
    "localresponsenormalization": "lrn",
    "lrelu": "leaky_relu",
    "swish": "silu",
    "hswish": "hard_swish",
    "hsigmoid": "hard_sigmoid",
    "upsampling": "upsample",
    "interpolate": "resize",
    "interpolation": "resize",
    "pixelshuffle": "depth_to_space",
    "pixelunshuffle": "space_to_depth",
    "multiheadattention": "attention",
    "mhsa": "attention",
    "concatenate": "concat",
    "cat": "concat",
    "residual": "add",
    "sum": "add",
    "mul": "multiply",
    "sub": "subtract",
    "minus": "subtract",
    "difference": "subtract",
    "bmm": "matmul",
    "scaleddotproductattention": "attend",
    "bilstm": "lstm",
    "rnn": "simple_rnn",
    "locallyconnected": "local_conv",
    "deformconv": "deformable_conv",
    "dcn": "deformable_conv",
    "sequential": "stage",
}
"""Words of PyTorch, Keras, Caffe and papers, without capitals, hyphens and 1d, 2d or 3d at their ends, and ours."""

NO_KIND = {
    "permute": "the axes are always height × width × channels; transpose exchanges tokens and channels",
    **dict.fromkeys(("reshape", "view"), "a shape changes by flatten, tokens or to_map"),
}
"""Words of frameworks for which there is no kind, though others are spelled like them, and the reason."""
_DIMENSIONS = re.compile(r"[123]d$")

OPTION_WORDS = {
    "strides": "stride",
    "pad": "padding",
    "pads": "padding",
    "group": "groups",
    "dilationrate": "dilation",
    "usebias": "bias",
    "act": "activation",
    "nonlinearity": "activation",
    "normalization": "norm",
    "normlayer": "norm",
    "ceilmode": "ceil",
    "numheads": "heads",
    "depthmultiplier": "multiplier",
    "droprate": "dropout",
    "p": "dropout",
}
"""Words for options, written together, and ours for them."""

SIZE_WORDS = {  # the value of a kind: kernel size and output channels, units, a rate
    *("filters", "kernel", "kernelsize", "ksize", "channels", "outchannels", "maps", "units", "outfeatures"),
    *("poolsize", "outputsize", "numfeatures", "width", "height", "size", "scalefactor", "p", "rate"),
}
HEADS_WORDS = {"heads", "numheads", "nheads", "nhead"}
INPUT_WORDS = {"inchannels", "infeatures", "inputchannels", "inputshape", "inputs"}

_JOINED_WORDS = re.compile(r"(\w+)[\s:=(]+(.*)", re.DOTALL)


def kind_hint(given: str, known: Collection[str]) -> str:
    """Suggest a kind of layer for an unknown word, or list all kinds."""
    if match := _JOINED_WORDS.fullmatch(given):
        kind, size = _known(match[1], known), match[2].rstrip(" )")
        if kind and size:
            return f"did you mean {{{kind}: {_shortened(size)}}}? Write a colon and a space after the kind"
    if kind := _known(given, known):
        return f"did you mean {kind!r}?"
    if reason := NO_KIND.get(_plain(given)):
        return f"there is no such layer: {reason}"
    return suggestion(given, known, "known")


def _shortened(text: str) -> str:
    """Shorten a string for an error, without quotes."""
    return text if len(text) <= MAX_QUOTED else f"{text[:MAX_QUOTED]}…"


def _known(word: str, known: Iterable[str]) -> str | None:
    """Return the kind with this name, in any spelling or framework."""
    written = {_plain(kind): kind for kind in known}
    plain = _plain(word)
    without_sides = _DIMENSIONS.sub("", plain)
    for candidate in (plain, without_sides):
        if found := written.get(candidate) or KIND_WORDS.get(candidate):
            return found
    return None


def _plain(word: str) -> str:
    return re.sub(r"[^a-z0-9]", "", word.lower())


def option_hint(kind: type[AnyLayer], given: str) -> str:
    """Suggest an option for an unknown one, or list the options of the kind."""
    options = kind.fields().keys() - {"size"}
    plain = _plain(given)
    for option, names in (("activation", FUNCTIONS), ("norm", NORMALIZATIONS)):
        if option in options and (name := _known(given, names)) in names:
            return f"did you mean '{option}: {name}'?"
    if kind is Attention and plain in HEADS_WORDS:
        return f"the heads are the value of attention, as in {_usage(kind)}"
    if OPTION_WORDS.get(plain) in options:
        return f"did you mean {OPTION_WORDS[plain]!r}?"
    if "size" in kind.fields() and plain in SIZE_WORDS:
        return f"it is part of the size, as in {kind.example.layers}"
    if plain in INPUT_WORDS:
        return "the input is known from the layers before"
    return suggestion(given, options, "options")


def mapping_hint(kind: type[AnyLayer], keys: Iterable[str]) -> str:
    """Show the correct form of a layer with options as its value, like ``{attention: {heads: 8}}``."""
    if kind is Attention and any(_plain(key) in HEADS_WORDS for key in keys):
        return f"the heads are the value of attention, as in {_usage(kind)}"
    return f"write options after the value, separated by commas, as in {_usage(kind)}"


def _usage(kind: type[AnyLayer]) -> str:
    """Return the last layer of a kind's example."""
    return kind.example.layers[max(kind.example.layers.rfind("{"), 0) :]


def name_hint(kind: type[AnyLayer], option: str, given: object) -> str:
    """Suggest the activation function or normalization that a framework calls so; empty if there is none."""
    name = KIND_WORDS.get(_plain(str(given)))
    return f"did you mean {name!r}?" if name and _takes(kind, option, name) else ""


def block_name_hint(name: str) -> str:
    """Return the reason why a block cannot have a name."""
    if name in KINDS or name in MERGES:
        return "it is a kind of layer"
    if name in RESERVED:
        return "it is a key of lists of layers"
    return "a name consists of letters, digits, _ and -, and starts with a letter or _"


_SIDES_AS_IN_CODE = re.compile(r"[\[(\s]*[0-9]+(?:[\s,xX×*]+[0-9]+)+[\])\s]*")


def value_hint(kind: type[AnyLayer], field: str, given: object) -> str:
    """Suggest the correct form of a value: of sides as in code, or a stride after a slash as in papers."""
    size, _, stride = str(given).partition("/")
    is_whole = not issubclass(kind, Convolution | TransposedConvolution) or size.count("x") > 1
    if field == "size" and is_whole and _takes(kind, "stride", stride.strip()) and _takes(kind, "size", _sides(size)):
        return f"; did you mean {{{kind.kind}: {_sides(size)}, stride: {stride.strip()}}}?"
    is_repeated = type(given) is int and kind.category != "convolution"
    sides = f"{given}x{given}" if is_repeated else _sides(str(given))
    return "" if sides in ("", given) or not _takes(kind, field, sides) else f"; did you mean {sides}?"


def _sides(text: str) -> str:
    """``3x3x64`` for sides that were written as in code, ``[3, 3, 64]`` or ``3 x 3 x 64``."""
    return "x".join(re.findall("[0-9]+", text)) if _SIDES_AS_IN_CODE.fullmatch(text) else ""


def _takes(kind: type[AnyLayer], field: str, value: str) -> bool:
    """Return True if an option can have this value."""
    try:
        kind.read({field: value})
    except ReadError as error:
        return all(entry.place[0] != field for entry in error.problems)
    return True


def swapped_hint(filter_sides: tuple[int, ...]) -> str:
    """Suggest a size for a kernel that does not fit: 3x3x64 for ``64x3x3`` and ``3x64x3``."""
    if len(filter_sides) != 3 or filter_sides[0] == filter_sides[1] or filter_sides[2] not in filter_sides[:2]:
        return ""
    kernel, out_channels = filter_sides[2], max(filter_sides)
    return (
        f"; did you mean {kernel}x{kernel}x{out_channels}? The output channels come last"
        if out_channels > kernel
        else ""
    )


def sides_hint(layer: AnyLayer, shape: Shape) -> str:
    """Suggest a size with as many sides as the input: 3x3x64 for ``3x64``, ``3x3`` or ``3x3x3x64`` on a map."""
    size, count = getattr(layer, "size", None), len(shape.spatial)
    if not count or not isinstance(size, tuple) or not isinstance(layer, Kernels | Pooling | AdaptiveAvgPool):
        return ""
    kernel, channels = (size[:-1], size[-1:]) if isinstance(layer, Convolution | TransposedConvolution) else (size, ())
    if len(kernel) == count:
        return ""
    if channels and len(kernel) < count and len(size) == count and len(set(size)) == 1:
        return f"; did you mean {'x'.join(map(str, (*size, 64)))}? The output channels come last"
    sides = kernel[-1:] * count if len(kernel) < count else kernel[:count]
    return f"; did you mean {'x'.join(map(str, (*sides, *channels)))}?"


def input_hint(image: Shape | None) -> str:
    """Suggest an input for ``3x224x224``, the order of PyTorch's tensors, and for an image without its channels."""
    if image and len(image) == 2 and image[0] == image[1]:
        return f"; did you mean input: {image[0]}x{image[0]}x3?"
    channels, height, width = image if image and image.is_map else (0, 0, 0)
    is_swapped = channels <= 4 < min(height, width)
    return f"; did you mean input: {height}x{width}x{channels}? The channels come last" if is_swapped else ""


def misfit_hint(shapes: tuple[Shape, ...]) -> str:
    """Suggest what is missing in branches that do not fit together."""
    heights = [shape[0] for shape in shapes if shape.is_map]
    if len(heights) < len(shapes) or min(heights) == 1 < max(heights):  # a gate of one value for each channel
        return ""
    if max(heights) > min(heights):
        what = "stride" if max(heights) >= 2 * min(heights) - 1 else "padding"
        return f"; is a {what} missing in one of them?"
    channels = [shape.channels for shape in shapes]
    return f"; does one of them need a 1x1x{max(channels)} convolution?" if max(channels) > min(channels) else ""
