"""Documentation matches the code: examples run, snippets are in their files, and files and targets exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.documentation import ROOT, TARGETS, Block, Shell, blocks, complete, find_error, matches, merge_keys

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]


def relative_path(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def read(page: Path) -> str:
    return page.read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES, ids=relative_path)
def test_examples(page: Path, tmp_path: Path) -> None:
    assert "~~~" not in read(page), "fence examples with backticks"
    examples = list(blocks(read(page)))
    shell = Shell(tmp_path) if examples else None
    errors = [
        f"{relative_path(page)}:{block.line}: {error}"
        for block in examples
        if shell and (error := find_error(block, shell))
    ]
    assert not errors, "\n".join(errors)


PATH = re.compile(r"`((?:generator|tests|docs|networks|schema|benchmarks|\.github|\.ci)/[\w./-]*)`")
ADDRESS = re.compile("networks/[a-z0-9-]+/")
"""The address of a page on the site, which looks like a path."""


@pytest.mark.parametrize("page", PAGES, ids=relative_path)
def test_mentioned_files_exist(page: Path) -> None:
    example_files = {block.file for block in blocks(read(page))}
    paths = {path for path in PATH.findall(read(page)) if not ADDRESS.fullmatch(path)} - example_files
    assert [path for path in sorted(paths) if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=relative_path)
def test_mentioned_targets_exist(page: Path) -> None:
    assert set(re.findall(r"`make ([a-z-]+)", read(page))) <= TARGETS


# --- the tests of the examples ----------------------------------------------------------------------------------------


def block(language: str, text: str, directive: str = "", file: str = "") -> Block:
    return Block(1, language, text.splitlines(), directive, file)


WRONG = {
    "no language": block("", "x"),
    "a language that is not tested": block("json", "{}"),
    "an example as a drawing": block("text", "$ layerwise check"),
    "a misspelled option": block("yaml", "- {conv: 3x3x8, pading: 1}"),
    "a wrong claim": block("yaml", "name: A\ninput: 8x8x3\nlayers: [{fc: 1}]\nclaims: [{source: x, parameters: 1}]"),
    "a missing error": block("yaml", "name: A\ninput: 8x8x3\nlayers: relu", "file with errors", "a.yml"),
    "a missing snippet": block("yaml", "# networks/lenet-5.yml\nlayers:\n  - {conv: 5x5x7}"),
    "a snippet in a different order": block("yaml", "# networks/lenet-5.yml\nlayers:\n# …\nyear: 1998"),
    "a snippet with different indentation": block("yaml", "# networks/lenet-5.yml\nlayers:\n- {max_pool: 2x2}"),
    "different output": block("console", "$ layerwise check networks/lenet-5.yml\n1 definition, 2 networks: no errors"),
    "no output": block("console", "$ layerwise check networks/lenet-5.yml"),
    "an unknown program": block("console", "$ ls"),
    "a command with wrong arguments": block("console", "$ layerwise show nothing\n…"),
    "an unknown target": block("sh", "make nothing"),
    "a command that fails": block("sh", "layerwise show nothing"),
    "a session with another output": block("pycon", ">>> 1 + 1\n3"),
    "a session without input": block("pycon", "3"),
    "invalid Python": block("python", "def"),
}


@pytest.mark.parametrize("example", WRONG)
def test_wrong_examples_are_detected(example: str, tmp_path: Path) -> None:
    assert find_error(WRONG[example], Shell(tmp_path))


def test_blocks_of_a_page() -> None:
    page = (
        "x\n\n<!-- file: a.yml -->\n```yaml\na: 1\n\nb: 2\n```\n\n  ````text\n  ```\n  ````\n\n```console\n$ x\n```\n"
    )
    assert list(blocks(page)) == [
        Block(4, "yaml", ["a: 1", "", "b: 2"], "file", "a.yml"),
        Block(10, "text", ["```"]),
        Block(14, "console", ["$ x"]),
    ]


def test_keys_are_merged_into_a_file() -> None:
    text = "# first\nname: A\ninput: 1x1x1\nblocks:\n  b: 1\nlayers:\n  - relu\n"
    keys = "layers: []\nclaims:\n  - x\n\nblocks:\n  c: 2\n"
    expected = "# first\nname: A\ninput: 1x1x1\nclaims:\n  - x\n\nblocks:\n  c: 2\nlayers: []\n"
    assert merge_keys(text, keys) == expected


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("- relu\n", "layers:\n  - relu\nname: Example\ninput: 56x56x64\n"),
        ("year: 2015\n", "year: 2015\nname: Example\ninput: 56x56x64\nlayers: [{fc: 10}]\n"),
        ("name: A\nlayers: relu\n", "name: A\nlayers: relu\n"),
    ],
)
def test_fragments_are_completed(text: str, whole: str) -> None:
    assert complete(text) == whole


@pytest.mark.parametrize(
    ("expected", "output", "equal"),
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
def test_ellipsis_matches_any_lines(expected: str, output: str, equal: bool) -> None:
    assert matches(expected.split(), output.split()) is equal
