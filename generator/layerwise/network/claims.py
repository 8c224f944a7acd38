"""Published figures against calculated ones."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor

from layerwise.core.errors import Diagnostic, closest
from layerwise.core.tensors import BYTES_PER_PARAMETER
from layerwise.definition import Claim
from layerwise.network.graph import Branches, Group, LayerNode, Network, totals

_SCALES = {
    "": 0, "k": 3, "thousand": 3, "m": 6, "million": 6, "g": 9, "b": 9, "billion": 9, "t": 12,
}  # fmt: skip
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_ROUNDED = re.compile(r"([0-9.]+) ?([A-Za-z]*)|([0-9.]+) ?[x×] ?10\^?([0-9]+)")


@dataclass(frozen=True, slots=True)
class CheckedClaim:
    """One figure of a claim with the calculated one."""

    claim: Claim
    figure: str
    published: int | str
    computed: int

    @property
    def agrees(self) -> bool:
        """True where the published figure is the calculated one, to its printed digits where it is rounded."""
        return agrees(self.published, self.computed)


def agrees(published: int | str, computed: int) -> bool:
    """Compare exactly a whole number, and a string like ``3.8 G`` by its printed digits, rounded or cut off."""
    if isinstance(published, int):
        return published == computed
    digits, exponent = _read(published)
    units = Fraction(computed) / Fraction(10) ** exponent
    return digits in (floor(units), floor(units + Fraction(1, 2)))


def _read(published: str) -> tuple[int, int]:
    """The printed digits and the power of ten of their last one: ``3.8 × 10⁹`` → (38, 8)."""
    match = _ROUNDED.fullmatch(published.translate(_SUPERSCRIPTS))
    assert match is not None  # reading a definition makes sure of it
    printed, exponent = (match[1], _SCALES[match[2].lower()]) if match[1] else (match[3], int(match[4]))
    whole, _, decimals = printed.partition(".")
    return int(whole + decimals), exponent - len(decimals)


def check(network: Network) -> tuple[list[CheckedClaim], list[Diagnostic]]:
    """All claims of a network, compared, and their errors.

    A claim is an error if a figure disagrees without a reason, agrees although a reason is given, or is
    about something the network does not have.
    """
    checked: list[CheckedClaim] = []
    diagnostics: list[Diagnostic] = []
    claims = network.variant.metadata.claims
    named = list(_named(network.items, "")) if any(claim.of for claim in claims) else []
    for place, claim in enumerate(claims):
        node = network.variant.node.at("claims", place)
        subject = network if claim.of is None else _find(named, claim.of)
        if subject is None:
            diagnostics.append(node.at("of").error(_unknown(network, str(claim.of), named)))
            continue
        for figure, published in claim.figures.items():
            computed = figure_of(subject, figure)
            if computed is None:
                message = (
                    f"{figure} is defined for whole networks only, not for {claim.of!r}"
                    if claim.of
                    else f"{network.name} has no {figure}: it is the whole input"
                )
                diagnostics.append(node.at(figure).error(message))
                continue
            result = CheckedClaim(claim, figure, published, computed)
            checked.append(result)
            if result.agrees == bool(claim.differs):
                diagnostics.append(node.at(figure).error(_complaint(network, result)))
    return checked, diagnostics


def _unknown(network: Network, of: str, named: list[tuple[str, Group | LayerNode]]) -> str:
    name = closest(of, dict.fromkeys(thing.name for _, thing in named))
    return f"{network.name} has no {of!r}" + (f"; did you mean {name!r}?" if name else "")


def _complaint(network: Network, result: CheckedClaim) -> str:
    of = f"{network.name}, {result.claim.of}" if result.claim.of else network.name
    if result.agrees:
        return f"{of}: {result.figure} {result.published} agrees with the calculation; remove differs"
    return (
        f"{of}: {result.claim.source} says {result.figure} {result.published}, but the calculation gives "
        f"{result.computed}; if both are correct, explain why under differs"
    )


def find(network: Network, name: str) -> Group | LayerNode | None:
    """The first stage, block or layer of that name; a path with slashes leads to one inside another: ``3a/Conv1``."""
    return _find(list(_named(network.items, "")), name)


def _find(named: list[tuple[str, Group | LayerNode]], name: str) -> Group | LayerNode | None:
    groups, nodes = ([pair for pair in named if isinstance(pair[1], kind)] for kind in (Group, LayerNode))
    return next((thing for path, thing in (*groups, *nodes) if path.endswith(f"/{name}")), None)


def _named(items: Sequence[LayerNode | Group | Branches], path: str) -> Iterator[tuple[str, Group | LayerNode]]:
    """Everything that has a name, with its path: ``/3a/Conv1``."""
    for item in items:
        if isinstance(item, Branches):
            yield from _named([*item.branches, item.merge], path)
            continue
        yield f"{path}/{item.name}", item
        if isinstance(item, Group):
            yield from _named(item.items, f"{path}/{item.name}")


def figure_of(subject: Network | Group | LayerNode, figure: str) -> int | None:
    """A figure by its name; None where the subject does not have it."""
    if isinstance(subject, Network):
        if figure == "receptive_field":
            return max(subject.receptive_field.size) if subject.receptive_field else None
        if figure == "main_parameters":
            return subject.main.parameters
        value: int = getattr(subject, figure)
        return value
    sums = totals([subject] if isinstance(subject, LayerNode) else subject.layers())
    if figure == "memory_bytes":
        return sums.parameters * BYTES_PER_PARAMETER
    return getattr(sums, figure, None)
