"""The keys of definitions that are not options of layers, each with its values and an example.

The schema and the reference are generated from these classes. ``Reader`` reads the values.
"""

from __future__ import annotations

from typing import Annotated, Any

from layerwise.core.fields import Declaration, Syntax, key, many, reference, schema_of
from layerwise.core.limits import LAYERS


def _syntax(*args: Any, **schema: Any) -> Syntax:
    return Syntax(lambda value: value, schema_of(*args, **schema))


Layers = Annotated[Any, reference("layers", "a list of layers, or one alone")]
Branches = Annotated[Any, reference("branches", "a mapping of branches by name, or a list")]
Values = Annotated[Any, reference("values", "a mapping of values by name")]
Defaults = Annotated[Any, reference("defaults", "a mapping of options by kind")]
Blocks = Annotated[Any, reference("blocks", "a mapping of blocks by name")]
Variants = Annotated[Any, reference("variants", "a mapping of variants by name")]

Name = Annotated[Any, _syntax("a string", "a string", "Conv1", "block $index", type=["string", "integer"], minLength=1)]
_KEPT = _syntax("a name", "a name without expressions", "skip1", type=["string", "integer"], pattern="^[^$]+$")
Kept = Annotated[Any, _syntax("a name", "a name", "skip1", "skip$index", type=["string", "integer"], minLength=1)]
Counter = Annotated[
    Any,
    _syntax("a name", "a name of letters, digits and underscores", "stage", type="string", pattern="^[A-Za-z_]\\w*$"),
]
Condition = Annotated[
    Any, _syntax("true, false or an expression", "true or false", "$(stride != 1)", "$pointwise", type="boolean")
]
Count = Annotated[
    Any,
    _syntax(
        "a whole number or an expression",
        f"a whole number up to {LAYERS:,}",
        3,
        "$depth",
        type="integer",
        minimum=0,
        maximum=LAYERS,
    ),
]
FileName = Annotated[
    Any,
    _syntax(
        "the name of a file without .yml",
        "the name of a file without its ending, like blocks/mobile",
        "blocks/mobile",
        type="string",
        pattern=r"^([a-z0-9]+(-[a-z0-9]+)*/)?[a-z0-9]+(-[a-z0-9]+)*$",
    ),
]
Uses = Annotated[Any, reference("uses", "a mapping of files to names of their blocks")]
Parameters = Annotated[Any, reference("parameters", "a list of names, or names with their defaults")]
Slots = Annotated[Any, reference("slots", "a list of names, or names with their layers")]


NETWORK_KEYS = frozenset({"name", "input", "layers", "variants"})
"""A file without any of these keys is a file of blocks."""
BLOCK_KEYS = ("use", "parameters", "let", "defaults", "blocks")
"""The keys of a file of blocks."""


class Keys(Declaration):
    """The keys of one kind of mapping."""

    @classmethod
    def words(cls) -> tuple[str, ...]:
        """The keys."""
        return tuple(field.key for field in cls.fields().values())


class Common(Keys):
    """Keys of every item in a list of layers."""

    name: Name = None
    """The name on the page. Without one, the kind is the name, with a number if there are several."""
    also: Name = key(default=None, examples=["conv1_$(index + 1)"])
    """Another name of a layer, shown next to its name and used in its address."""
    when: Condition = True
    """Skip this item if false. Evaluated once, before any ``repeat``."""
    repeat: Count = 1
    """The number of iterations; ``$index`` counts them from 0."""
    index: Counter = "index"
    """Another name for ``$index`` in a ``repeat``, so that a repeat inside it does not hide it."""
    first: Values = key(default=None, examples=[{"stride": 2}])
    """Options or arguments that differ in the first iteration."""
    share: Name = key(default=None, examples=["head"])
    """Uses the weights of the first item that has the same name here. They count once, the MACs each time."""
    keep: Kept = key(default=None, word="as")
    """Names this output so that a later ``from`` can use it. With an expression, each iteration has its own name."""


class Stage(Keys):
    """A named part of a network."""

    stage: Name = key(examples=["conv2_x"])
    """The name of a part of the network, with its ``layers`` next to it."""
    layers: Layers = key(examples=[[{"conv": "3x3x64"}, "relu"], "flatten"])
    """The layers of the stage."""


class Together(Keys):
    """Layers that are repeated or skipped together."""

    layers: Layers = key(examples=[[{"conv": "3x3x64"}, "relu"]])
    """Layers that are repeated, skipped or saved together, with ``repeat``, ``when`` or ``as`` next to them."""


class Output(Keys):
    """A side output, such as an auxiliary classifier."""

    output: Layers = key(examples=[[{"fc": 1000}], {"fc": 1000}])
    """Layers of a side output, such as an auxiliary classifier. They do not change the main path."""


class MainOutput(Keys):
    """An output of the main network next to others, such as one of the heads of a detector."""

    main_output: Layers = key(examples=[[{"conv": "1x1x65"}], {"fc": 10}])
    """Layers of one of several outputs of the network. They count like any others; what follows starts before them."""


class From(Keys):
    """A kept output, used as the input of what follows."""

    source: Kept = key(word="from", examples=["skip1"])
    """The name of an earlier output, given by ``as``; the next layer takes it as its input.

    ``input`` is the input of the block, or of the network.
    """


class Branch(Keys):
    """A branch with a condition or an origin of its own."""

    when: Condition = True
    """Leave out the whole branch if false."""
    source: Kept | None = key(default=None, word="from", examples=["skip1"])
    """The name of an earlier output; the branch takes it as its input, instead of the input of the join."""
    layers: Layers = key(default=None, examples=[[{"conv": "1x1x64"}]])
    """The layers of the branch; without any, it is an identity."""


class Backbone(Keys):
    """The layers of another network."""

    backbone: FileName = key(examples=["resnet"])
    """The file of a network whose layers are placed here, without ``.yml``."""
    variant: Name = key(default=None, examples=["ResNet-50"])
    """The network of the file, if it has several."""
    arguments: Values = key(default=None, word="with", examples=[{"depths": [3, 4, 6, 3]}])
    """Values for the parameters of the file; they override those of the variant."""
    until: Kept | None = key(default=None, examples=["c5"])
    """The last output to calculate, one of the ``exports`` of the file. Without it, all layers are placed."""


class Merged(Keys):
    """The keys of a merge layer."""

    branches: Branches = key(
        examples=[{"main": [{"conv": "3x3x64", "padding": 1}], "shortcut": "identity"}],
    )
    """The branches by name, each a list of layers, or identity, or ``{when: …, from: …, layers: …}``."""


class Block(Keys):
    """A named list of layers with parameters."""

    parameters: Parameters = key(default=None, examples=[["width", {"stride": 1}], {"stride": 1}])
    """Names, and names with their defaults. Without a default, each use must give the value."""
    slots: Slots = key(default=None, examples=[["main"], ["main", {"shortcut": "identity"}]])
    """Lists of layers that each use of the block gives; ``$main`` among the layers of the block is the place of one.

    An entry is a name, or a name with the layers that are its default.
    """
    let: Values = key(default=None, examples=[{"out": "$(4 * width)"}])
    """Names for values; each can use the parameters, the names before it, ``$in_channels`` and ``$in_height``."""
    exports: Annotated[Any, many(_KEPT)] | None = key(
        default=None, brief="a list of names", examples=[["last", "before"]]
    )
    """Names of outputs kept in the block that its user can also read. All others are visible only inside the block."""
    layers: Layers = key(examples=[[{"conv": "3x3x$width", "padding": 1}], {"conv": "1x1x$width"}])
    """The layers of the block; ``$in_channels`` is the number of channels of its input, ``$in_height`` and
    ``$in_width`` are its sides."""


class File(Keys):
    """Keys of a file other than its metadata."""

    layers: Layers = key(examples=[[{"conv": "5x5x6"}, {"max_pool": "2x2"}, {"fc": 10}], {"fc": 10}])
    """The layers, from input to output."""
    parameters: Parameters = key(default=None, examples=[["depths", {"width": 64}]])
    """The values in which the networks of the file differ: names, and names with their defaults."""
    let: Values | None = key(default=None, examples=[{"out": "$(4 * width)"}])
    """Names for values; each can use the parameters and the names before it."""
    defaults: Defaults | None = key(default=None, examples=[{"conv": {"bias": False, "norm": "batch_norm"}}])
    """Default options by kind of layer; a layer can override them."""
    use: Uses | None = key(default=None, examples=[{"blocks/mobile": ["squeeze_excite", "mbconv"]}])
    """Blocks of other files, by the name of the file without ``.yml`` and from the folder of this one."""
    exports: Annotated[Any, many(_KEPT)] | None = key(
        default=None, brief="a list of names", examples=[["c3", "c4", "c5"]]
    )
    """Names of kept outputs that a network can read which has this one as its ``backbone``."""
    blocks: Blocks | None = key(
        default=None,
        examples=[{"unit": {"parameters": ["width"], "layers": [{"conv": "3x3x$width"}, "relu"]}}],
    )
    """Named lists of layers with parameters, used like layer kinds."""
    variants: Variants = key(default=None, examples=[{"ResNet-50": {"with": {"depths": [3, 4, 6, 3]}}}])
    """The networks of a family by name, each with a page of its own."""


class Variant(Keys):
    """Keys of a variant other than its metadata."""

    arguments: Values | None = key(default=None, word="with", examples=[{"depths": [3, 4, 6, 3]}])
    """Values for the parameters of the file."""
