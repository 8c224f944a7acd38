"""Documentation is true: examples run, excerpts are in their files, and files, targets and imports are as it says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.documentation import ROOT, TARGETS, Block, Shell, blocks, framed, merged, mistake_in, same

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
HOUSE = ROOT / "docs" / "how-it-is-built.md"


def named(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_examples(page: Path, tmp_path: Path) -> None:
    assert "~~~" not in text_of(page), "examples stand between backticks"
    examples = list(blocks(text_of(page)))
    shell = Shell(tmp_path) if examples else None
    wrong = [
        f"{named(page)}:{block.line}: {diagnostic}"
        for block in examples
        if shell and (diagnostic := mistake_in(block, shell))
    ]
    assert not wrong, "\n".join(wrong)


PATH = re.compile(r"`((?:generator|tests|docs|networks|schema|benchmarks|\.github|\.ci)/[\w./-]*)`")
ADDRESS = re.compile("networks/[a-z0-9-]+/")
"""Of a page on the site, which looks like a path."""


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_files_that_are_named_exist(page: Path) -> None:
    made = {block.value for block in blocks(text_of(page))}
    paths = {path for path in PATH.findall(text_of(page)) if not ADDRESS.fullmatch(path)} - made
    assert [path for path in sorted(paths) if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_targets_that_are_named_exist(page: Path) -> None:
    assert set(re.findall(r"`make ([a-z-]+)", text_of(page))) <= TARGETS


# --- the tests of the examples ----------------------------------------------------------------------------------------


def block(language: str, text: str, said: str = "", value: str = "") -> Block:
    return Block(1, language, text.splitlines(), said, value)


WRONG = {
    "no language": block("", "x"),
    "a language that is not tested": block("json", "{}"),
    "an example as a drawing": block("text", "$ layerwise check"),
    "a misspelt option": block("yaml", "- {conv: 3x3x8, pading: 1}"),
    "a wrong claim": block("yaml", "name: A\ninput: 8x8x3\nlayers: [{fc: 1}]\nclaims: [{source: x, parameters: 1}]"),
    "a mistake that is none": block("yaml", "name: A\ninput: 8x8x3\nlayers: relu", "file with mistakes", "a.yml"),
    "an excerpt that is not there": block("yaml", "# networks/lenet-5.yml\nlayers:\n  - {conv: 5x5x7}"),
    "an excerpt in another order": block("yaml", "# networks/lenet-5.yml\nlayers:\n# …\nyear: 1998"),
    "an excerpt that is indented otherwise": block("yaml", "# networks/lenet-5.yml\nlayers:\n- {max_pool: 2x2}"),
    "another output": block("console", "$ layerwise check networks/lenet-5.yml\n1 definition, 2 networks: no errors"),
    "no output": block("console", "$ layerwise check networks/lenet-5.yml"),
    "an unknown program": block("console", "$ ls"),
    "a wrong call": block("console", "$ layerwise show nothing\n…"),
    "an unknown target": block("sh", "make nothing"),
    "a command that fails": block("sh", "layerwise show nothing"),
    "Python that is none": block("python", "def"),
}


@pytest.mark.parametrize("example", WRONG)
def test_wrong_examples_are_found(example: str, tmp_path: Path) -> None:
    assert mistake_in(WRONG[example], Shell(tmp_path))


def test_blocks_of_a_page() -> None:
    page = (
        "x\n\n<!-- file: a.yml -->\n```yaml\na: 1\n\nb: 2\n```\n\n  ````text\n  ```\n  ````\n\n```console\n$ x\n```\n"
    )
    assert list(blocks(page)) == [
        Block(4, "yaml", ["a: 1", "", "b: 2"], "file", "a.yml"),
        Block(10, "text", ["```"]),
        Block(14, "console", ["$ x"]),
    ]


def test_keys_are_put_into_a_file() -> None:
    text = "# first\nname: A\ninput: 1x1x1\nblocks:\n  b: 1\nlayers:\n  - relu\n"
    keys = "layers: []\nclaims:\n  - x\n\nblocks:\n  c: 2\n"
    expected = "# first\nname: A\ninput: 1x1x1\nclaims:\n  - x\n\nblocks:\n  c: 2\nlayers: []\n"
    assert merged(text, keys) == expected


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("- relu\n", "layers:\n  - relu\nname: Example\ninput: 56x56x64\n"),
        ("year: 2015\n", "year: 2015\nname: Example\ninput: 56x56x64\nlayers: [{fc: 10}]\n"),
        ("name: A\nlayers: relu\n", "name: A\nlayers: relu\n"),
    ],
)
def test_fragments_get_a_frame(text: str, whole: str) -> None:
    assert framed(text) == whole


@pytest.mark.parametrize(
    ("expected", "printed", "equal"),
    [
        ("a b", "a b", True),
        ("a", "a b", False),
        ("a …", "a b c", True),
        ("… c", "a b c", True),
        ("…", "", True),
        ("a … c", "a c", True),
        ("a … c", "a b", False),
        (".", "a", False),
    ],
)
def test_what_an_ellipsis_stands_for(expected: str, printed: str, equal: bool) -> None:
    assert same(expected.split(), printed.split()) is equal
