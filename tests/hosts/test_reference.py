"""The reference itself in ProperDocs: every file of the site is that of MkDocs, but for the name of the program.

``LAYERWISE_WHOLE=1`` builds it with all networks, which takes a minute for each program.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from layerwise.site.renderer import PageError
from layerwise.site.site import Site

ROOT = Path(__file__).parents[2]
PROGRAMS = Path(sys.executable).parent
KEPT = {
    *("alexnet", "densenet", "googlenet", "lenet-5", "mobilenet-v1", "mobilenet-v2", "preact-resnet", "resnet"),
    *("resnet-cifar", "resnet-v1-5", "resnext", "squeezenet", "vgg"),
}
"""The definitions on which most hand-written pages depend."""
GENERATOR = re.compile(rb'<meta name="?generator"? content="[^"]*">')


def copy_reference(folder: Path) -> Path:
    """Copy the settings, the pages, and all definitions or those of ``KEPT``."""
    for name in ("docs", "networks"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copy(ROOT / "mkdocs.yml", folder)
    if os.environ.get("LAYERWISE_WHOLE"):
        (folder / "node_modules").symlink_to(ROOT / "node_modules")  # with the calculator, if npm has installed it
    else:
        reduce(folder)
    return folder


def reduce(folder: Path) -> None:
    """Remove most definitions; pages that depend on them stay, with their expressions as text."""
    for path in (folder / "networks").glob("*.yml"):
        text = path.read_text(encoding="utf-8")
        path.write_text(re.sub("^related:.*\n", "", text, flags=re.MULTILINE), encoding="utf-8")
        if path.stem not in KEPT:
            path.unlink()
    site = Site()
    site.load(folder / "networks")
    for page in (folder / "docs").rglob("*.md"):
        text = page.read_text(encoding="utf-8")
        try:
            site.evaluate(page.relative_to(folder / "docs").as_posix(), text)
        except PageError:
            page.write_text(text.replace("layerwise: template\n", "", 1), encoding="utf-8")


def build(program: str, project: Path, site: Path) -> dict[str, bytes]:
    """Build the site with a program; return its files without the name of the program."""
    variables = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    settings = {"NO_MKDOCS_2_WARNING": "1", "NO_COLOR": "1", "SOURCE_DATE_EPOCH": "1700000000"}
    strict = ["--strict"] if os.environ.get("LAYERWISE_WHOLE") else []
    command = [
        str(PROGRAMS / program),
        "build",
        "--quiet",
        "--config-file",
        "mkdocs.yml",
        "--site-dir",
        str(site),
        *strict,
    ]
    done = subprocess.run(
        command, cwd=project, env=variables | settings, capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return {
        path.relative_to(site).as_posix(): GENERATOR.sub(b"", path.read_bytes())
        for path in site.rglob("*")
        if path.is_file()
    }


def test_properdocs_builds_the_same_files(tmp_path: Path) -> None:
    project = copy_reference(tmp_path / "project")
    sites = [build(program, project, tmp_path / program) for program in ("mkdocs", "properdocs")]
    assert sites[0].keys() == sites[1].keys()
    assert not [path for path, content in sites[0].items() if sites[1][path] != content]
    assert {"index.html", "networks/vgg-16/index.html", "networks/vgg-16/index.md", "search/names.json"} <= sites[
        0
    ].keys()
    assert len([path for path in sites[0] if path.endswith(".html")]) > 100
