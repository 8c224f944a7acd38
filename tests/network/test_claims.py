"""Published figures compared with calculated ones: exact, rounded, of a part, and different."""

from __future__ import annotations

import pytest

from layerwise.definition import parse
from layerwise.network.assembly import assemble
from layerwise.network.claims import agrees, check, find
from layerwise.network.graph import Network

NETWORK = """
name: Test
input: 8x8x3
blocks:
  b: {parameters: [w], layers: [{conv: 3x3x$w, padding: 1, norm: batch_norm}, {conv: 1x1x$w, name: last}]}
layers:
  - {conv: 1x1x4, name: stem}
  - {stage: s, layers: [{b: 2, name: one}, {b: 4, name: two}]}
  - {stage: two, layers: [{max_pool: 2x2}, {b: 2, name: two}]}
  - {add: {main: [{conv: 3x3x2, padding: 1}], shortcut: identity}, name: a/b}
  - {output: [{fc: 5}], name: aux}
  - {fc: 10, name: logits}
"""
# stem       3·4 + 4 = 16 parameters, 64·12 = 768 MACs, 64·4 = 256 activations
# s/one      9·4·2 + 2 = 74, 2·2 = 4, 2·2 + 2 = 6: 84; 64·72 + 64·4 = 4,864; 3·64·2 = 384; 4 running statistics
# s/two      9·2·4 + 4 = 76, 2·4 = 8, 4·4 + 4 = 20: 104; 64·72 + 64·16 = 5,632; 3·64·4 = 768; 8 running statistics
# two/two    on 4×4: 84; 16·72 + 16·4 = 1,216; 3·16·2 = 96; 4 running statistics
# pool       16·4 = 64 activations
# a/b        9·2·2 + 2 = 38; 16·36 = 576; 2·16·2 = 64
# aux        32·5 + 5 = 165; 160; 5
# fc         32·10 + 10 = 330; 320; 10
# total      16 + 84 + 104 + 84 + 38 + 330 = 656, and 165
# depth      stem, 2 + 2, 2, 1, fc: 9
# receptive field: 3×3 after one, 5 after two, 6 after the pool with stride 2, 10 after two/two, 14 after a/b


def network(claims: str = "") -> Network:
    definition = parse(NETWORK + (f"claims: [{claims}]\n" if claims else ""), "test.yml")
    return assemble(definition, definition.variants[0])


@pytest.mark.parametrize(
    ("published", "computed", "expected"),
    [
        # whole numbers must be equal
        (60_965_224, 60_965_224, True),
        (60_965_225, 60_965_224, False),
        (0, 0, True),
        # AlexNet with groups has 60,965,224 parameters: 60 M is truncated, 61 M is rounded
        ("60 M", 60_965_224, True),
        ("61 M", 60_965_224, True),
        ("59 M", 60_965_224, False),
        ("62 M", 60_965_224, False),
        ("60.9 M", 60_965_224, True),
        ("61.0 M", 60_965_224, True),
        ("60.8 M", 60_965_224, False),
        ("60.97 M", 60_965_224, True),
        ("60.96 M", 60_965_224, True),
        ("60.965 M", 60_965_224, True),
        ("60.966 M", 60_965_224, False),
        ("60965 K", 60_965_224, True),
        ("60965.2 K", 60_965_224, True),
        ("60965224", 60_965_224, True),
        ("60965223", 60_965_224, False),
        # 3,858 million MACs: 3.8 G is truncated, 3.9 G is rounded
        ("3.8 G", 3_858_000_000, True),
        ("3.9 G", 3_858_000_000, True),
        ("3.7 G", 3_858_000_000, False),
        ("4 G", 3_858_000_000, True),
        ("3 G", 3_858_000_000, True),
        ("3.8 × 10⁹", 3_858_000_000, True),
        ("3.9 x 10^9", 3_858_000_000, True),
        ("3.86×10⁹", 3_858_000_000, True),
        ("3.8 × 10⁸", 3_858_000_000, False),
        ("38 × 10⁸", 3_858_000_000, True),
        ("3.8 × 10¹⁰", 38_580_000_000, True),
        ("3858 × 10⁶", 3_858_000_000, True),
        # VGG-11's 7,609,090,048 and VGG-16's 15,470,264,320
        ("7.6 billion", 7_609_090_048, True),
        ("7.6 B", 7_570_000_000, True),
        ("7.5 B", 7_570_000_000, True),
        ("7.4 B", 7_570_000_000, False),
        ("15.5 G", 15_470_264_320, True),
        ("15.47 G", 15_470_264_320, True),
        ("15.3 G", 15_470_264_320, False),
        # halves are rounded up
        ("2.5 K", 2450, True),
        ("2.4 K", 2450, True),
        ("2.5 K", 2449, False),
        # other units and spellings
        ("138 million", 138_357_544, True),
        ("1.2 T", 1_234_000_000_000, True),
        ("4 thousand", 4096, True),
        ("4.1 K", 4096, True),
        ("4.1K", 4096, True),
        # trailing zeros are significant
        ("1 M", 1_400_000, True),
        ("1.0 M", 1_400_000, False),
        ("1.40 M", 1_400_000, True),
        # decimals of a figure without a unit must be zeros
        ("28.0", 28, True),
        ("28.5", 28, False),
        ("0.5 K", 500, True),
        ("0 M", 499_999, True),
        # the largest and the smallest figure that a definition accepts
        ("999999999999999999.999999999999999999 × 10⁹⁹", 1, False),
        ("0.000000000000000001 T", 0, False),
    ],
)
def test_rounded_and_truncated_figures_agree(published: int | str, computed: int, expected: bool) -> None:
    assert agrees(published, computed) is expected


@pytest.mark.parametrize(
    ("figures", "computed"),
    [
        ("parameters: 821", 821),
        ("main_parameters: 656", 656),
        ("buffers: 16", 16),
        ("memory_bytes: 3284", 3284),
        ("macs: 13376", 13_376),
        ("activations: 1642", 1642),
        ("depth: 9", 9),
        ("receptive_field: 14", 14),
        ("of: stem, parameters: 16", 16),
        ("of: stem, macs: 768", 768),
        ("of: stem, activations: 256", 256),
        ("of: s, parameters: 188", 188),
        ("of: s, macs: 10496", 10_496),
        ("of: s, activations: 1152", 1152),
        ("of: s, buffers: 12", 12),
        ("of: one, parameters: 84", 84),
        ("of: s/one, parameters: 84", 84),
        ("of: one/last, parameters: 6", 6),
        ("of: s/one/last, parameters: 6", 6),
        ("of: s/two, parameters: 104", 104),
        # a name means its first use in the order of the network; a path distinguishes the others
        ("of: two, parameters: 104", 104),
        ("of: two/two, parameters: 84", 84),
        ("of: two/two, memory_bytes: 336", 336),
        ("of: two/two/BatchNorm, buffers: 4", 4),
        # a name may contain a slash; the merge itself has no parameters
        ("of: a/b, parameters: 0", 0),
        ("of: main, parameters: 38", 38),
        ("of: main/Conv, macs: 576", 576),
        ("of: aux, parameters: 165", 165),
        ("of: FC, parameters: 165", 165),
        ("of: logits, parameters: 330", 330),
    ],
)
def test_claim_is_compared_with_calculated_figure(figures: str, computed: int) -> None:
    (result,), _ = check(network(f"{{source: s, {figures}}}"))
    assert (result.computed, result.published, result.agrees) == (computed, computed, True)


def test_receptive_field_is_the_longer_side() -> None:
    source = "name: T\ninput: 9x9x1\nlayers: [{conv: 3x7x1}]\nclaims: [{source: s, receptive_field: 7}]\n"
    definition = parse(source, "test.yml")
    (result,), _ = check(assemble(definition, definition.variants[0]))
    assert result.computed == 7


REASON = "; if both are correct, explain why under differs"


@pytest.mark.parametrize(
    ("claims", "messages"),
    [
        (
            "{source: s, parameters: 822}",
            ["13:34: Test: s says parameters 822, but the calculation gives 821" + REASON],
        ),
        (
            "{source: s, macs: 14 K}",
            ["13:28: Test: s says macs 14 K, but the calculation gives 13376" + REASON],
        ),
        (
            "{source: s, of: s/one, parameters: 85}",
            ["13:45: Test, s/one: s says parameters 85, but the calculation gives 84" + REASON],
        ),
        (
            "{source: s, parameters: 821, differs: counts more}",
            ["13:34: Test: parameters 821 agrees with the calculation; remove differs"],
        ),
        (
            "{source: s, macs: 13 K, differs: counts more}",
            ["13:28: Test: macs 13 K agrees with the calculation; remove differs"],
        ),
        # only one of the two figures differs, so `differs` is wrong for the other
        (
            "{source: s, macs: 1, parameters: 821, differs: counts more}",
            ["13:43: Test: parameters 821 agrees with the calculation; remove differs"],
        ),
        ("{source: s, of: three, macs: 1}", ["13:26: Test has no 'three'"]),
        ("{source: s, of: one/s, macs: 1}", ["13:26: Test has no 'one/s'; did you mean 'one'?"]),
        ("{source: s, of: ne, macs: 1}", ["13:26: Test has no 'ne'; did you mean 'one'?"]),
        ("{source: s, of: one, depth: 2}", ["13:38: depth is defined for whole networks only, not for 'one'"]),
        (
            "{source: s, of: s, receptive_field: 3}",
            ["13:46: receptive_field is defined for whole networks only, not for 's'"],
        ),
        (
            "{source: s, of: s, main_parameters: 3}",
            ["13:46: main_parameters is defined for whole networks only, not for 's'"],
        ),
        # all errors are reported together
        (
            "{source: s, parameters: 1, depth: 1}, {source: t, of: u, macs: 1}",
            [
                "13:34: Test: s says parameters 1, but the calculation gives 821" + REASON,
                "13:44: Test: s says depth 1, but the calculation gives 9" + REASON,
                "13:64: Test has no 'u'",
            ],
        ),
    ],
)
def test_wrong_claim_is_an_error(claims: str, messages: list[str]) -> None:
    _, diagnostics = check(network(claims))
    assert [str(diagnostic) for diagnostic in sorted(diagnostics)] == [f"test.yml:{message}" for message in messages]


def test_difference_with_a_reason_is_accepted() -> None:
    (result,), _ = check(network("{source: s, model: m, parameters: 900, differs: counts statistics}"))
    assert (result.agrees, result.published, result.computed) == (False, 900, 821)
    assert result.claim.differs == "counts statistics"


def test_checked_figures_are_in_order() -> None:
    results, _ = check(network("{source: s, depth: 9, parameters: 821}, {source: t, macs: 13.4 K}"))
    assert [(result.claim.source, result.figure) for result in results] == [
        ("s", "parameters"),
        ("s", "depth"),
        ("t", "macs"),
    ]


def test_network_without_claims_has_no_results() -> None:
    assert check(network()) == ([], [])


@pytest.mark.parametrize("name", ["", "nothing", "s/", "/s", "S", "s/one/last/last"])
def test_find_returns_none_for_unknown_name(name: str) -> None:
    assert find(network(), name) is None
