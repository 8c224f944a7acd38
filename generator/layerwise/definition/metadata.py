"""The metadata of a network: names, source, claims and notes."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from layerwise.core.fields import BRIEF, Declaration, Syntax, key, many, nested, schema_of
from layerwise.core.limits import SIDE
from layerwise.core.shape import TIMES, Shape, parse_sides
from layerwise.definition.words import is_visible

FIGURES = (
    "parameters",
    "main_parameters",
    "buffers",
    "memory_bytes",
    "macs",
    "activations",
    "depth",
    "receptive_field",
)
"""The figures of a network that a claim can be about."""

Task = Literal[
    "classification",
    "detection",
    "segmentation",
    "pose estimation",
    "text recognition",
    "keypoint detection",
    "verification",
    "super-resolution",
    "denoising",
    "optical flow",
    "speech recognition",
    "generation",
    "reinforcement learning",
]
"""The tasks of networks."""

NO_TEXT = "expected a string"
MIN_YEAR, MAX_YEAR = 1950, 2100
_PERCENT = "a percentage from 0 to 100"
_INPUT = "height × width × channels, like 224x224x3; 8000x1 for sequences, 16x112x112x3 for volumes"
_FRACTION = "a fraction greater than 0, at most 1"
_IMAGE = "height × width, like 224x224"
_ADDRESS = "a URL like https://arxiv.org/abs/1512.03385, or a DOI like doi:10.1038/nature14539"
_FIGURE = "a whole number, or a rounded one like 60 M, 3.8 G or 3.8 × 10⁹"
_YEAR = f"a year from {MIN_YEAR} to {MAX_YEAR}"


def _text(value: Any) -> str:
    if not isinstance(value, str) or not is_visible(value):
        raise ValueError(NO_TEXT)
    return value.strip()


def _url(value: Any) -> str:
    """Read a URL that is safe to link: http, https, or a DOI, which becomes its URL at doi.org."""
    text = _text(value)
    if text.startswith("doi:"):
        text = f"https://doi.org/{text.removeprefix('doi:')}"
        if not _DOI.fullmatch(text):
            raise ValueError("expected a DOI like doi:10.1038/nature14539")
    try:
        url = urlsplit(text)
    except ValueError:
        url = None
    if url is None or url.scheme not in ("http", "https") or not url.hostname or not _URL_CHARACTERS.fullmatch(text):
        raise ValueError(f"expected {_ADDRESS}")
    if url.username is not None or url.password is not None:
        raise ValueError("a URL must not contain a user name or password")
    return text.replace("(", "%28").replace(")", "%29")  # which end a link in Markdown


_URL_CHARACTERS = re.compile(r"[A-Za-z0-9._~:/?#@!$&'()*+,;=%-]+")
"""Those of RFC 3986, without the brackets of literal IP addresses."""
_DOI = re.compile(r"https://doi\.org/10\.[0-9]{4,9}/\S+")


def _shape(value: Any) -> Shape:
    try:
        sides = Shape(parse_sides(value))
    except (ValueError, AttributeError):
        sides = Shape()
    if not 2 <= len(sides) <= 4 or not all(1 <= side <= SIDE for side in sides):
        raise ValueError(f"expected {_INPUT}")
    return sides


def _expected(number: str, value: Any) -> str:
    """The message for a wrong number, with a hint if it is in quotes."""
    is_quoted = isinstance(value, str) and re.fullmatch(r"[0-9]+(\.[0-9]+)?", value)
    return f"expected {number}, without quotes" if is_quoted else f"expected {number}"


def _year(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not MIN_YEAR <= value <= MAX_YEAR:
        raise ValueError(_expected(_YEAR, value))
    return value


_DIGITS = r"[0-9]{1,18}(\.[0-9]{1,18})?"
_PUBLISHED = re.compile(
    rf"{_DIGITS} ?(K|M|G|B|T|thousand|million|billion)?|{_DIGITS} ?[x×] ?10(\^?[0-9]{{1,2}}|[⁰¹²³⁴⁵⁶⁷⁸⁹]{{1,2}})"
)


def _published(value: Any) -> int | str:
    """Read a published figure: a whole number is exact, a string is rounded to its printed digits."""
    if isinstance(value, bool) or not (
        (isinstance(value, int) and value >= 0) or (isinstance(value, str) and _PUBLISHED.fullmatch(value))
    ):
        if re.fullmatch("[0-9]{1,3}(,[0-9]{3})+", str(value)):
            raise ValueError(f"expected {str(value).replace(',', '')}, without commas")
        raise ValueError(f"expected {_FIGURE}")
    return value


def _percent(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 100:
        raise ValueError(_expected(_PERCENT, value))
    return float(value)


def _fraction(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 1:
        raise ValueError(_expected(_FRACTION, value))
    return float(value)


def _image(value: Any) -> tuple[int, int]:
    """Read the height and the width of an image."""
    try:
        sides = parse_sides(value)
    except (ValueError, AttributeError):
        sides = ()
    if len(sides) != 2 or not all(1 <= side <= SIDE for side in sides):
        raise ValueError(f"expected {_IMAGE}")
    return sides[0], sides[1]


_WRITTEN_URL = r"^\s*(doi:10\.[0-9]{4,9}/|https?:/*[A-Za-z0-9._~:%-]+([/?#]|\s*$))[A-Za-z0-9._~:/?#@!$&'()*+,;=%-]*\s*$"
"""A DOI or an address without a user, of the characters of RFC 3986."""
_SIDE = "[1-9][0-9]{0,8}"
Percent = Annotated[
    float,
    Syntax(_percent, schema_of("a percentage", _PERCENT, 76.13, type="number", minimum=0, maximum=100)),
]
Fraction = Annotated[
    float,
    Syntax(
        _fraction,
        schema_of("a fraction", _FRACTION, 0.875, type="number", exclusiveMinimum=0, maximum=1),
    ),
]
TEXT = Syntax(_text, schema_of("a string", "a string", type="string", pattern="\\S"))
Text = Annotated[str, TEXT]
Url = Annotated[
    str,
    Syntax(_url, schema_of("a URL", _ADDRESS, "https://arxiv.org/abs/1512.03385", type="string", pattern=_WRITTEN_URL)),
]
Year = Annotated[
    int,
    Syntax(_year, schema_of("a year", _YEAR, 2015, type="integer", minimum=MIN_YEAR, maximum=MAX_YEAR)),
]
_INPUT_PATTERN = f"^{_SIDE}([x{TIMES}]{_SIDE}){{1,3}}$"
Input = Annotated[
    Shape,
    Syntax(
        _shape,
        schema_of("224x224x3", _INPUT, "224x224x3", "8000x1", "16x112x112x3", type="string", pattern=_INPUT_PATTERN),
    ),
]
Image = Annotated[
    tuple[int, int],
    Syntax(_image, schema_of("224x224", _IMAGE, "224x224", type="string", pattern=f"^{_SIDE}[x{TIMES}]{_SIDE}$")),
]
Published = Annotated[
    int | str,
    Syntax(
        _published,
        schema_of(
            "a whole number, or a rounded one like 60 M",
            _FIGURE,
            25557032,
            "60 M",
            "3.8 × 10⁹",
            type=["integer", "string"],
            minimum=0,
            pattern=f"^({_PUBLISHED.pattern})$",
        ),
    ),
]


def _slug(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(NO_TEXT)
    if not _SLUG.fullmatch(value):
        raise ValueError("expected lowercase letters and digits separated by hyphens, like resnet-50")
    return value


_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
SLUG = Syntax(
    _slug,
    {
        BRIEF: "lowercase letters and digits with hyphens",
        "type": "string",
        "pattern": f"^{_SLUG.pattern}$",
        "examples": ["resnet-50"],
    },
)
Slug = Annotated[str, SLUG]


class Paper(Declaration):
    """The publication a network comes from."""

    title: Text = key(examples=["Deep Residual Learning for Image Recognition"])
    """Its title."""
    authors: Text | None = key(default=None, examples=["He et al.", "Simonyan & Zisserman"])
    """The authors as cited: Simonyan & Zisserman; Krizhevsky, Sutskever & Hinton."""
    venue: Text | None = key(default=None, examples=["CVPR 2016"])
    """The journal or conference."""
    url: Url | None = None
    """The URL of the publication."""


class Claim(Declaration):
    """Figures of a network that a source publishes. Each is checked at every build.

    A whole number is exact; a string such as ``60 M`` is compared to its printed digits.
    """

    source: Text = key(examples=["paper, Table 1", "torchvision 0.29.1"])
    """The paper's table, or the implementation with its version."""
    model: Text | None = key(default=None, examples=["resnet50"])
    """The name of the network in that implementation."""
    of: Text | None = key(default=None, examples=["conv2_x", "3a"])
    """The stage, block or layer that the figures are about; the whole network if omitted."""
    url: Url | None = None
    """The URL of the source."""
    note: Text | None = key(default=None, examples=["without the auxiliary classifiers"])
    """A remark on the figure."""
    differs: Text | None = key(default=None, examples=["counts moving statistics"])
    """The reason why the figure differs. A claim that disagrees needs one, a claim that agrees must not have one."""
    parameters: Published | None = None
    """Trainable parameters, side outputs included."""
    main_parameters: Published | None = None
    """Trainable parameters without side outputs."""
    buffers: Published | None = key(default=None, examples=[53120])
    """Values that are stored but not trained, such as running statistics."""
    memory_bytes: Published | None = key(default=None, examples=[102228128])
    """Memory of the parameters in bytes, four per parameter."""
    macs: Published | None = key(default=None, examples=["3.8 × 10⁹", "4.09 G"])
    """Multiply-accumulates for one image."""
    activations: Published | None = key(default=None, examples=["11.1 M"])
    """Output values of all layers on the main path."""
    depth: Published | None = key(default=None, examples=[50])
    """Convolutions and fully connected layers on the longest main path; of whole networks only."""
    receptive_field: Published | None = key(default=None, examples=[427])
    """The longer side of the receptive field in pixels; of whole networks only."""

    @property
    def figures(self) -> dict[str, int | str]:
        """The figures that are claimed."""
        return {figure: value for figure in FIGURES if (value := getattr(self, figure)) is not None}


class Note(Declaration):
    """A remark shown on the page, such as an error in a source or a difference from the calculation."""

    text: Text = key(examples=["The paper's table leaves out the biases."])
    """Markdown of one paragraph."""
    about: Text | None = key(default=None, examples=["Conv1", "torchvision 0.29.1"])
    """The layer or the source the note is about."""


def _note(value: Any) -> Any:
    return value if isinstance(value, dict) else {"text": value}


class Accuracy(Declaration):
    """A published accuracy on the ImageNet-1k validation set, in percent, of one central crop."""

    top1: Percent
    """Top-1 accuracy: the share of images whose class is ranked first."""
    top5: Percent | None = key(default=None, examples=[92.862])
    """Top-5 accuracy: the share of images whose class is among the first five."""
    source: Text = key(examples=["torchvision 0.29.1"])
    """The paper's table, or the implementation with its version."""
    model: Text | None = key(default=None, examples=["resnet50"])
    """The name of the network in that source."""
    weights: Text | None = key(default=None, examples=["IMAGENET1K_V1"])
    """The name of the weights in that source."""
    test: Image | None = key(default=None, examples=["224x224"])
    """Height × width of the test images, if the source states them."""
    crop: Fraction | None = key(default=None, examples=[0.875])
    """The side of the central crop as a fraction of the shorter side of the image."""
    extra: Text | None = key(default=None, examples=["ImageNet-21k", "a teacher network"])
    """Training data or a teacher network in addition to ImageNet-1k."""
    url: Url | None = None
    """The URL of the source."""


def _accuracies(value: Any) -> tuple[Any, ...]:
    if isinstance(value, dict):
        return (nested(Accuracy).read(value),)
    if not isinstance(value, list | tuple):
        raise ValueError("expected a mapping or a list of mappings")
    return tuple(many(nested(Accuracy)).read(value))


ACCURACIES = Syntax(
    _accuracies, {"anyOf": [{"declaration": Accuracy}, {"type": "array", "items": {"declaration": Accuracy}}]}
)
NOTE = Syntax(lambda value: nested(Note).read(_note(value)), {"anyOf": [TEXT.schema, {"declaration": Note}]})


class Metadata(Declaration):
    """Metadata of a file or of one of its variants."""

    year: Year | None = None
    """The year it was published."""
    task: Task | None = key(default=None, brief="the name of a task", examples=["classification"])
    """The task that its output is for."""
    dataset: Text | None = key(default=None, examples=["ImageNet-1k", "CIFAR-10"])
    """The dataset that its output is for; of several, the last one it is trained on."""
    paper: Annotated[Paper, nested(Paper)] | None = key(
        default=None,
        brief="a mapping",
        examples=[{"title": "Deep Residual Learning for Image Recognition", "url": "https://arxiv.org/abs/1512.03385"}],
    )
    """The publication that introduced it."""
    summary: Text | None = key(
        default=None, examples=["Nine in ten of its parameters sit in the first fully connected layer."]
    )
    """One or two sentences on where most of the parameters and MACs are."""
    input: Input | None = None
    """Height × width × channels of the image, like 224x224x3; of a sequence length × channels, like 8000x1; of a
    volume or a video depth × height × width × channels, like 16x112x112x3."""
    aliases: Annotated[tuple[str, ...], many(TEXT)] = key(
        default=(), examples=[["ResNet50", "resnet50"]], brief="a list of strings"
    )
    """Other names it is known by."""
    accuracies: Annotated[tuple[Accuracy, ...], ACCURACIES] = key(
        default=(),
        word="accuracy",
        brief="a mapping or a list of mappings",
        examples=[
            {"top1": 76.13, "top5": 92.862, "source": "torchvision 0.29.1", "model": "resnet50", "test": "224x224"}
        ],
    )
    """Published ImageNet accuracies. Lists and charts show the first one of the input size without ``extra``."""
    claims: Annotated[tuple[Claim, ...], many(nested(Claim))] = key(
        default=(),
        brief="a list of claims",
        examples=[[{"source": "torchvision 0.29.1", "model": "resnet50", "parameters": 25557032}]],
    )
    """Published figures, each checked at every build."""
    notes: Annotated[tuple[Note, ...], many(NOTE)] = key(
        default=(),
        brief="a list of strings or notes",
        examples=[["The paper's table leaves out the biases.", {"about": "Conv1", "text": "…"}]],
    )
    """Remarks, such as an error in a source; a string, or a note about something."""

    @property
    def accuracy(self) -> Accuracy | None:
        """The accuracy that lists and charts show.

        Training on ImageNet-1k alone precedes training with more, a test at the network's input size precedes one at
        another size, and then the order of the definition decides.
        """
        size = self.input.spatial if self.input else None
        return min(
            self.accuracies,
            key=lambda figure: (figure.extra is not None, figure.test is not None and figure.test != size),
            default=None,
        )


class VariantMetadata(Metadata):
    """One network of a family."""

    slug: Slug | None = None
    """The name of its page; derived from its name if omitted."""


class FileMetadata(Metadata):
    """A file, without its layers."""

    name: Text = key(examples=["LeNet-5", "ResNet"])
    """The network's name, or the family's in a file with variants."""
    family: Text | None = key(default=None, examples=["VGG"])
    """The family a network without variants belongs to."""
    related: Annotated[tuple[str, ...], many(SLUG)] = key(
        default=(), examples=[["resnet", "densenet-121"]], brief="a list of names of pages"
    )
    """Pages of families or networks that share an idea with this one."""
