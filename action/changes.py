"""Print what a branch changes in definitions, as Markdown for a comment: python changes.py BASE FOLDER."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import PurePosixPath

MARK = "<!-- layerwise -->"
"""The first line, by which the comment is found again."""
MAX_CHARACTERS = 60_000
"""GitHub allows 65,536 characters in a comment."""
EQUAL, DIFFERENT = 0, 1
"""Exit codes of ``layerwise diff``."""


def report(base: str, folder: str) -> str:
    """The comment: each changed definition, with the layers and the totals that differ."""
    parts = [part for status, path in changed(base, folder) if (part := _part(status, path, base))]
    text = "\n\n".join([MARK + "\n### Networks", *(parts or ["No network changes."])])
    if len(text) > MAX_CHARACTERS:
        text = text[:MAX_CHARACTERS].rpartition("\n\n")[0] + "\n\nThe rest is too long for a comment."
    return text + "\n"


def changed(base: str, folder: str) -> Iterator[tuple[str, str]]:
    """The changed definitions since the common commit of two branches: ``A``, ``M`` or ``D``, and the path."""
    options = ["--name-status", "--no-renames", "-z", f"{base}...HEAD", "--", folder]
    fields = _run(["git", "diff", *options]).stdout.split("\0")
    for status, path in zip(fields[::2], fields[1::2], strict=False):
        if PurePosixPath(path).suffix in (".yml", ".yaml"):
            yield status, path


def _part(status: str, path: str, base: str) -> str:
    """The part about one file; empty if its networks stay equal."""
    name = _code(path)
    if status == "D":
        return f"{name} is removed."
    if status == "A":
        return _added(name, path)
    before = _run(["git", "merge-base", base, "HEAD"]).stdout.strip()
    diff = _run([*LAYERWISE, "diff", f"{before}:{path}", path])
    if diff.returncode == EQUAL:
        return ""
    if diff.returncode != DIFFERENT:
        return f"{name} has errors."
    return f"<details open><summary>{name} changes</summary>\n\n{_listing(diff.stdout)}\n\n</details>"


def _added(name: str, path: str) -> str:
    shown = _run([*LAYERWISE, "show", "--json", path])
    if shown.returncode:
        return f"{name} is new, and has errors."
    networks = [json.loads(text) for text in re.split(r"(?<=^\})\n", shown.stdout, flags=re.MULTILINE) if text.strip()]
    rows = [f"| {_code(one['name'])} | {one['parameters']:,} | {one['macs']:,} | {one['depth']} |" for one in networks]
    return "\n".join([f"{name} is new:", "", "| Network | Parameters | MACs | Depth |", "|:--|--:|--:|--:|", *rows])


def _code(text: str) -> str:
    """A text as code, on one line of a table or a summary."""
    escaped = re.sub(r"[&<>|`\\\n]", lambda sign: f"&#{ord(sign[0])};", text)
    return f"<code>{escaped}</code>"


def _listing(text: str) -> str:
    """A listing whose fence no line of the text can end."""
    fence = "`" * max(3, 1 + max(map(len, re.findall("`+", text)), default=0))
    return f"{fence}diff\n{text.rstrip()}\n{fence}"


LAYERWISE = [sys.executable, "-m", "layerwise"]


def _run(command: list[str]) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "COLUMNS": "160", "NO_COLOR": "1"}
    return subprocess.run(command, capture_output=True, encoding="utf-8", check=False, env=environment)  # noqa: S603


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    sys.stdout.write(report(sys.argv[1], sys.argv[2]))
