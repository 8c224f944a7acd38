"""The records of the machine-readable reference, field by field.

From these declarations come the data (the type checker sees to it), the description in OpenAPI, and the tables of the
page on the data. Shapes are height, width, channels, without the batch. What has no value is null.
"""

from __future__ import annotations

from typing import Annotated, Any, NamedTuple, TypedDict


class Length(NamedTuple):
    """The fewest and the most entries of a list."""

    least: int
    most: int


Shape = Annotated[tuple[int, ...], Length(1, 3)]
Pair = Annotated[tuple[int, ...], Length(2, 2)]
Sides = Annotated[tuple[int, ...], Length(4, 4)]


class Summary(TypedDict):
    """A network with its figures."""

    slug: str
    """The name of its page and of its files."""
    name: str
    """As on its page."""
    family: str
    """The name of its family."""
    aliases: list[str]
    """Other names it is known by."""
    year: int | None
    """Of publication."""
    input: Shape
    """Height, width, channels."""
    parameters: int
    """Learned values, those of side outputs such as auxiliary classifiers included."""
    main_parameters: int
    """Learned values without those of side outputs."""
    buffers: int
    """Values that are kept but not trained, such as running statistics."""
    memory_bytes: int
    """Of the parameters in fp32: 4 bytes each."""
    macs: int
    """Multiply-accumulates of the main path for one image."""
    activations: int
    """Elements of all outputs of the main path for one image."""
    depth: int
    """Convolutions and fully connected layers on the longest main path, projection shortcuts left out."""
    receptive_field: int | None
    """Of the last layers that do not see the whole input, in pixels, the larger side."""
    top1: float | None
    """Published ImageNet accuracy in percent, of one central crop."""
    url: str
    """Its page; absolute where the site knows its own address, else from the site's root."""


class Paper(TypedDict):
    """The publication a network comes from."""

    title: str
    authors: str | None
    """As they are cited."""
    venue: str | None
    url: str | None


class Accuracy(TypedDict):
    """Published ImageNet accuracy in percent."""

    top1: float
    top5: float | None
    source: str
    """Whose weights reach it."""


class Note(TypedDict):
    """What a reader should know."""

    text: str
    """Markdown of one paragraph."""
    about: str | None
    """The layer or the source it is about."""


class SideOutputs(TypedDict):
    """The sums of the side outputs."""

    parameters: int
    macs: int


class Claim(TypedDict):
    """One figure a source publishes, beside the calculated one."""

    source: str
    """The paper's table, or the implementation with its version."""
    model: str | None
    """The network's name in that implementation."""
    of: str | None
    """The stage, block or layer it is about; null for the whole network."""
    figure: str
    """Which one, by the name of its field."""
    published: int | str
    """A number where the source is exact, a text where it rounds."""
    computed: int
    agrees: bool
    """Exactly, or to the printed digits."""
    note: str | None
    """Why it differs, or what to know about it."""


class Place(TypedDict):
    """Where a layer stands."""

    index: int
    """Its number in the order of execution, from 0."""
    name: str
    """As on the network's page."""
    path: tuple[str, ...]
    """The stage, blocks and branches around it, from the outside in."""
    main_path: bool
    """False inside a side output."""


Feeds = TypedDict(
    "Feeds",
    {"from": Annotated[tuple[int, ...], "The layers that feed it; -1 is the network's input."]},
)


class Calculated(TypedDict):
    """What is the same for equal layers on equal shapes."""

    kind: str
    """As definitions write it."""
    category: str
    """The group of kinds it belongs to: convolution, pooling, linear, normalization or other."""
    input: Shape | None
    """What enters; null where branches meet."""
    inputs: tuple[Shape, ...]
    """All that enters."""
    filter: tuple[int, ...] | None
    """Kernel and output channels of a convolution, kernel of a pooling, units of a fully connected layer."""
    stride: Pair | None
    """Along height and width."""
    padding: Sides | None
    """Top, bottom, left, right."""
    dilation: Pair | None
    """Along height and width."""
    groups: int | None
    """The parts into which a convolution divides the channels."""
    activation_function: str | None
    """The function on its output."""
    options: dict[str, Any] | None
    """What else its definition says, by the options' names."""
    output: Shape
    """What leaves."""
    formula: str
    """How its parameters come about, to be read by people: `×` multiplies, `+` adds."""
    parameters: int
    """Learned values."""
    tensors: dict[str, tuple[int, ...]]
    """The shapes of its learned tensors by name; a weight is k_h, k_w, C_in / groups, C_out."""
    buffers: dict[str, tuple[int, ...]]
    """The shapes of what is kept but not trained, by name."""
    macs: int
    """Multiply-accumulates for one image."""
    attention_macs: int
    """The part of `macs` that multiplies values with values, not with weights."""
    activations: int
    """Elements of its output for one image."""


class Layer(Place, Feeds, Calculated):
    """A layer in its place."""

    receptive_field: int | None
    """Of its output, in pixels, the larger side; null where it is the whole input."""
    receptive_field_step: int | None
    """The distance of neighbouring receptive fields, in pixels, the larger side; a mean after upsampling, at least 1."""


class Network(Summary):
    """Everything about a network."""

    paper: Paper | None
    """The publication it comes from: `title`, `authors`, `venue`, `url`."""
    summary: str | None
    """One or two sentences: where its parameters and its work sit."""
    accuracy: Accuracy | None
    """Published ImageNet accuracy in percent: `top1`, `top5` and whose weights reach it, `source`."""
    notes: list[Note]
    """Where a source errs or differs, and what else a reader should know: `text` and what it is `about`."""
    side_outputs: SideOutputs
    """Sums over the side outputs: their `parameters`, and their `macs`, which the figures above leave out."""
    layers: list[Layer]
    """In the order of execution."""
    claims: list[Claim]
    """What sources say of it."""
