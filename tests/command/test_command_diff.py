"""``layerwise diff``, and the alignment of layers."""

from __future__ import annotations

import random
import subprocess
from functools import cache
from pathlib import Path

import pytest

from layerwise.__main__ import main
from layerwise.definition import parse
from layerwise.network.catalogue import Catalogue, calculate
from layerwise.network.diff import diff, longest_common
from layerwise.network.graph import Network

A = "name: A\ninput: 8x8x3\nlayers:\n  - {conv: 3x3x4}\n  - {max_pool: 2x2}\n  - {fc: 10}\n"
B = "name: B\ninput: 8x8x3\nlayers:\n  - {conv: 3x3x4, stride: 2}\n  - relu\n  - {fc: 10}\n"
# A: 6·6·(3·3·3)·4 and 3·3·4·10 MACs; B: 3·3·27·4, and the same fc; memory of 8·8·3 + 6·6·4 and 8·8·3 + 3·3·4 values
EXPECTED = """\
A → B
  Network layer  Output  Calculation formula  Number of parameters   MACs  Changes
───────────────  ──────  ───────────────────  ────────────────────  ─────  ────────────
~ Conv           6×6×4   3×3×3×4 + 4                           112  3,888  stride 1 → 2
  →              3×3×4                                                972
- MaxPool        3×3×4                                           0      0
+ ReLU           3×3×4                                           0      0
  … 1 equal layer

Total                    A         B  Difference
────────────────  ────────  ────────  ──────────  ───────
Layers                   3         3
Parameters             482       482
Parameter memory  1.883 KB  1.883 KB
MACs                 4,248     1,332      −2,916  −68.6 %
Activations            190        82        −108  −56.8 %
Peak memory       1.312 KB  0.891 KB   −0.422 KB  −32.1 %
Depth                    2         2
Receptive field          4         3
Input                8×8×3     8×8×3
Layers: 1 added, 1 removed, 1 changed, 1 equal.
"""
FAMILY = "name: F\ninput: 8x8x3\nparameters: {n: }\nvariants:\n  One: {with: {n: 1}}\n  Two: {with: {n: %d}}\n"
LAYERS = "layers: [{fc: $n}]\n"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A git repository with definitions, as the working directory."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "networks").mkdir()
    for name, text in {"a": A, "b": B, "f": FAMILY % 2 + LAYERS}.items():
        (tmp_path / "networks" / f"{name}.yml").write_text(text)
    return tmp_path


@pytest.fixture
def committed(here: Path) -> Path:
    git = ["git", "-c", "user.name=x", "-c", "user.email=x", "-c", "commit.gpgsign=false"]
    for arguments in (["init", "-q"], ["add", "."], ["commit", "-qm", "First"]):
        subprocess.run([*git, *arguments], check=True)
    return here


@pytest.mark.usefixtures("here")
def test_table_of_two_networks(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", "a", "networks/b.yml"]) == 1
    assert capsys.readouterr().out == EXPECTED


EQUAL = {
    ("a", "networks/a.yml"): "A: no differences\n",
    ("f", "networks/f.yml"): "One: no differences\nTwo: no differences\n",
    ("f", "two"): "Two: no differences\n",
    ("networks/f.yml#one", "networks/f.yml"): "One: no differences\n",
    ("HEAD:networks/a.yml", "a"): "A: no differences\n",
    ("HEAD:networks/f.yml#two", "two"): "Two: no differences\n",
}


@pytest.mark.parametrize("call", EQUAL)
@pytest.mark.usefixtures("committed")
def test_equal_networks(call: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", *call]) == 0
    assert capsys.readouterr().out == EQUAL[call]


@pytest.mark.usefixtures("here")
def test_one_number_for_both_sides_is_no_difference(capsys: pytest.CaptureFixture[str]) -> None:
    for name, options in {"one": "stride: 2, padding: 1", "two": "stride: 2x2, padding: 1x1x1x1"}.items():
        layers = f"[{{conv: 3x3x4, {options}}}]"
        Path("networks", f"{name}.yml").write_text(f"name: N\ninput: 8x8x3\nlayers: {layers}\n")
    assert main(["diff", "networks/one.yml", "networks/two.yml"]) == 0
    assert capsys.readouterr().out == "N: no differences\n"


def test_versions_of_a_family(committed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = committed / "networks" / "f.yml"
    file.write_text(FAMILY % 3 + "  Three: {with: {n: 3}}\n" + LAYERS)
    assert main(["diff", "HEAD:networks/f.yml", "networks/f.yml"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == ["One: no differences", "Two"]
    assert lines[-1] == "+ Three"
    assert "Parameters             386       579        +193  +50.0 %" in lines  # 8·8·3·2 + 2 and 8·8·3·3 + 3


TROUBLE = {
    ("a", "bad.yml"): "bad.yml:1:1: a network needs layers\n    1 | name: Bad\n",
    ("HEAD:bad.yml", "a"): "HEAD:bad.yml:1:1: ",
    ("a", "f"): "layerwise: f has several networks; name one of them: one, two\n",
    ("a", "nothing.yml"): "nothing.yml:1:1: cannot be read: No such file or directory",
    ("HEAD:nothing.yml", "a"): "layerwise: HEAD:nothing.yml cannot be read: git reports: path 'nothing.yml' does not",
    ("--", "-p:x.yml", "a"): "layerwise: -p:x.yml cannot be read: git reports: ",
}


@pytest.mark.parametrize("call", TROUBLE)
def test_trouble_is_no_difference(
    call: tuple[str, ...], here: Path, request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "bad.yml").write_text("name: Bad\n")
    request.getfixturevalue("committed")
    assert main(["diff", *call]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert TROUBLE[call].rstrip("\n") in printed.err


def test_a_large_file_in_git_is_not_read_completely(committed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (committed / "large.yml").write_bytes(b"# " + b"x" * 10_000_000)
    git = ["git", "-c", "user.name=x", "-c", "user.email=x", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", "add", "large.yml"], check=True)
    subprocess.run([*git, "commit", "-qm", "Large"], check=True)
    assert main(["diff", "HEAD:large.yml", "a"]) == 2
    assert capsys.readouterr().err.startswith(
        "HEAD:large.yml:1:1: file too large; a definition has at most 100,000 bytes\n"
    )


# --- differences ----------------------------------------------------------------------------------------------------


def network(layers: str) -> Network:
    return (
        calculate(parse(f"name: N\ninput: 8x8x4\nlayers: {layers}\n", "n.yml"), Path("n.yml"))
        .sound()
        .entries[0]
        .network
    )


def marks(before: str, after: str) -> str:
    """One sign for each step: = equal, ~ changed, - removed, + added."""
    signs = []
    for step in diff(network(before), network(after)):
        if step.before is None or step.after is None:
            signs.append("+" if step.before is None else "-")
        else:
            signs.append("~" if step.changes else "=")
    return "".join(signs)


SAME = "[relu, {conv: 1x1x4}, relu]"
MARKS = {
    (SAME, SAME): "===",
    (SAME, "[relu, {conv: 1x1x4}, relu, relu]"): "===+",
    (SAME, "[{conv: 1x1x4}, relu]"): "-==",
    (SAME, "[relu, {conv: 1x1x4, name: Other}, relu]"): "===",  # names are not compared
    (SAME, "[{stage: s, layers: [relu, {conv: 1x1x4}]}, relu]"): "===",  # nor are stages
    (SAME, "[relu, {conv: 1x1x4, activation: relu}, relu]"): "=~=",
    (SAME, "[relu, {conv: 1x1x8}, relu]"): "=~~",  # the last one's input has another shape
    (SAME, "[relu, {avg_pool: 1x1}, relu]"): "=-+=",
    # kept outputs are compared, not their names
    ("[{relu: , as: a}, {add: [tanh, {from: a}]}]", "[{relu: , as: b}, {add: [tanh, {from: b}]}]"): "===",
    # the same layers, but one branch takes another output
    (
        "[{relu: , as: a}, {tanh: , as: b}, {add: {x: [{from: a}, sigmoid], a: {from: a}, b: {from: b}}}]",
        "[{relu: , as: a}, {tanh: , as: b}, {add: {x: [{from: b}, sigmoid], a: {from: a}, b: {from: b}}}]",
    ): "==~=",
}


@pytest.mark.parametrize("case", MARKS)
def test_differences(case: tuple[str, str]) -> None:
    assert marks(*case) == MARKS[case]


def test_depth_of_a_family(catalogue: Catalogue) -> None:
    # Simonyan & Zisserman, Table 1: VGG-19 (E) has one convolution more than VGG-16 (D) in conv3, conv4 and conv5 each
    steps = diff(catalogue.entry("vgg-16").network, catalogue.entry("vgg-19").network)
    added = [step.after for step in steps if not step.is_equal]
    assert [(row.path, row.layer.kind) for row in added if row] == [
        (("conv3",), "conv"),
        (("conv4",), "conv"),
        (("conv5",), "conv"),
    ]
    # He et al., Table 1: ResNet-101 has 23 blocks in conv4_x instead of 6
    steps = diff(catalogue.entry("resnet-50").network, catalogue.entry("resnet-101").network)
    blocks = {step.after.path[:2] for step in steps if step.before is None and step.after}
    assert len(blocks) == 17
    assert all(step.is_equal for step in steps if step.before)


def test_a_longest_common_subsequence() -> None:
    chance = random.Random(1)
    for _ in range(300):
        before = chance.choices("abc", k=chance.randint(0, 9))
        after = chance.choices("abcd", k=chance.randint(0, 9))
        pairs = list(longest_common(before, after))
        assert [before[i] for i, _ in pairs] == [after[j] for _, j in pairs]
        assert pairs == sorted(pairs)
        assert len({i for i, _ in pairs}) == len({j for _, j in pairs}) == len(pairs) == longest(before, after)


def longest(before: list[str], after: list[str]) -> int:
    """The length by the textbook's recursion."""

    @cache
    def of(i: int, j: int) -> int:
        if i == len(before) or j == len(after):
            return 0
        return 1 + of(i + 1, j + 1) if before[i] == after[j] else max(of(i + 1, j), of(i, j + 1))

    return of(0, 0)
