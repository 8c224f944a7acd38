"""``layerwise new``."""

from __future__ import annotations

import json
import re
from pathlib import Path
from string import Template

import click

from layerwise.command.creation import check_free, create, schema_from
from layerwise.command.options import networks_option
from layerwise.core.errors import LayerwiseError
from layerwise.core.files import display_name, slugify

_PLAIN = re.compile(r"[A-Za-z][\w ()+./-]*")
"""Names that need no quotation marks in YAML."""


@click.command(
    epilog="""\b
Examples:
  layerwise new "Tiny Net"                       create networks/tiny-net.yml
  layerwise new --family --input 32x32x3 Tiny    a family with variants
  layerwise new --print Tiny                     preview the file

\b
Exit codes: 0 success, 1 the name causes errors, 2 usage error."""
)
@click.argument("name")
@click.option("--family", is_flag=True, help="Create a file for several networks, with variants.")
@click.option(
    "--input", "shape", default="224x224x3", show_default=True, help="Input shape: height × width × channels."
)
@click.option("--print", "only_print", is_flag=True, help="Print the file instead of writing it.")
@click.option("--force", is_flag=True, help="Overwrite an existing file.")
@networks_option
def command(name: str, shape: str, networks: Path, *, family: bool, only_print: bool, force: bool) -> int:
    """Create a definition from a template with comments.

    NAME is the name of the network, such as "ResNet-50". It determines the name of the file.
    """
    slug = slugify(name)
    if not slug:
        raise LayerwiseError(f"no page name can be derived from {name!r}; use at least one letter a-z or digit")
    file = networks / f"{slug}.yml"
    text = template(name.strip(), slug, _shape(shape), schema_from(networks), family=family)
    if only_print:
        click.echo(text, nl=False)
        return 0
    if not file.exists() or force:
        check_free((slug, *_pages(text)), networks, "use another name", file)
    create(file, text, "use --force to overwrite it", replace=force)
    shown = display_name(file)
    click.echo(f"{shown} created. Edit it, then run:\n  layerwise check {shown}\n  layerwise show {shown}")
    return 0


def template(name: str, slug: str, shape: str, schema: str, *, family: bool) -> str:
    """Return a new definition without errors. Raises ``DefinitionError`` if the name causes some."""
    from layerwise.definition import parse
    from layerwise.network.catalogue import calculate

    file = Path(__file__).with_name("family.yml" if family else "network.yml")
    text = Template(file.read_text(encoding="utf-8")).substitute(
        schema=schema,
        name=_scalar(name),
        small=_scalar(f"{name}-S"),
        large=_scalar(f"{name}-L"),
        slug=slug,
        input=shape,
    )
    calculate(parse(text, f"{slug}.yml"), Path(f"{slug}.yml")).sound()
    return text


def _pages(text: str) -> list[str]:
    """Return the slugs of the variants of a definition."""
    from layerwise.definition import parse

    definition = parse(text, "new.yml")
    return [variant.slug for variant in definition.variants if definition.is_family]


def _shape(text: str) -> str:
    """Return an input shape as definitions write it. Raises ``BadParameter`` for anything else."""
    from layerwise.core.fields import ReadError
    from layerwise.definition.metadata import Metadata

    try:
        metadata = Metadata.read({"input": text})
    except ReadError as error:
        message = error.problems[0].message
        raise click.BadParameter(f"{message}, got {text!r}", param_hint="--input") from None
    assert metadata.input is not None
    if not metadata.input.is_map:
        message = "the template is for images; expected height × width × channels, like 224x224x3"
        raise click.BadParameter(f"{message}, got {text!r}", param_hint="--input")
    return "x".join(map(str, metadata.input))


def _scalar(text: str) -> str:
    """Return a string as YAML writes it."""
    is_word = text in ("true", "false", "null")
    return text if _PLAIN.fullmatch(text) and not is_word else json.dumps(text, ensure_ascii=False)
