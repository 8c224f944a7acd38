"""The installed package in other programs: plugins of MkDocs, ProperDocs, Zensical; outside of this repository."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

PROJECT = Path(__file__).parent / "project"
PROGRAMS = Path(sys.executable).parent
MATERIAL = "site_name: T\ntheme: {name: material, font: false}\n"


def run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run a program of this environment without the sources of this repository."""
    path = os.pathsep.join((str(PROGRAMS), os.environ["PATH"]))
    variables = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    environment = {**variables, "NO_MKDOCS_2_WARNING": "1", "NO_COLOR": "1", "COLUMNS": "120", "PATH": path}
    program = str(PROGRAMS / command[0])
    return subprocess.run(
        [program, *command[1:]], cwd=folder, env=environment, capture_output=True, encoding="utf-8", check=False
    )


@pytest.fixture(params=["project", "with spaces and ünïcödé"])
def project(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The example project, in folders of two names."""
    folder: str = request.param
    return shutil.copytree(PROJECT, tmp_path / folder)


def build(project: Path, settings: str = "", program: str = "mkdocs") -> Path:
    if settings:
        (project / "mkdocs.yml").write_text(settings, encoding="utf-8")
    done = run(project, program, "build", "--strict", "--config-file", "mkdocs.yml")
    assert done.returncode == 0, done.stdout + done.stderr
    return project / "site"


def text(page: Path) -> str:
    return BeautifulSoup(page.read_text(encoding="utf-8"), "lxml").get_text(" ")


# --- the plugin -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("theme", ["material", "mkdocs", "readthedocs"])
def test_themes(project: Path, theme: str) -> None:
    site = build(project, f"site_name: T\ntheme: {theme}\nplugins: [search, layerwise]\n")
    assert "9,452" in text(site / "networks" / "edge-net" / "index.html")


def test_macros_do_not_evaluate_generated_pages(tmp_path: Path) -> None:
    project = shutil.copytree(PROJECT, tmp_path / "project")
    definition = (project / "networks" / "edge-net.yml").read_text()
    (project / "networks" / "edge-net.yml").write_text(
        definition.replace("summary: A", 'summary: "{{ 7 * 7 }} A', 1).replace("convolutions.\n", 'convolutions."\n', 1)
    )
    settings = MATERIAL + "plugins: [search, macros: {on_undefined: keep}, layerwise]\n"
    (project / "docs" / "guide" / "index.md").write_text("# Guide\n")
    (project / "docs" / "index.md").write_text("# Home\n\n{{ 6 * 7 }} [EdgeNet](networks/edge-net.md)\n")
    site = build(project, settings)
    assert "42" in text(site / "index.html")
    page = text(site / "networks" / "edge-net" / "index.html")
    assert "{{ 7 * 7 }}" in page
    assert "9,452" in page


def test_awesome_nav(tmp_path: Path) -> None:
    project = shutil.copytree(PROJECT, tmp_path / "project")
    (project / "docs" / ".nav.yml").write_text("nav:\n  - index.md\n  - Models: networks/index.md\n  - guide\n")
    site = build(project, MATERIAL + "plugins: [search, awesome-nav, layerwise]\n")
    assert "Models" in text(site / "guide" / "index.html")


def test_i18n(tmp_path: Path) -> None:
    project = shutil.copytree(PROJECT, tmp_path / "project")
    languages = "[{locale: en, name: English, default: true, build: true}, {locale: de, name: Deutsch, build: true}]"
    translation = f"i18n: {{docs_structure: suffix, languages: {languages}}}"
    site = build(project, f"{MATERIAL}plugins: [search, {translation}, layerwise]\n")
    page = BeautifulSoup((site / "de" / "index.html").read_text(encoding="utf-8"), "lxml")
    assert page.select('a[href="../networks/edge-net/"]')
    assert "9,452" in text(site / "networks" / "edge-net" / "index.html")


def test_mike(tmp_path: Path) -> None:
    project = shutil.copytree(PROJECT, tmp_path / "project")
    settings = MATERIAL + "site_url: https://example.org/\nplugins: [search, mike, layerwise]\n"
    (project / "mkdocs.yml").write_text(settings)
    for arguments in (
        ("init", "--quiet"),
        ("add", "."),
        ("-c", "user.name=x", "-c", "user.email=x@x", "commit", "-qm", "x"),
    ):
        subprocess.run(["git", *arguments], cwd=project, check=True)
    for name, value in (("user.name", "x"), ("user.email", "x@x")):
        subprocess.run(["git", "config", name, value], cwd=project, check=True)
    done = run(project, "mike", "deploy", "1.0")
    assert done.returncode == 0, done.stdout + done.stderr
    page = ["git", "show", "gh-pages:1.0/networks/edge-net/index.html"]
    assert "9,452" in subprocess.run(page, cwd=project, check=True, capture_output=True, encoding="utf-8").stdout


def test_properdocs_builds_the_same_site(tmp_path: Path) -> None:
    sites = []
    for program in ("mkdocs", "properdocs"):
        project = shutil.copytree(PROJECT, tmp_path / program)
        site = build(project, program=program)
        pages = {page.relative_to(site): page.read_text(encoding="utf-8") for page in site.rglob("networks/**/*.html")}
        sites.append(
            {
                name: "".join(line for line in page.splitlines() if "generator" not in line)
                for name, page in pages.items()
            }
        )
    assert len(sites[0]) == 7
    assert sites[0] == sites[1]


# --- the Markdown extension -----------------------------------------------------------------------------------------

BLOCK = "# T\n\n!!! note\n\n    ```layerwise\n    network: resnet-50\n    show: [totals, blocks]\n    ```\n"
EXTENSIONS = "site_name: T\nmarkdown_extensions: [admonition, pymdownx.superfences, layerwise]\n"


@pytest.mark.parametrize("program", ["mkdocs", "properdocs", "zensical"])
def test_blocks(tmp_path: Path, program: str) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "index.md").write_text(BLOCK)
    theme = "theme: {name: material, font: false}\n"
    page = build(tmp_path, EXTENSIONS + theme, program) / "index.html"
    assert "25,557,032" in text(page)
    assert BeautifulSoup(page.read_text(encoding="utf-8"), "lxml").select(".admonition .lw-block-drawing")


@pytest.mark.parametrize("program", ["mkdocs", "properdocs", "zensical"])
def test_errors_end_strict_builds(tmp_path: Path, program: str) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "index.md").write_text(BLOCK.replace("resnet-50", "resnet-51"))
    extension = "layerwise: {strict: true}" if program == "zensical" else "layerwise"
    (tmp_path / "mkdocs.yml").write_text(
        f"site_name: T\ntheme: {{name: material}}\nmarkdown_extensions: [admonition, {extension}]\n"
    )
    done = run(tmp_path, program, "build", "--strict", "--config-file", "mkdocs.yml")
    assert done.returncode != 0
    assert ":6:1: no network 'resnet-51'" in done.stdout + done.stderr


# --- the command and the library ------------------------------------------------------------------------------------


def test_the_command_needs_no_repository(tmp_path: Path) -> None:
    done = run(tmp_path, "layerwise", "show", "resnet-50")
    assert done.returncode == 0, done.stderr
    assert "25,557,032" in done.stdout
    assert "138,357,544" in run(tmp_path, "layerwise", "show", "--json", "vgg-16").stdout.replace(
        "138357544", "138,357,544"
    )
    assert run(tmp_path, "layerwise", "diff", "vgg-16", "vgg-19").returncode == 1


def test_reading_needs_no_rights(tmp_path: Path) -> None:
    project = shutil.copytree(PROJECT, tmp_path / "read only")
    for path in (*project.rglob("*"), project):
        path.chmod(0o555 if path.is_dir() else 0o444)
    assert "9,452" in run(project, "layerwise", "show", "edge-net").stdout
    assert run(project, "layerwise", "check").returncode == 0
    for path in (project, *project.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
