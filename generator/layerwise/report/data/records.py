"""The records of the machine-readable reference, field by field.

From these declarations come the data (the type checker sees to it), the description in OpenAPI, and the tables of the
page on the data. Shapes are height, width, channels, or other sides and channels, without the batch. What has no value
is null.

The file of a network has its layers as tables: the names of fields once, and equal places and operations once.
``LayerDetail`` is a layer with all its fields in one record, as ``to_dict`` and ``layerwise show --json`` have it.
"""

from __future__ import annotations

from typing import Annotated, Any, NamedTuple, TypedDict


class Length(NamedTuple):
    """The fewest and the most entries of a list."""

    least: int
    most: int


Shape = Annotated[tuple[int, ...], Length(1, 4)]
Sides = Annotated[tuple[int, ...], Length(1, 3)]
Ends = Annotated[tuple[int, ...], Length(2, 6)]


class Badge(TypedDict):
    """A badge, as shields.io reads it."""

    schemaVersion: int
    """Always 1."""
    label: str
    """The name of the network."""
    message: str
    """Its parameters and MACs, rounded."""
    color: str
    """The colour of the right part."""


class Summary(TypedDict):
    """A network with its figures."""

    slug: str
    """The name of its page and files."""
    name: str
    """The name as shown on its page."""
    family: str
    """The name of its family."""
    aliases: list[str]
    """Other names it is known by."""
    year: int | None
    """The year of publication."""
    input: Shape
    """Height, width, channels; of a sequence length, channels; of a volume depth, height, width, channels."""
    parameters: int
    """Learned values, including those of side outputs such as auxiliary classifiers."""
    main_parameters: int
    """Learned values without those of side outputs."""
    buffers: int
    """Values that are stored but not trained, such as running statistics."""
    memory_bytes: int
    """Memory of the parameters in fp32: 4 bytes each."""
    macs: int
    """Multiply-accumulates of the main path for one image."""
    activations: int
    """Elements of all outputs on the main path for one image."""
    depth: int
    """Convolutions and fully connected layers on the longest main path, without projection shortcuts."""
    receptive_field: int | None
    """Receptive field of the last layers that do not see the whole input: the largest side, in pixels."""
    top1: float | None
    """Published ImageNet top-1 accuracy in percent, of one central crop: that of `accuracy` in the network's file."""
    url: str
    """Address of its page; relative to the site root if the address of the site is not known."""
    task: str | None
    """The task that its output is for, such as classification, detection or segmentation."""
    dataset: str | None
    """The dataset that its output is for, such as ImageNet-1k; of several, the last one it is trained on."""
    peak_bytes: int
    """Peak activation memory: bytes in fp32 that must be held at the same time at inference, for one image."""
    peak_bytes_in_place: int
    """The same if additions and products of branches overwrite one of them."""
    peak_layer: str
    """The layer at which `peak_bytes` is reached: the stage and blocks that contain it, and its name."""
    citation: str | None
    """Key of its paper in `networks.bib`."""
    saved_bytes: int
    """Bytes of the tensors that PyTorch saves for the backward pass, in fp32, for one image."""


class Paper(TypedDict):
    """The publication a network comes from."""

    title: str
    authors: str | None
    """The authors as they are cited."""
    venue: str | None
    url: str | None


class Accuracy(TypedDict):
    """A published accuracy on the ImageNet-1k validation set, in percent, of one central crop."""

    top1: float
    top5: float | None
    source: str
    """The paper's table, or the implementation with its version."""
    model: str | None
    """The name of the network in that source."""
    weights: str | None
    """The name of the weights in that source."""
    test: list[int] | None
    """Height and width of the test images; null if the source does not state them."""
    crop: float | None
    """The side of the central crop as a fraction of the shorter side of the image."""
    extra: str | None
    """Training data or a teacher network in addition to ImageNet-1k."""
    url: str | None


class Note(TypedDict):
    """A note for the reader."""

    text: str
    """One paragraph of Markdown."""
    about: str | None
    """The layer or source that the note is about."""


class Output(TypedDict):
    """An output of the main network."""

    name: str | None
    """Its name; null for the end of the main path."""
    layer: int
    """Index of the layer whose output it is; -1 is the network input."""
    shape: Shape


class SideOutputs(TypedDict):
    """The sums over the side outputs."""

    parameters: int
    macs: int


class Claim(TypedDict):
    """A published figure and the calculated one."""

    source: str
    """The paper with its table, or the implementation with its version."""
    model: str | None
    """The name of the network in that implementation."""
    of: str | None
    """The stage, block or layer that the figure is about; null for the whole network."""
    figure: str
    """The name of the field that holds the calculated figure."""
    published: int | str
    """A number if the source is exact, a string if it rounds."""
    computed: int
    """The calculated figure."""
    agrees: bool
    """True if the figures are equal, exactly or to the printed digits."""
    note: str | None
    """The reason for the difference, or a remark."""


class Index(TypedDict):
    """The number of a layer."""

    index: int
    """Position in the order of execution, from 0."""


class Named(TypedDict):
    """The name of a layer."""

    name: str
    """The name as shown on the page of the network."""


class Place(TypedDict):
    """The part of a network that contains a layer."""

    path: tuple[str, ...]
    """The stage, blocks and branches that contain it, from the outside in."""
    main_path: bool
    """False for layers of a side output."""


Feeds = TypedDict(
    "Feeds",
    {"from": Annotated[tuple[int, ...], "Indexes of its input layers; -1 is the network input."]},
)


class Own(Named, Feeds):
    """The part of a layer that it does not share with others."""

    receptive_field: int | None
    """Receptive field of the output: the largest side, in pixels; null if it is the whole input, 0 if it
    depends on further inputs alone."""
    receptive_field_step: int | None
    """Total stride: the distance in pixels between neighbouring receptive fields along the largest side; a mean after
    upsampling, at least 1."""


class Operation(TypedDict):
    """The part of a layer that equal layers on equal shapes share: type, options, shapes and figures."""

    kind: str
    """The layer type, as definitions write it."""
    category: str
    """The category of the layer type: convolution, pooling, linear, normalization or other."""
    input: Shape | None
    """The input shape; null for a join, which has several inputs."""
    inputs: tuple[Shape, ...]
    """The shapes of all inputs."""
    filter: tuple[int, ...] | None
    """Kernel and output channels of a convolution, kernel of a pooling, units of a fully connected layer."""
    stride: Sides | None
    """Along height and width; along the length of a sequence, and depth, height and width of a volume."""
    padding: Ends | None
    """Top, bottom, left, right; before and after the sides of a sequence or a volume."""
    dilation: Sides | None
    """Along the same sides as `stride`."""
    groups: int | None
    """The number of groups into which a convolution divides the channels."""
    activation_function: str | None
    """The activation function applied to the output."""
    options: dict[str, Any] | None
    """The other options in its definition, by name; `weights_of` is the index of the layer whose weights it uses."""
    output: Shape
    """The output shape."""
    formula: str
    """The formula of the parameter count, for human readers: `×` multiplies, `+` adds. Of a layer with the weights of
    another, the name of that one."""
    parameters: int
    """Learned values."""
    tensors: dict[str, tuple[int, ...]]
    """The shapes of its learned tensors by name; a weight is k_h, k_w, C_in / groups, C_out."""
    buffers: dict[str, tuple[int, ...]]
    """The shapes of stored but untrained tensors, by name."""
    macs: int
    """Multiply-accumulates for one image."""
    attention_macs: int
    """The part of `macs` that multiplies activations by activations, not by weights."""
    activations: int
    """Elements of the output for one image."""


class Layer(Own):
    """A layer of a network."""

    place: int
    """Index of its row in the table `places`."""
    operation: int
    """Index of its row in the table `operations`."""


class LayerDetail(Index, Place, Own, Operation):
    """A layer with its place and its operation."""


class Table(TypedDict):
    """Records with equal fields."""

    columns: list[str]
    """The names of the fields."""
    rows: list[list[Any]]
    """The values of each record, in the order of the columns."""


class About(Summary):
    """All data of a network but its layers."""

    paper: Paper | None
    """The publication it comes from: `title`, `authors`, `venue`, `url`."""
    summary: str | None
    """One or two sentences about where its parameters and MACs are."""
    accuracy: Accuracy | None
    """The published ImageNet accuracy that lists and charts show, in percent: `top1`, `top5`, and its `source`."""
    accuracies: list[Accuracy]
    """All published ImageNet accuracies, in the order of the definition."""
    notes: list[Note]
    """Errors and differences of sources, and other remarks: `text`, and what it is `about`."""
    outputs: list[Output]
    """The outputs of the main network: `name`, `layer` and `shape`. Networks with several heads have several."""
    side_outputs: SideOutputs
    """Sums over the side outputs: `parameters`, and `macs`, which the figures above do not include."""
    uncounted: list[int]
    """Indexes of operations whose parameters and MACs are unknown: no figure includes them."""
    claims: list[Claim]
    """Published figures, compared with the calculated ones."""


class Network(About):
    """All data of a network."""

    layers: Annotated[Table, Layer]
    """A table of the layers in the order of execution. The index of a layer is that of its row."""
    places: Annotated[Table, Place]
    """A table of the parts of the network that contain layers."""
    operations: Annotated[Table, Operation]
    """A table of the operations of the layers. Equal operations are one row."""


class NetworkDetail(About):
    """All data of a network, with each layer as one record."""

    layers: list[LayerDetail]
    """In the order of execution."""
