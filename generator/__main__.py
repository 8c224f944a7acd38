"""The command line: ``layerwise check``, ``layerwise show`` and ``layerwise write``."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from generator import __version__, tables
from generator.catalogue import ENDINGS, Entry, Loader, collisions, files_in, shown_name
from generator.errors import DefinitionError, LayerwiseError, Mistake, UnknownNetworkError, suggestion
from generator.pages import data, network_tables
from generator.pages.render import Renderer
from generator.pages.writer import write


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; the exit code is 0, 1 for mistakes in definitions, 2 for a wrong call."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except DefinitionError as error:
        print(error, file=sys.stderr)
        count = len(error.mistakes)
        print(f"{count} mistake{'' if count == 1 else 's'}", file=sys.stderr)
        return 1
    except LayerwiseError as error:
        print(f"layerwise: {error}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="layerwise", description="The reference of convolutional networks, calculated."
    )
    parser.add_argument("--version", action="version", version=f"layerwise {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    check = commands.add_parser("check", help="tell every mistake in definitions")
    check.add_argument("files", nargs="*", type=Path, metavar="FILE", help="definitions; all of them if left out")
    check.set_defaults(run=_check)

    show = commands.add_parser("show", help="print a network's layer table")
    show.add_argument("network", metavar="NETWORK", help="a slug, or the path of a definition")
    form = show.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="everything about it as JSON")
    form.add_argument("--csv", action="store_true", help="the layer table as CSV")
    show.set_defaults(run=_show)

    writing = commands.add_parser("write", help="write all pages as Markdown files, and the data")
    writing.add_argument(
        "folder", type=Path, metavar="DIR", help="where to; files that would not change are left alone"
    )
    writing.add_argument("--docs", type=Path, default=Path("docs"), help="hand-written pages (docs)")
    writing.set_defaults(run=_write)

    for command in (check, show, writing):
        command.add_argument(
            "--networks", type=Path, default=Path("networks"), help="the folder of definitions (networks)"
        )
    return parser


def _check(options: argparse.Namespace) -> int:
    loader = Loader()
    if not options.files:
        catalogue = loader.folder(_folder(options.networks))
        print(f"{len(files_in(options.networks))} definitions, {len(catalogue.entries)} networks: no mistakes")
        return 0
    mistakes: list[Mistake] = []
    loaded = []
    for file in options.files:
        try:
            loaded.append((file, *loader.file(file, shown_name(file))))
        except DefinitionError as error:
            mistakes += error.mistakes
    mistakes += collisions(loaded)
    if mistakes:
        raise DefinitionError(mistakes)
    print(f"{len(loaded)} definition{'' if len(loaded) == 1 else 's'}: no mistakes")
    return 0


def _show(options: argparse.Namespace) -> int:
    for place, entry in enumerate(_entries(options.network, options.networks)):
        if options.json:
            print(json.dumps(data.detail(entry), ensure_ascii=False, indent=2))
        elif options.csv:
            print(data.layers_csv(entry.network), end="")
        else:
            print("\n" * bool(place) + entry.network.name)
            print(tables.terminal(network_tables.layer_table(entry.network)))
    return 0


def _entries(name: str, folder: Path) -> list[Entry]:
    """The networks of a file, or the one of a slug; a family's file shows all its variants."""
    path = Path(name)
    if path.suffix in ENDINGS or path.is_file():
        return Loader().file(path, shown_name(path))[1]
    found: list[Entry] = []
    slugs: list[str] = []
    for file in files_in(_folder(folder)):
        try:
            _, entries = Loader().file(file, shown_name(file))
        except DefinitionError:
            continue  # another file's mistakes do not keep this network from being shown
        slugs += [entry.network.slug for entry in entries]
        found += [entry for entry in entries if entry.network.slug == name]
    if not found:
        raise UnknownNetworkError(f"there is no network {name!r}; {suggestion(name, slugs, 'networks')}")
    return found


def _write(options: argparse.Namespace) -> int:
    catalogue = Loader().folder(_folder(options.networks))
    written, unchanged = write(Renderer(catalogue, site=False), options.folder, options.docs)
    print(f"{options.folder}: {written} files written, {unchanged} unchanged")
    return 0


def _folder(folder: Path) -> Path:
    if not folder.is_dir():
        raise LayerwiseError(f"there is no folder {folder}; name it with --networks")
    return folder


if __name__ == "__main__":
    sys.exit(main())
