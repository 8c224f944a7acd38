"""``layerwise import``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from layerwise.command.creation import check_free, create, schema_from
from layerwise.command.options import networks_option
from layerwise.core.errors import LayerwiseError
from layerwise.core.files import display_name, slugify

if TYPE_CHECKING:
    from layerwise.importing.draft import Draft
    from layerwise.importing.trace import Trace

STANDARD_OUTPUT = "-"


@click.command(
    epilog="""\b
Examples:
  layerwise import torchvision.models:resnet50          create networks/resnet50.yml
  layerwise import timm:convnext_atto --output -        print the draft
  layerwise import mypackage.model:build --input 64x64x1
  layerwise import model.onnx --input 224x224x3         a file with a dynamic input size

\b
Functions need PyTorch or Keras, files need neither:
  pip install "layerwise[torch]"
  pip install "layerwise[keras]"

\b
Exit codes: 0 success, 2 the model cannot be imported, or usage error."""
)
@click.argument("source")
@click.option("--input", "shape", help="Input shape: height × width × channels; by default that of the model.")
@click.option("--output", help="The file to create, or - for standard output; by default a file in the folder.")
@click.option("--name", default="", help="Name of the network; by default that of the model.")
@click.option("--flat", is_flag=True, help="Write one layer per line, without blocks and repeats.")
@click.option("--trace", "trace_file", help="Also save the trace of the model, as JSON.")
@networks_option
def command(
    source: str, shape: str | None, output: str | None, name: str, trace_file: str | None, networks: Path, *, flat: bool
) -> int:
    """Draft a definition from a model, and check its figures.

    SOURCE is a function or class, such as torchvision.models:resnet50, timm:resnet50, keras.applications:ResNet50 or
    mypackage.module:build, or a file: model.onnx, model.pt2 of torch.export, model.keras, or a saved trace, trace.json.
    The weights are neither needed nor read.
    """
    from layerwise.importing.draft import default_name, draft
    from layerwise.importing.readers import image_shape, read_model

    trace = read_model(source, None if shape is None else image_shape(shape))
    if trace_file:
        create(Path(trace_file), trace.to_json(), "name another file with --trace")
    result = draft(trace, name, flat=flat)
    if output == STANDARD_OUTPUT:
        click.echo(result.text, nl=False)
        _report(result, trace, "drafted", err=True)
        return 0
    slug = slugify(name or default_name(trace))
    if not slug and output is None:
        raise LayerwiseError("no page name can be derived from the name; use --name or --output")
    file = networks / f"{slug}.yml" if output is None else Path(output)
    if output is None:
        check_free([slug], networks, "use --name or --output")
    create(file, _schema_line(file) + result.text, "name another file with --output")
    _report(result, trace, f"{display_name(file)} created", err=False)
    return 0


def _schema_line(file: Path) -> str:
    """The comment by which editors find the schema; empty outside of the project."""
    from layerwise.definition import schema

    return f"# yaml-language-server: $schema={schema_from(file.parent)}\n" if schema.PATH.exists() else ""


def _report(result: Draft, trace: Trace, what: str, *, err: bool) -> None:
    """Print what was recognized, and the check."""
    from layerwise.report.dropped import agreement

    click.echo(f"{what} from {trace.source} ({trace.producer}), {result.form}", err=err)
    for label, value in (
        ("parameters", result.counts.parameters),
        ("buffers", result.counts.buffers),
        ("MACs", result.counts.macs),
    ):
        click.echo(f"  {label:<12}{value:>16,}  {agreement(result)}", err=err)
    click.echo(f"  {'layers':<12}{result.check.layers:>16,}  with the output shapes of the model", err=err)
    for pattern, count in sorted(result.recognized.items()):
        click.echo(f"  recognized: {pattern}, {count}×", err=err)
    for note in result.notes:
        click.echo(f"  note: {note}", err=err)
