"""The plugin in a small project of its own."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from mkdocs.exceptions import Abort

from tests.projects import TEMPLATE, TINY, write_definitions
from tests.site.conftest import build_site


def failure(project: Path, caplog: pytest.LogCaptureFixture) -> str:
    """The output of a build that must fail."""
    with pytest.raises(Abort) as error:
        build_site(project, project / "site")
    return caplog.text + str(error.value)


def test_pages_appear_for_definitions_and_not_in_the_sources(project: Path) -> None:
    def files() -> list[Path]:
        return sorted(path for path in project.rglob("*") if path.is_file() and project / "site" not in path.parents)

    before = files()
    build_site(project, project / "site")
    assert "2 networks" in (project / "site" / "index.html").read_text()
    # 8·8·3 → 6·6·4: 3·3·3·4 + 4 = 112 and 6·6·4·10 + 10 = 1,450
    assert "1,562" in (project / "site" / "networks" / "tiny" / "index.html").read_text()
    assert files() == before


def test_networks_can_be_called_like_sections(project: Path) -> None:
    names = ("Memory", "Claims", "Notes", "Definition")
    write_definitions(project, **{name.lower(): TINY.replace("Tiny", name) for name in names})
    build_site(project, project / "site")
    for name in names:
        page = (project / "site" / "networks" / name.lower() / "index.html").read_text(encoding="utf-8")
        ids = re.findall(r'<h\d id="([^"]+)"', page)
        assert len(ids) > 5
        assert len(ids) == len(set(ids))


def test_errors_end_the_build_with_their_places(project: Path, caplog: pytest.LogCaptureFixture) -> None:
    (project / "networks" / "tiny.yml").write_text("name: Tiny\ninput: 8x8x3\nlayers:\n  - {cnv: 3x3x4}\n")
    (project / "networks" / "worse.yml").write_text("name: Worse\ninput: 8x8x3\nlayers:\n  - {conv: 3x3x}\n")
    printed = failure(project, caplog)
    assert "networks/tiny.yml:4:6: unknown layer kind or block 'cnv'; did you mean 'conv'?" in printed
    assert "networks/worse.yml:4:12: conv: expected" in printed


def test_wrong_claim_ends_the_build(project: Path, caplog: pytest.LogCaptureFixture) -> None:
    file = project / "networks" / "tiny.yml"
    file.write_text(file.read_text() + "claims:\n  - {source: a paper, parameters: 1563}\n")
    assert "tiny.yml:8:35: Tiny: a paper says parameters 1563, but the calculation gives 1562" in failure(
        project, caplog
    )


def test_hand_written_page_in_the_place_of_a_generated_one(project: Path, caplog: pytest.LogCaptureFixture) -> None:
    (project / "docs" / "networks").mkdir()
    (project / "docs" / "networks" / "tiny.md").write_text("# Mine\n")
    assert "docs/networks/tiny.md has the path of a generated file" in failure(project, caplog)


def test_two_definitions_of_one_page(project: Path, caplog: pytest.LogCaptureFixture) -> None:
    (project / "networks" / "tiny.yaml").write_text((project / "networks" / "tiny.yml").read_text())
    assert "page networks/tiny/ already belongs to" in failure(project, caplog)


def test_wrong_expression_on_a_page(project: Path, caplog: pytest.LogCaptureFixture) -> None:
    (project / "docs" / "index.md").write_text(TEMPLATE + "# Home\n\n{{ network('lenet').parameters }}\n")
    assert "index.md:6:1: there is no network 'lenet'; did you mean 'lenet-5'?" in failure(project, caplog)


def test_error_of_an_expression_has_its_line(project: Path, caplog: pytest.LogCaptureFixture) -> None:
    (project / "docs" / "index.md").write_text("---\ntitle: Home\nlayerwise: template\n---\n# Home\n\n{{ 1 / 0 }}\n")
    assert "index.md:7:1: division by zero (ZeroDivisionError)" in failure(project, caplog)


def test_errors_in_definitions_keep_the_last_site(project: Path, caplog: pytest.LogCaptureFixture) -> None:
    build_site(project, project / "site")
    before = {path: path.read_bytes() for path in (project / "site").rglob("*") if path.is_file()}
    (project / "networks" / "tiny.yml").write_text("name: Tiny\n")
    failure(project, caplog)
    assert {path: path.read_bytes() for path in (project / "site").rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("definition", ["", "name: Net\ninput: 8x8x3\nlayers: [{fc: 10}]\n"], ids=["none", "no year"])
def test_a_site_needs_no_years(project: Path, definition: str) -> None:
    for file in (project / "networks").iterdir():
        file.unlink()
    if definition:
        (project / "networks" / "net.yml").write_text(definition)
    build_site(project, project / "site")
    assert f"{int(bool(definition))} networks." in (project / "site" / "index.html").read_text(encoding="utf-8")


def test_builds_are_identical(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    build_site(project, project / "one")
    build_site(project, project / "two")
    files = sorted(path.relative_to(project / "one") for path in (project / "one").rglob("*") if path.is_file())
    assert files == sorted(path.relative_to(project / "two") for path in (project / "two").rglob("*") if path.is_file())
    assert [f for f in files if (project / "one" / f).read_bytes() != (project / "two" / f).read_bytes()] == []


def test_pages_have_no_style_attributes(project: Path) -> None:
    (project / "docs" / "table.md").write_text("# T\n\n| a | b |\n|:--|--:|\n| x | 1 |\n")
    build_site(project, project / "site")
    for page in (project / "site").rglob("*.html"):
        assert not re.search(r"<[a-z][^<>]*\sstyle=", page.read_text(encoding="utf-8")), page
