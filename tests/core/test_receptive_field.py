"""Receptive fields: textbook values, and each rule against a simulation that follows single values."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from fractions import Fraction

import pytest

from layerwise.core import sampling
from layerwise.core.receptive_field import ReceptiveField, Samplings, one_position, samplings_of
from layerwise.core.sampling import (
    MAX_PHASES,
    AnySampling,
    Bound,
    Sampling,
    Taps,
    bound_of,
    composed,
    interpolated,
    linear_neighbours,
    nearest_neighbour,
    repeated,
    shifted,
    sliding,
    transposed,
    united,
)
from layerwise.core.windows import Padding, Sides, Window


def window(kernel: Sides, stride: Sides, dilation: Sides | None = None) -> Window:
    return Window(kernel, stride, Padding((0, 0) * len(kernel)), dilation or (1,) * len(kernel))


def square(kernel: int, stride: int = 1, dilation: int = 1) -> Window:
    return window((kernel, kernel), (stride, stride), (dilation, dilation))


def after(layers: Iterable[Samplings], sides: int = 2) -> ReceptiveField:
    """The receptive field after layers on an input with so many spatial sides."""
    field = one_position(sides)
    for layer in layers:
        through = field.through(layer)
        assert through is not None
        field = through
    return field


@pytest.mark.parametrize(
    ("windows", "size", "step"),
    [
        ([], (1, 1), (1, 1)),
        ([square(5)], (5, 5), (1, 1)),
        # two 3×3 see what one 5×5 sees, three what one 7×7 sees (Simonyan & Zisserman, 2014, section 2.3)
        ([square(3)] * 2, (5, 5), (1, 1)),
        ([square(3)] * 3, (7, 7), (1, 1)),
        # LeNet-5: 5, then + 1 · 1 = 6 with step 2, + 4 · 2 = 14, + 1 · 2 = 16 with step 4
        ([square(5), square(2, 2), square(5), square(2, 2)], (16, 16), (4, 4)),
        # AlexNet: 11/4 → 11, step 4; 3/2 → 19, step 8; 5 → 51; 3/2 → 67, step 16; three of 3 → 99, 131, 163; 3/2 → 195
        (
            [square(11, 4), square(3, 2), square(5), square(3, 2), *[square(3)] * 3, square(3, 2)],
            (195, 195),
            (32, 32),
        ),
        # ResNet's beginning: 7/2 → 7, step 2; 3/2 → 11, step 4
        ([square(7, 2), square(3, 2)], (11, 11), (4, 4)),
        # dilation 2 doubles what a kernel adds: 3 → 3 + 2 · 2 = 7 → 7 + 2 · 4 = 15
        ([square(3), square(3, 1, 2), square(3, 1, 4)], (15, 15), (1, 1)),
        # a 1×1 kernel sees nothing new, even with a stride
        ([square(1, 2), square(3)], (5, 5), (2, 2)),
        # 1×7 and 7×1 grow along one side each
        ([window((1, 7), (1, 1))], (1, 7), (1, 1)),
        ([window((1, 7), (1, 1)), window((7, 1), (1, 2))], (7, 7), (1, 2)),
        ([window((3, 3), (2, 1)), window((3, 3), (1, 1))], (7, 5), (2, 1)),
        # a sequence, as in M5: 80/4 → 80, step 4; 4/4 → 80 + 3 · 4 = 92, step 16; 3 → 92 + 2 · 16 = 124
        ([window((80,), (4,)), window((4,), (4,)), window((3,), (1,))], (124,), (16,)),
        # a video, as in R3D-18: 3×7×7/1×2×2 → 3×7×7, steps 1×2×2; 3×3×3 → 5×11×11
        ([window((3, 7, 7), (1, 2, 2)), window((3, 3, 3), (1, 1, 1))], (5, 11, 11), (1, 2, 2)),
    ],
)
def test_receptive_field(windows: list[Window], size: Sides, step: Sides) -> None:
    field = after(map(samplings_of, windows), len(size))
    assert (field.size, field.step) == (size, step)


# --- a simulation: the input positions of each output position, as sets ----------------------------------------------

Sources = dict[int, set[int]]
"""The pixels that each position of a feature map depends on."""
Simulated = Callable[[Sources], Sources]

PIXELS = range(-200, 200)


def simulated_sliding(kernel: int, stride: int, before: int, dilation: int = 1) -> Simulated:
    """A convolution gathers: output i reads the inputs under its kernel."""

    def run(inputs: Sources) -> Sources:
        return {
            i: set().union(*(inputs[i * stride - before + t * dilation] for t in range(kernel)))
            for i in inputs
            if all(i * stride - before + t * dilation in inputs for t in range(kernel))
        }

    return run


def simulated_transposed(kernel: int, stride: int, before: int, dilation: int = 1) -> Simulated:
    """A transposed convolution scatters: input i is added at i·stride − before + t·dilation."""

    def run(inputs: Sources) -> Sources:
        low, high = min(inputs), max(inputs)
        margin = kernel * dilation + stride + before
        outputs: Sources = {o: set() for o in range(low * stride + margin, high * stride - margin)}
        for i, pixels in inputs.items():
            for t in range(kernel):
                if (place := i * stride - before + t * dilation) in outputs:
                    outputs[place] |= pixels
        return outputs

    return run


def simulated_repeated(factor: int) -> Simulated:
    return lambda inputs: {i * factor + j: pixels for i, pixels in inputs.items() for j in range(factor)}


def simulated_interpolated(factor: int) -> Simulated:
    """The neighbours with a weight above zero, at the places of ``align_corners=False``."""

    def run(inputs: Sources) -> Sources:
        outputs: Sources = {}
        for o in range((min(inputs) + 1) * factor, (max(inputs) - 1) * factor):
            weights = {i: 1 - abs((o + 0.5) / factor - 0.5 - i) for i in range(o // factor - 1, o // factor + 2)}
            outputs[o] = set().union(*(inputs[i] for i, weight in weights.items() if weight > 1e-9))
        return outputs

    return run


def simulated_nearest(size: int, resized: int) -> Simulated:
    """Each output reads one input, at its place rounded down."""
    return lambda inputs: {
        o: inputs[o * size // resized]
        for o in range(min(inputs) * resized // size + 1, max(inputs) * resized // size)
        if o * size // resized in inputs
    }


def simulated_linear(size: int, resized: int) -> Simulated:
    """The neighbours with a weight above zero, at the places of ``align_corners=False``."""

    def run(inputs: Sources) -> Sources:
        outputs: Sources = {}
        for o in range((min(inputs) + 1) * resized // size + 1, (max(inputs) - 1) * resized // size):
            place = Fraction(2 * o + 1, 2) * size / resized - Fraction(1, 2)
            outputs[o] = set().union(
                *(inputs[i] for i in range(o * size // resized - 2, o * size // resized + 3) if abs(place - i) < 1)
            )
        return outputs

    return run


def simulated_shift(offset: int) -> Simulated:
    return lambda inputs: {i - offset: pixels for i, pixels in inputs.items()}


PAIRS: dict[str, tuple[AnySampling, Simulated]] = {
    "conv 3": (sliding(3, 1, 1), simulated_sliding(3, 1, 1)),
    "conv 3/2": (sliding(3, 2, 1), simulated_sliding(3, 2, 1)),
    "conv 3/2 same": (sliding(3, 2, 0), simulated_sliding(3, 2, 0)),
    "conv 2/2": (sliding(2, 2, 0), simulated_sliding(2, 2, 0)),
    "conv 1/3": (sliding(1, 3, 0), simulated_sliding(1, 3, 0)),
    "conv 3, dilation 4": (sliding(3, 1, 4, 4), simulated_sliding(3, 1, 4, 4)),
    "transposed 2/2": (transposed(2, 2, 0), simulated_transposed(2, 2, 0)),
    "transposed 3/2": (transposed(3, 2, 1), simulated_transposed(3, 2, 1)),
    "transposed 4/2": (transposed(4, 2, 1), simulated_transposed(4, 2, 1)),
    "transposed 9/3": (transposed(9, 3, 4), simulated_transposed(9, 3, 4)),
    "transposed 4/1": (transposed(4, 1, 0), simulated_transposed(4, 1, 0)),
    "transposed 1/2, with gaps": (transposed(1, 2, 0), simulated_transposed(1, 2, 0)),
    "transposed 3/2, dilation 2": (transposed(3, 2, 1, 2), simulated_transposed(3, 2, 1, 2)),
    "transposed 3/3, dilation 2": (transposed(3, 3, 1, 2), simulated_transposed(3, 3, 1, 2)),
    "transposed 5/4, dilation 6": (transposed(5, 4, 2, 6), simulated_transposed(5, 4, 2, 6)),
    "nearest 2": (repeated(2), simulated_repeated(2)),
    "nearest 3": (repeated(3), simulated_repeated(3)),
    "bilinear 2": (interpolated(2), simulated_interpolated(2)),
    "bilinear 3": (interpolated(3), simulated_interpolated(3)),
    "bilinear 4": (interpolated(4), simulated_interpolated(4)),
    "nearest 3 to 5": (nearest_neighbour(3, 5), simulated_nearest(3, 5)),
    "nearest 7 to 4": (nearest_neighbour(14, 8), simulated_nearest(7, 4)),
    "bilinear 3 to 5": (linear_neighbours(3, 5), simulated_linear(3, 5)),
    "bilinear 7 to 4": (linear_neighbours(7, 4), simulated_linear(7, 4)),
    "crop": (shifted(3), simulated_shift(3)),
}


def follow(names: Iterable[str]) -> tuple[AnySampling, Sources]:
    """The rule and the simulation of layers after each other."""
    rule: AnySampling = sliding(1, 1, 0)
    sources: Sources = {pixel: {pixel} for pixel in PIXELS}
    for name in names:
        layer, simulate = PAIRS[name]
        rule, sources = composed(rule, layer), simulate(sources)
    return rule, sources


def check_all(rule: AnySampling, sources: Sources) -> None:
    """Compare an exact rule with the simulation at every position."""
    assert isinstance(rule, Sampling)
    assert len(sources) >= 2 * len(rule.phases), "the simulation sees every phase"
    for position, pixels in sources.items():
        taps = rule.taps_at(position)
        assert (taps and taps[:2]) == ((min(pixels), max(pixels)) if pixels else None)
    assert rule.span == max(max(pixels) - min(pixels) + 1 if pixels else 0 for pixels in sources.values())


@pytest.mark.parametrize("name", PAIRS)
def test_single_layers_see_what_the_simulation_sees(name: str) -> None:
    check_all(*follow([name]))


def random_chains(length: int, count: int) -> list[tuple[str, ...]]:
    chance = random.Random(1)
    return [tuple(chance.choices(list(PAIRS), k=length)) for _ in range(count)]


@pytest.mark.parametrize(
    "names",
    [
        # a decoder after an encoder, and dilation that falls on phases out of order
        ("conv 3/2", "conv 3/2", "conv 3", "transposed 4/2", "conv 3", "transposed 4/2", "conv 3"),
        ("conv 2/2", "conv 3", "nearest 2", "conv 3", "nearest 2", "conv 3/2"),
        ("transposed 3/3, dilation 2", "conv 3, dilation 4", "conv 3/2"),
        ("transposed 1/2, with gaps", "conv 1/3", "transposed 1/2, with gaps", "conv 3"),
        *random_chains(3, 60),
        *random_chains(5, 60),
    ],
)
def test_layers_after_each_other_see_what_the_simulation_sees(names: tuple[str, ...]) -> None:
    rule, sources = follow(names)
    if isinstance(rule, Sampling) and len(sources) >= 2 * len(rule.phases):
        check_all(rule, sources)


@pytest.mark.parametrize(("one", "other"), [*zip(random_chains(3, 80)[:40], random_chains(3, 80)[40:], strict=True)])
def test_branches_see_together_what_the_simulation_sees(one: tuple[str, ...], other: tuple[str, ...]) -> None:
    (rule, sources), (other_rule, other_sources) = follow(one), follow(other)
    positions = range(30)
    together = united(rule, other_rule, len(positions))
    for position in positions:
        pixels = sources.get(position, set()) | other_sources.get(position, set())
        if position in sources and position in other_sources and pixels:
            check_within(together, position, pixels)
            if isinstance(together, Sampling):
                taps = together.taps_at(position)
                assert taps
                assert taps[:2] == (min(pixels), max(pixels))


def check_within(rule: AnySampling, position: int, pixels: set[int]) -> None:
    """The bound of a rule holds at a position."""
    rate, first, last = bound_of(rule)
    assert rate * position + first <= min(pixels)
    assert max(pixels) <= rate * position + last


@pytest.mark.parametrize("names", random_chains(4, 60))
@pytest.mark.parametrize("limit", [1, 3])
def test_a_bound_holds_where_there_are_too_many_phases(
    names: tuple[str, ...], limit: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sampling, "MAX_PHASES", limit)
    rule, sources = follow(names)
    for position in [*sources][:: max(len(sources) // 50, 1)]:
        if sources[position]:
            check_within(rule, position, sources[position])
    assert rule.span >= max(max(pixels) - min(pixels) + 1 if pixels else 0 for pixels in sources.values())


FACTOR = MAX_PHASES + 1


@pytest.mark.parametrize(
    ("layer", "simulate"),
    [
        (repeated(FACTOR), simulated_repeated(FACTOR)),
        (interpolated(FACTOR), simulated_interpolated(FACTOR)),
        (transposed(2 * FACTOR, FACTOR, 7), simulated_transposed(2 * FACTOR, FACTOR, 7)),
    ],
)
def test_factors_beyond_the_limit_are_bounded(layer: AnySampling, simulate: Simulated) -> None:
    assert isinstance(layer, Bound)
    sources = simulate({pixel: {pixel} for pixel in range(-20, 20)})
    for position, pixels in sources.items():
        check_within(layer, position, pixels)
    assert layer.span <= max(len(pixels) for pixels in sources.values()) + 1


def test_phases_stay_few_however_many_layers_there_are() -> None:
    rule: AnySampling = sliding(1, 1, 0)
    for turn in range(3000):
        rule = composed(rule, (repeated(7), sliding(3, 5, 1), transposed(3, 11, 1, 3), sliding(3, 13, 1))[turn % 4])
        assert isinstance(rule, Bound) or len(rule.phases) <= MAX_PHASES


# --- by hand ----------------------------------------------------------------------------------------------------------


def test_phases_by_hand() -> None:
    # regions of 4 pixels, 4 apart; a transposed 3×3 with stride 2: even rows see one or two of them, odd ones one
    regions = composed(sliding(4, 4, 0), transposed(3, 2, 0))
    assert regions == Sampling(4, (Taps(-4, 3), Taps(0, 3)))
    # a 3×3 on the doubled map: of rows 0, 0, 1, 1, … it sees two, never three
    assert composed(repeated(2), sliding(3, 1, 1)) == Sampling(1, (Taps(-1, 0), Taps(0, 1)))
    # pooling by 2 undoes the doubling
    assert composed(repeated(2), sliding(2, 2, 0)) == Sampling(1, (Taps(0, 0),))


def both(layer: AnySampling) -> Samplings:
    return layer, layer


def test_regions_of_branches_that_lie_apart_are_covered_together() -> None:
    # rows 0 to 2 and row 5 are six rows from end to end
    one, other = after([both(sliding(3, 1, 0))]), after([both(shifted(5))])
    assert one.merged(other, (8, 8)).size == other.merged(one, (8, 8)).size == (6, 6)
    assert one.merged(one, (8, 8)) is one


def test_branches_at_different_distances_are_covered_at_all_positions() -> None:
    # 2-pixel steps reach row 6 at the fourth position, 1-pixel steps row 3: four rows from end to end
    field = after([both(sliding(1, 2, 0))]).merged(one_position(2), (4, 4))
    assert field.size >= (4, 4)
    assert field.step == (2, 2)


@pytest.mark.parametrize(
    ("layers", "step"),
    [
        ([repeated(2)], 1),
        ([sliding(4, 4, 0), repeated(2)], 2),
        ([sliding(3, 3, 0), repeated(2)], 1),
        ([repeated(2), sliding(2, 2, 0)], 1),
        ([repeated(2), sliding(3, 4, 1)], 2),
    ],
)
def test_step_is_the_mean_distance_of_regions_at_least_one(layers: list[AnySampling], step: int) -> None:
    field = after(map(both, layers))
    assert field.step == (step, step)


def test_a_layer_along_other_sides_has_no_field() -> None:
    # windows over the positions of a map in one list run around its edges
    assert one_position(2).through((sliding(3, 1, 1),)) is None
