"""No definition runs away: what would expand without end is refused, within a budget of the whole file.

The worst cases run in a process of its own that may use but so much memory and processor time.
"""

from __future__ import annotations

import resource
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from layerwise.core import limits
from layerwise.core.errors import DefinitionError
from layerwise.definition import load, parse
from layerwise.network.assembly import Budget, assemble
from layerwise.network.catalogue import Catalogue, calculate

HEAD = "name: T\ninput: 8x8x3\n"
NOTHING = "{relu: , when: false}"
ALIKE = "a" * 90
MEGABYTE = 2**20


def chain(count: int, uses: str, first: str) -> str:
    """Blocks b0 to b{count - 1}, each of which uses the one before it."""
    blocks = [f"  b0: {{layers: [{first}]}}\n"]
    blocks += [f"  b{n}: {{layers: [{uses.replace('B', f'b{n - 1}')}]}}\n" for n in range(1, count)]
    return "blocks:\n" + "".join(blocks)


def variants(count: int, metadata: str = "") -> str:
    return "variants:\n" + "".join(f"  V{n}: {metadata}\n" for n in range(count))


LAYERS = f"too many layers; all networks of a file have at most {limits.LAYERS:,}"
NETWORK = f"too many layers; a network has at most {limits.NETWORK_LAYERS:,}"
WORK = f"too many steps; all networks of a file expand in at most {limits.WORK:,}"
NEST = f"blocks, stages and branches nest at most {limits.GROUPS} deep; does a block use itself?"
FIGURE = f"{limits.FIGURE:,}"

HOSTILE = {
    "a billion layers": (
        "layers: [{stage: a, repeat: 1000, layers: [{stage: b, repeat: 1000, layers: [{relu: , repeat: 1000}]}]}]",
        NETWORK,
    ),
    "a trillion of nothing": (
        f"layers: [{{stage: a, repeat: 9999, layers: [{{stage: b, repeat: 9999, layers: [{NOTHING}]}}]}}]",
        WORK,
    ),
    "blocks ten times each other": (f"layers: [b20]\n{chain(21, ', '.join('B' * 10), 'relu')}", NETWORK),
    "blocks of nothing ten times each other": (f"layers: [b20]\n{chain(21, ', '.join('B' * 10), NOTHING)}", WORK),
    "branches twice each other": (f"layers: [b20]\n{chain(21, '{add: [B, B]}', 'relu')}", NEST),
    "branches of itself": ("layers: [b]\nblocks: {b: {layers: [{add: [b, b, b, b]}]}}", NEST),
    "different layers": (
        "layers: [{conv: 1x1x$(index + 1), norm: batch_norm, repeat: 9999}]",
        NETWORK,
    ),
    "strides": ("layers: [{conv: 1x1x1, stride: 100000000, repeat: 9999}]", f"receptive field is larger than {FIGURE}"),
    "weights": ("layers: [{fc: 100000000}, {fc: 100000000}]", f"FC: it has more than {FIGURE} parameters"),
    "a kernel": (
        "layers: [{conv: 10000000x10000000x100000000, padding: 5000000}]",
        f"it has more than {FIGURE} multiply-accumulates",
    ),
    "a sum": (
        "layers: [{fc: 30000000}, {fc: 30000000}, {fc: 30000000}]",
        f"T: it has more than {FIGURE} parameters",
    ),
    "an image": ("layers: [relu]\nvariants: {A: {input: 100000000x100000000x1}}", f"more than {FIGURE} activations"),
    "work": ("layers: [{conv: 1000x1000x100000, padding: 50000}]", f"it has more than {FIGURE} multiply-accumulates"),
    "variants of many layers": (
        f"parameters: {{n: 1}}\nlayers: [{{relu: , repeat: $n}}]\n{variants(100, '{with: {n: 9999}}')}",
        LAYERS,
    ),
    "variants of nothing": (
        f"layers: [{{stage: a, repeat: 9999, layers: [{NOTHING}]}}]\n{variants(100)}",
        WORK,
    ),
    "expressions in every block": (
        "layers: [{b: , repeat: 9999}]\nblocks: {b: {let: {"
        + ", ".join(f"x{n}: $({'+'.join('1' * 28)})" for n in range(99))
        + f"}}, layers: [{NOTHING}]}}}}",
        WORK,
    ),
    "names that are much alike": (
        "parameters: {" + ", ".join(f"{ALIKE}{n}: 1" for n in range(99)) + "}\n"
        "layers: [" + ", ".join(f"{{relu: , name: ${ALIKE}x{n}}}" for n in range(99)) + "]",
        "is not known here",
    ),
    "names that nothing uses": (
        "parameters: {" + ", ".join(f"groups{n}: 1" for n in range(99)) + "}\n"
        f"let: {{{', '.join(f'{option}: 1' for option in ('groups', 'stride', 'padding', 'dilation', 'bias'))}}}\n"
        "layers: [" + ", ".join(["{conv: 1x1x3, name: grou}"] * 900) + "]",
        "parameter 'groups98' is never used; use it as $groups98, or delete it",
    ),
    "spaces after a kind": (f"layers: ['conv{' ' * 1900}))']", "unknown layer kind or block 'conv "),
    "claims of long names": (
        f"layers: [{{stage: {'a' * 99}, layers: [{{relu: , name: {'b' * 99}, repeat: 4900}}]}}]\n"
        f"claims: [{', '.join(['{source: s, of: zz, macs: 0}'] * 100)}]",
        "T has no 'zz'",
    ),
}  # fmt: skip


def bounded() -> None:
    """200 MB for Python and all that is calculated, and a minute on the slowest machine."""
    resource.setrlimit(resource.RLIMIT_DATA, (200 * MEGABYTE, 200 * MEGABYTE))
    resource.setrlimit(resource.RLIMIT_CPU, (60, 60))


@pytest.fixture(scope="module")
def check_errors(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The errors that ``layerwise check`` prints for all these files, one after the other in one process."""
    folder = tmp_path_factory.mktemp("hostile")
    files = [folder / f"{name.replace(' ', '-')}.yml" for name in HOSTILE]
    for file, (text, _) in zip(files, HOSTILE.values(), strict=True):
        file.write_text(HEAD + text + "\n", encoding="utf-8")
    command = [sys.executable, "-m", "layerwise", "check", *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, preexec_fn=bounded)
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr


@pytest.mark.parametrize("name", HOSTILE)
def test_refused_within_bounds(check_errors: str, name: str) -> None:
    lines = [line for line in check_errors.splitlines() if f"/{name.replace(' ', '-')}.yml:" in line]
    assert any(HOSTILE[name][1] in line for line in lines)


def test_the_budget_is_that_of_the_whole_file() -> None:
    definition = parse(f"{HEAD}layers: [{{relu: , repeat: 4000}}]\n{variants(3)}", "t")
    *first, last = definition.variants
    budget = Budget()
    assert [len(assemble(definition, variant, budget).layers) for variant in first] == [4000, 4000]
    with pytest.raises(DefinitionError, match=LAYERS):
        assemble(definition, last, budget)
    assert len(assemble(definition, last).layers) == 4000


def test_errors_are_reported_up_to_a_limit() -> None:
    with pytest.raises(DefinitionError) as error:
        parse(f"{HEAD}layers: [{', '.join(f'zz{n}' for n in range(999))}]\n", "t")
    assert len(error.value.diagnostics) == limits.SHOWN_ERRORS + 1
    assert error.value.diagnostics[-1].message == "too many errors; only the first 100 are shown"


def test_errors_of_branches_are_reported_up_to_a_limit() -> None:
    branches = ", ".join(["[{conv: 9x9x1}]"] * 99)
    text = f"{HEAD}layers: [{{add: [{branches}]}}, relu]\n{variants(9)}"
    with pytest.raises(DefinitionError) as error:
        calculate(parse(text, "t"), Path("t"))
    assert len(error.value.diagnostics) == 99


def test_every_limit_is_in_the_table() -> None:
    names = {name for name, value in vars(limits).items() if name.isupper() and isinstance(value, int)}
    assert {limit.name for limit in limits.TABLE} == names
    for limit in limits.TABLE:
        assert limit.value == getattr(limits, limit.name)


def test_figures_stay_exact_in_javascript() -> None:
    # the largest whole number up to which all are exact there: 2⁵³; 8 bytes for each value
    assert limits.FIGURE * 8 < 2**53
    assert 10**limits.DIGITS < 2**53
    assert limits.RESULT < 2**53


def test_real_definitions_need_a_part_of_the_limits(catalogue: Catalogue) -> None:
    layers = Counter[Path]()
    for entry in catalogue.entries:
        layers[entry.file] += len(entry.network.layers)
    ((largest, count),) = layers.most_common(1)
    assert count < limits.LAYERS / 2
    assert max(len(entry.network.layers) for entry in catalogue.entries) < limits.NETWORK_LAYERS * 2 / 3
    assert max(file.stat().st_size for file in layers) < limits.FILE_BYTES / 5
    definition, budget = load(largest), Budget()
    for variant in definition.variants:
        assemble(definition, variant, budget)
    assert limits.WORK - budget.work < limits.WORK / 5
