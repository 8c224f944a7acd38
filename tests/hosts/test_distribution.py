"""Contents and metadata of wheel and sdist."""

from __future__ import annotations

import re
import subprocess
import sys
import tarfile
import zipfile
from email import message_from_string
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel() -> zipfile.ZipFile:
    """The wheel in ``dist``, which the make target has built."""
    (path,) = (ROOT / "dist").glob("*.whl")
    return zipfile.ZipFile(path)


@pytest.fixture(scope="module")
def metadata(wheel: zipfile.ZipFile) -> str:
    (name,) = (name for name in wheel.namelist() if name.endswith(".dist-info/METADATA"))
    return wheel.read(name).decode()


def test_the_wheel_has_the_package_and_the_catalogue(wheel: zipfile.ZipFile) -> None:
    names = set(wheel.namelist())
    definitions = {
        f"layerwise/catalogue/{path.relative_to(ROOT / 'networks')}" for path in (ROOT / "networks").rglob("*.yml")
    }
    assert len(definitions) > 100
    assert definitions <= names
    sources = ROOT / "generator"
    files = (path for path in sources.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    assert {path.relative_to(sources).as_posix() for path in files} <= names
    assert {name.partition("/")[0] for name in names if ".dist-info" not in name} == {"layerwise"}
    assert [name for name in names if name.endswith("licenses/LICENSE")]
    assert sum(info.compress_size for info in wheel.infolist()) < 1_500_000


def test_the_sdist_builds_and_tests_the_package() -> None:
    (path,) = (ROOT / "dist").glob("*.tar.gz")
    with tarfile.open(path) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {
        "LICENSE",
        "README.md",
        "CHANGELOG.md",
        "Makefile",
        "package.json",
        "mkdocs.yml",
        "networks/lenet-5.yml",
    } <= names
    assert not [name for name in names if re.search(r"node_modules|\.venv|__pycache__|(^|/)\.git/", name)]


def test_the_library_needs_little(metadata: str) -> None:
    needed = message_from_string(metadata).get_all("Requires-Dist") or []
    always = {re.split(r"[<>=; ]", requirement)[0] for requirement in needed if "extra ==" not in requirement}
    assert always == {"click", "markupsafe", "pyyaml", "wcwidth"}
    site = {re.split(r"[<>=; ]", requirement)[0] for requirement in needed if "extra == 'site'" in requirement}
    assert site == {"jinja2", "markdown", "mkdocs", "mkdocs-material", "pygments"}


def test_the_metadata_have_authors_and_addresses(metadata: str) -> None:
    fields = message_from_string(metadata)
    assert fields["Author"] == "Layerwise contributors"
    assert fields["License-Expression"] == "MIT"
    labels = {url.partition(",")[0] for url in fields.get_all("Project-URL") or []}
    assert labels == {"Documentation", "Source", "Issues", "Changelog"}
    assert not re.search(r"\]\((?!https?:|#)", str(fields.get_payload()))  # relative links and pictures


def test_versions_agree(metadata: str) -> None:
    version = message_from_string(metadata)["Version"]
    assert f"\nversion: {version}\n" in (ROOT / "CITATION.cff").read_text(encoding="utf-8")


def test_the_library_alone_runs_in_an_environment_without_extras(tmp_path: Path) -> None:
    (wheel,) = (ROOT / "dist").glob("*.whl")
    python = tmp_path / "venv" / "bin" / "python"
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "venv"], check=True)
    subprocess.run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", wheel], check=True)
    code = "import layerwise; print(layerwise.network('resnet-50').parameters)"
    run = subprocess.run([python, "-c", code], cwd=tmp_path, check=True, capture_output=True, encoding="utf-8")
    assert run.stdout == "25557032\n"
    shown = [str(python), "-m", "layerwise", "show", "lenet-5"]
    assert "61,706" in subprocess.run(shown, cwd=tmp_path, check=True, capture_output=True, encoding="utf-8").stdout
