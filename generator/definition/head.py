"""What a definition says of a network besides its layers: names, source, claims and notes."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, HttpUrl, StrictStr, TypeAdapter

from generator.limits import SIDE
from generator.shape import Shape, parse_sides

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

EARLIEST, LATEST = 1950, 2100


def _text(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float) or not str(value).strip():
        raise ValueError("expected a text")
    return str(value).strip()


def _url(value: Any) -> str:
    """An address that is safe to link: http, https, or a DOI, which becomes its address at doi.org."""
    text = _text(value)
    if text.startswith("doi:"):
        text = f"https://doi.org/{text.removeprefix('doi:')}"
        if not _DOI.fullmatch(text):
            raise ValueError("expected a DOI like doi:10.1038/nature14539")
    try:
        url = _URL.validate_python(text)
    except ValueError:
        url = None
    if url is None or not _URL_CHARACTERS.fullmatch(text):
        raise ValueError(
            "expected an address like https://arxiv.org/abs/1512.03385, or a DOI like doi:10.1038/nature14539"
        )
    if url.username is not None or url.password is not None:
        raise ValueError("an address must not hold a user or password")
    return text.replace("(", "%28").replace(")", "%29")  # which end a link in Markdown


_URL = TypeAdapter(HttpUrl)
_URL_CHARACTERS = re.compile(r"[A-Za-z0-9._~:/?#@!$&'()*+,;=%-]+")
"""Those of RFC 3986, without the brackets of literal IP addresses."""
_DOI = re.compile(r"https://doi\.org/10\.[0-9]{4,9}/\S+")


def _shape(value: Any) -> Shape:
    try:
        sides = Shape(parse_sides(value))
    except (ValueError, AttributeError):
        sides = Shape()
    if len(sides) != 3 or not all(1 <= side <= SIDE for side in sides):
        raise ValueError("expected height × width × channels, like 224x224x3")
    return sides


def _year(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not EARLIEST <= value <= LATEST:
        raise ValueError(f"expected a year from {EARLIEST} to {LATEST}")
    return value


_DIGITS = r"[0-9]{1,18}(\.[0-9]{1,18})?"
_PUBLISHED = re.compile(
    rf"{_DIGITS} ?(K|M|G|B|T|thousand|million|billion)?|{_DIGITS} ?[x×] ?10(\^?[0-9]{{1,2}}|[⁰¹²³⁴⁵⁶⁷⁸⁹]{{1,2}})"
)


def _published(value: Any) -> int | str:
    """A figure as it is printed: a whole number is exact, a text is rounded to its printed digits."""
    if isinstance(value, float):
        value = str(value)
    if isinstance(value, bool) or not (
        isinstance(value, int) or (isinstance(value, str) and _PUBLISHED.fullmatch(value))
    ):
        raise ValueError("expected a whole number, or a rounded one as it is printed, like 60 M, 3.8 G or 3.8 × 10⁹")
    return value


def _percent(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 100:
        raise ValueError("expected a percentage from 0 to 100")
    return float(value)


Percent = Annotated[float, BeforeValidator(_percent)]
Text = Annotated[str, BeforeValidator(_text)]
Url = Annotated[str, BeforeValidator(_url)]
Year = Annotated[int, BeforeValidator(_year)]
Input = Annotated[Shape, BeforeValidator(_shape)]
Published = Annotated[int | str, BeforeValidator(_published)]
Slug = Annotated[StrictStr, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]


class Strict(BaseModel):
    """No key but the declared ones."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True, arbitrary_types_allowed=True)


class Paper(Strict):
    """The publication a network comes from."""

    title: Text
    authors: Text | None = None
    """As they are cited: Simonyan & Zisserman; Krizhevsky, Sutskever & Hinton."""
    venue: Text | None = None
    url: Url | None = None


class Claim(Strict):
    """What a source says of a network. Each figure is checked at every build.

    A whole number is exact; a text such as ``60 M`` is compared to its printed digits.
    """

    source: Text
    """The paper's table, or the implementation with its version."""
    model: Text | None = None
    """The name of the network in that implementation."""
    of: Text | None = None
    """The stage, block or layer the figures are about; the whole network if left out."""
    url: Url | None = None
    note: Text | None = None
    """What a reader should know about the figure."""
    differs: Text | None = None
    """Why the figure is not ours. Without it a claim that disagrees stops the build; with it one that agrees does."""
    parameters: Published | None = None
    main_parameters: Published | None = None
    """Without side outputs."""
    buffers: Published | None = None
    """Running statistics."""
    memory_bytes: Published | None = None
    macs: Published | None = None
    activations: Published | None = None
    depth: Published | None = None
    receptive_field: Published | None = None

    @property
    def figures(self) -> dict[str, int | str]:
        """The figures that are claimed."""
        return {figure: value for figure in FIGURES if (value := getattr(self, figure)) is not None}


class Note(Strict):
    """Something a reader should know, shown on the page: where a source errs, or differs from what is calculated."""

    text: Text
    """Markdown of one paragraph."""
    about: Text | None = None
    """The layer or the source the note is about."""


class Accuracy(Strict):
    """Published ImageNet accuracy in percent, of one central crop."""

    top1: Percent
    top5: Percent | None = None
    source: Text
    """Whose weights reach it, like torchvision 0.29.1 IMAGENET1K_V1."""


class Described(Strict):
    """What both a file and one of its variants can say."""

    year: Year | None = None
    paper: Paper | None = None
    summary: Text | None = None
    """One or two sentences on what is special about where its parameters and its work sit."""
    input: Input | None = None
    """Height × width × channels, like 224x224x3."""
    aliases: tuple[Text, ...] = ()
    """Other names it is known by."""
    accuracy: Accuracy | None = None
    claims: tuple[Claim, ...] = ()
    notes: tuple[Note, ...] = ()


class VariantHead(Described):
    """One network of a family."""

    slug: Slug | None = None
    """The name of its page; made from its name if left out."""


class Head(Described):
    """A file, without its layers."""

    name: Text
    """The network's name, or the family's in a file with variants."""
    family: Text | None = None
    """The family a network without variants belongs to."""
    related: tuple[Slug, ...] = ()
    """Pages of families or networks that share an idea with this one."""
