"""``layerwise new``."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from string import Template

import click

from layerwise.command.options import networks_option
from layerwise.core.errors import LayerwiseError
from layerwise.core.files import display_name, pages_in, slugify, write_whole

_PLAIN = re.compile(r"[A-Za-z][\w ()+./-]*")
"""Names that YAML takes as they are; the rest is put between quotation marks."""


@click.command(
    epilog="""\b
Examples:
  layerwise new "Tiny Net"                       write networks/tiny-net.yml
  layerwise new --family --input 32x32x3 Tiny    with variants
  layerwise new --print Tiny                     see it first

\b
Exit codes: 0 written, 1 mistakes that the name makes, 2 wrong call."""
)
@click.argument("name")
@click.option("--family", is_flag=True, help="A file of several networks, with variants.")
@click.option("--input", "shape", default="224x224x3", show_default=True, help="Height × width × channels.")
@click.option("--print", "only_print", is_flag=True, help="Print the file in place of writing it.")
@click.option("--force", is_flag=True, help="Replace the file where it is there already.")
@networks_option
def command(name: str, shape: str, networks: Path, *, family: bool, only_print: bool, force: bool) -> int:
    """Write the beginning of a definition, with comments that say what goes where.

    NAME is what the network is called, like "ResNet-50". The file is called after it.
    """
    slug = slugify(name)
    if not slug:
        raise LayerwiseError(f"no page name can be made from {name!r}; it needs one of the letters a-z or a digit")
    file = networks / f"{slug}.yml"
    text = beginning(name.strip(), slug, _shape(shape), _schema_from(networks), family=family)
    if only_print:
        click.echo(text, nl=False)
        return 0
    _check_free(file, _pages(text), networks, force=force)
    try:
        write_whole(file, text.encode(), replace=force)
    except FileExistsError as error:
        raise LayerwiseError(f"{file} exists already; --force replaces it") from error
    except OSError as error:
        raise LayerwiseError(f"{file} cannot be written: {error.strerror}") from error
    shown = display_name(file)
    click.echo(f"{shown} written. Fill it in, then:\n  layerwise check {shown}\n  layerwise show {shown}")
    return 0


def beginning(name: str, slug: str, shape: str, schema: str, *, family: bool) -> str:
    """The text of a new definition, which has no mistakes. Raises ``DefinitionError`` where the name makes some."""
    from layerwise.definition import parse
    from layerwise.network.catalogue import calculate

    template = Path(__file__).with_name("family.yml" if family else "network.yml").read_text(encoding="utf-8")
    text = Template(template).substitute(
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
    """The pages that a definition makes."""
    from layerwise.definition import parse

    definition = parse(text, "new.yml")
    return [variant.slug for variant in definition.variants if definition.is_family]


def _check_free(file: Path, variants: list[str], networks: Path, *, force: bool) -> None:
    """Raises ``LayerwiseError`` where the file exists or one of its pages belongs to another."""
    from layerwise.network.pages import RESERVED

    if file.exists() and not force:
        raise LayerwiseError(f"{file} exists already; --force replaces it")
    pages = pages_in(networks) if networks.is_dir() else {}
    for slug in (file.stem, *variants):
        owner = RESERVED.get(slug) or (display_name(pages[slug]) if pages.get(slug, file) != file else None)
        if owner:
            raise LayerwiseError(f"the page networks/{slug}/ belongs to {owner} already; give another name")


def _shape(text: str) -> str:
    """An input as definitions write it. Raises ``BadParameter`` where it is none."""
    from layerwise.core.fields import ReadError
    from layerwise.definition.metadata import Metadata

    try:
        metadata = Metadata.read({"input": text})
    except ReadError as error:
        message = error.problems[0].message
        raise click.BadParameter(f"{message}, got {text!r}", param_hint="--input") from None
    assert metadata.input is not None
    return "x".join(map(str, metadata.input))


def _schema_from(networks: Path) -> str:
    """The path from a definition to the schema that editors take help and warnings from."""
    from layerwise.definition import schema

    return Path(os.path.relpath(schema.PATH, networks)).as_posix()


def _scalar(text: str) -> str:
    """A text as YAML writes it."""
    is_word = text in ("true", "false", "null")
    return text if _PLAIN.fullmatch(text) and not is_word else json.dumps(text, ensure_ascii=False)
