"""Formats numbers and parts of a layer.

Bytes: 1 KB = 1024 bytes, 1 MB = 1024 KB, 1 GB = 1024 MB. Counts: K, M, G, T are powers of 1000.
"""

from __future__ import annotations

import re
from functools import lru_cache

from layerwise.core.shape import TIMES, times
from layerwise.core.windows import Padding, Sides
from layerwise.layers import Merge
from layerwise.network.graph import LayerNode, Network

KB = 1024
MB = 1024 * KB
GB = 1024 * MB


FACTORS = ((10**3, "K"), (10**6, "M"), (10**9, "G"), (10**12, "T"))
"""The units of rounded counts."""


def grouped(number: int) -> str:
    """``61706`` → ``61,706``."""
    return f"{number:,}"


def memory(size: int) -> str:
    """Bytes as ``241.039 KB`` below one MB, from there as ``237.9545 MB``."""
    return f"{size / KB:,.3f} KB" if size < MB else f"{size / MB:,.4f} MB"


def rounded_memory(size: int) -> str:
    """Bytes with four digits: ``527.8 MB``, ``9.188 MB``, ``1.062 GB``; below one KB ``600 bytes``."""
    if size < KB:
        return f"{size} bytes"
    unit, name = next((of for of in ((KB, "KB"), (MB, "MB")) if size < KB * of[0]), (GB, "GB"))
    return _four_digits(size / unit, name)


def exact_bytes(size: int) -> str:
    """``553,430,176 bytes``, for what appears on hover."""
    return f"{grouped(size)} bytes"


def rounded_count(number: int) -> str:
    """A count with four significant digits: ``15.47 G``, ``568.7 M``, ``850``."""
    for factor, letter in FACTORS:
        if number < 1000 * factor and number >= 1000:
            return _four_digits(number / factor, letter)
    return str(number) if number < 1000 else _four_digits(number / 10**12, "T")


def _four_digits(number: float, unit: str) -> str:
    decimals = next((decimals for decimals in (3, 2, 1) if round(number, decimals) < 10 ** (4 - decimals)), 0)
    return f"{number:,.{decimals}f} {unit}"


def scaled(number: int) -> str:
    """A count with four significant digits or so: ``15.470 G``, ``568.7 M``, ``416.5 K``, ``850``."""
    if number < 1000:
        return str(number)
    for factor, letter, decimals in ((10**3, "K", 1), (10**6, "M", 1), (10**9, "G", 3)):
        if round(number / factor, decimals) < 1000:
            return f"{number / factor:.{decimals}f} {letter}"
    return f"{number / 10**12:.3f} T"


def rounded(number: int, decimals: int = 1) -> str:
    """A count for reading at a glance: ``25.6 M``, ``3.9 G``, ``850``."""
    for factor, letter in FACTORS:
        if number >= 1000 and round(number / factor, decimals) < 1000:
            return f"{number / factor:.{decimals}f} {letter}"
    return str(number)


def with_unit(number: int, unit: str) -> str:
    """A rounded count with its unit: ``3.9 GMACs``, ``850 MACs``."""
    text = rounded(number)
    return f"{text}{unit}" if text[-1].isalpha() else f"{text} {unit}"


def counted(number: int, noun: str) -> str:
    """A number with its noun: ``1 network``, ``13 networks``."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def share(part: int, whole: int) -> str:
    """A part of a whole in percent with one decimal: ``89.4 %``; empty if the whole is zero."""
    if not whole:
        return ""
    text = f"{100 * part / whole:.1f} %"
    return "< 0.1 %" if part and text == "0.0 %" else text


# --- parts of a layer ------------------------------------------------------------------------------------------------

ENDS = {
    1: "Two numbers in Padding mean before, after.",
    2: "Four numbers in Padding mean top, bottom, left, right.",
    3: "Six numbers in Padding mean front, back, top, bottom, left, right.",
}
"""The order of a padding whose ends differ, by the number of sides."""


_BETWEEN_NUMBERS = re.compile(r"(?<=[0-9])x(?=[0-9])")


@lru_cache(maxsize=4096)
def name(text: str) -> str:
    """A name with the sign ``×``: ``3x3 reduce`` → ``3×3 reduce``."""
    return _BETWEEN_NUMBERS.sub(TIMES, text)


def place(node: LayerNode) -> str:
    """A layer with the groups around it: ``Add in conv2_x › conv2_1``."""
    around = [name(group) for group in node.path[-2:]]
    return f"{name(node.name)} in {' › '.join(around)}" if around else name(node.name)


def formula(node: LayerNode) -> str:
    """The formula of the parameters, or the layer whose weights it uses: ``weights of Conv1 in P3``."""
    return f"weights of {place(node.weights_of)}" if node.weights_of else node.stats.formula


def sides(of: Sides) -> str:
    """``1`` for 1×1, else ``1×7``."""
    return str(of[0]) if len(set(of)) == 1 else times(of)


def padding(of: Padding) -> str:
    """One number for equal ends, height × width for equal opposite ones, else all of them."""
    return sides(of[::2]) if is_symmetric(of) else ", ".join(map(str, of))


def is_symmetric(padding: Padding) -> bool:
    """Return True if opposite ends are equal."""
    return all(before == after for before, after in padding.margins)


def inputs(node: LayerNode) -> str:
    """The input shape, or the shapes of all branches of a merge: ``28×28×(64 + 128 + 32 + 32)``."""
    return node.layer.merge_values(node.inputs) if isinstance(node.layer, Merge) else str(node.inputs[0])


def further_inputs(network: Network) -> str:
    """The inputs next to the first one: ``step 1×1×128``."""
    return ", ".join(f"{name(node.name)} {node.output}" for node in network.further_inputs)


def outputs(network: Network) -> str:
    """The outputs of a network with their shapes: ``detector 60×80×65, descriptor 60×80×256``."""
    return ", ".join(
        f"{name(output.name) or 'the end of the main path'} {network.shape_of(output)}" for output in network.outputs
    )


def receptive_field(node: LayerNode) -> str:
    """Its side in pixels, ``all`` if it is the whole input, ``none`` if it depends on further inputs alone."""
    field = node.receptive_field
    return "all" if field is None else "none" if field.sees_nothing else sides(field.size)


def receptive_step(node: LayerNode) -> str:
    """The distance of neighbouring receptive fields in pixels."""
    field = node.receptive_field
    return "" if field is None or field.sees_nothing else sides(field.step)
