"""The words of a definition that are not layers: what each holds, how it is written, and an example.

These models declare the keys for the reader, the schema and the reference; the values are read by ``Reader``.
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

Name = Annotated[Any, _syntax("a text", "a text", "Conv1", "block $index", type=["string", "integer"], minLength=1)]
_KEPT = _syntax("a name", "a name without expressions", "skip1", type=["string", "integer"], pattern="^[^$]+$")
Kept = Annotated[Any, _KEPT]
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
Parameters = Annotated[Any, reference("parameters", "a list of names, or names with their defaults")]


class Keys(Declaration):
    """The keys of one kind of mapping."""

    @classmethod
    def words(cls) -> tuple[str, ...]:
        """The keys as they are written."""
        return tuple(field.key for field in cls.fields().values())


class Common(Keys):
    """What everything in a list of layers can have."""

    name: Name = None
    """What it is called on the page. Without one it is called by its kind, and numbered where there are several."""
    when: Condition = True
    """It is left out where this is false; asked once, before the turns of a ``repeat``."""
    repeat: Count = 1
    """How many times it stands in a row; ``$index`` counts the turns from 0."""
    first: Values = key(default=None, examples=[{"stride": 2}])
    """Options or arguments that are different in the first of the repeats."""
    keep: Kept = key(default=None, word="as")
    """Keeps its output under a name; ``{from: that name}`` goes on with it further down."""


class Stage(Keys):
    """A named part of a network."""

    stage: Name = key(examples=["conv2_x"])
    """The name of a part of the network, whose ``layers`` stand beside it."""
    layers: Layers = key(examples=[[{"conv": "3x3x64"}, "relu"], "flatten"])
    """The layers of the stage."""


class Output(Keys):
    """A side output, such as an auxiliary classifier."""

    output: Layers = key(examples=[[{"fc": 1000}], {"fc": 1000}])
    """Layers of a side output, such as an auxiliary classifier, which leave the main path as it was."""


class From(Keys):
    """Going on with what was kept."""

    source: Kept = key(word="from", examples=["skip1"])
    """Goes on with the output that an ``as`` further up has kept under this name."""


class Joined(Keys):
    """What a join holds."""

    branches: Branches = key(
        examples=[{"main": [{"conv": "3x3x64", "padding": 1}], "shortcut": "identity"}],
    )
    """The branches by name, each a list of layers, or identity."""


class Block(Keys):
    """A named list of layers with parameters."""

    parameters: Parameters = key(default=None, examples=[["width", "stride"], {"width": None, "stride": 1}])
    """What the layers depend on: names, or names with their defaults; without a default a use must give the value."""
    let: Values = key(default=None, examples=[{"out": "$(4 * width)"}])
    """Names for values; each may use the parameters and the names before it, and ``$in_channels``."""
    exports: Annotated[Any, many(_KEPT)] | None = key(
        default=None, brief="a list of names", examples=[["last", "before"]]
    )
    """Names of outputs kept in the block that its user can read too. All others are visible only inside the block."""
    layers: Layers = key(examples=[[{"conv": "3x3x$width", "padding": 1}], {"conv": "1x1x$width"}])
    """The layers of the block, in which ``$in_channels`` is the number of channels that enter it."""


class File(Keys):
    """What a file has besides what it says of a network."""

    layers: Layers = key(examples=[[{"conv": "5x5x6"}, {"max_pool": "2x2"}, {"fc": 10}], {"fc": 10}])
    """The layers, from input to output."""
    parameters: Values | None = key(default=None, examples=[{"width": 64, "depths": None}])
    """The values in which the networks of the file differ, with their defaults, if they have one."""
    let: Values | None = key(default=None, examples=[{"out": "$(4 * width)"}])
    """Names for values; each may use the parameters and the names before it."""
    defaults: Defaults | None = key(default=None, examples=[{"conv": {"bias": False, "norm": "batch_norm"}}])
    """Options by kind of layer, for every layer that does not say otherwise."""
    blocks: Blocks | None = key(
        default=None,
        examples=[{"unit": {"parameters": ["width"], "layers": [{"conv": "3x3x$width"}, "relu"]}}],
    )
    """Named lists of layers with parameters, used like kinds of layers."""
    variants: Variants = key(default=None, examples=[{"ResNet-50": {"with": {"depths": [3, 4, 6, 3]}}}])
    """The networks of a family by name, each with a page of its own."""


class Variant(Keys):
    """What a variant has besides what it says of its network."""

    arguments: Values | None = key(default=None, word="with", examples=[{"depths": [3, 4, 6, 3]}])
    """Values for the parameters of the file."""
