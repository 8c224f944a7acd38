"""Values that differ between the instances of a block, as expressions of its parameters."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Vector = list[Any]
"""A value for each instance; None where an instance does not have it."""
SIZES = {"channels", "size", "groups", "heads"}
"""Options that are numbers of channels, or follow from them."""


@dataclass(frozen=True, slots=True)
class Expr:
    """A value with ``$``: the name of a parameter, or an expression."""

    text: str

    def __str__(self) -> str:
        return f"${self.text}" if self.text.isidentifier() else f"$({self.text})"

    def before_text(self) -> str:
        """As ``str``, in front of letters and digits."""
        return f"$({self.text})"


@dataclass(slots=True)
class Parameter:
    """A parameter of a block, with its value in each instance."""

    name: str
    option: str
    values: Vector
    default: Any = None
    has_default: bool = False


@dataclass(slots=True)
class Parameters:
    """The parameters of a block, and what expressions can be made of."""

    in_channels: Vector
    out_channels: Vector
    found: list[Parameter] = field(default_factory=list)

    def express(self, option: str, values: Vector) -> Expr | None:
        """An expression that has the values, or None."""
        for parameter in self.found:
            if not _alike(option, parameter.option):
                continue
            if agree(values, parameter.values):
                return Expr(parameter.name)
            is_heads = option == parameter.option == "heads" and is_apart(values, parameter.values)
            if is_heads or (option not in SIZES and overlap(values, parameter.values)):
                pairs = zip(parameter.values, values, strict=True)
                parameter.values = [value if value is not None else other for value, other in pairs]
                return Expr(parameter.name)
        if option not in SIZES:
            return None
        numbers = [("in_channels", self.in_channels)]
        numbers += [(item.name, item.values) for item in self.found if item.option in ("channels", "size")]
        for name, basis in numbers:
            is_sensible = option in ("channels", "size") or name != "in_channels"
            if is_sensible and (text := multiple(name, basis, values)):
                return Expr(text)
        return next((Expr(text) for name, basis in numbers if (text := rounded(name, basis, values))), None)

    def add(self, name: str, option: str, values: Vector) -> Expr:
        """Add a parameter, under a name of its own."""
        taken = {item.name for item in self.found}
        unique, number = name, 2
        while unique in taken:
            unique, number = f"{name}{number}", number + 1
        self.found.append(Parameter(unique, option, values))
        return Expr(unique)


def _alike(option: str, other: str) -> bool:
    """True where an option may have the value of another one."""
    return option == other or {option, other} <= SIZES


def agree(values: Vector, others: Vector) -> bool:
    """True where all values that both have are equal, and one has them where the other does."""
    return all(
        a is None or (b is not None and a == b and type(a) is type(b)) for a, b in zip(values, others, strict=True)
    )


def overlap(values: Vector, others: Vector) -> bool:
    """True where no two values differ, and some are equal."""
    pairs = [(a, b) for a, b in zip(values, others, strict=True) if a is not None and b is not None]
    return bool(pairs) and all(a == b and type(a) is type(b) for a, b in pairs)


def is_apart(values: Vector, others: Vector) -> bool:
    """True where no instance has both values, as of layers of which each instance has one."""
    return all(a is None or b is None for a, b in zip(values, others, strict=True))


def multiple(name: str, basis: Vector, values: Vector) -> str | None:
    """The values as the basis, or times or divided by a small number."""
    pairs = [(value, number) for value, number in zip(values, basis, strict=True) if value is not None]
    if not pairs or any(type(value) is not int or type(number) is not int or not number for value, number in pairs):
        return None
    if all(value == number for value, number in pairs):
        return name
    value, number = pairs[0]
    if value % number == 0 and all(v == n * (value // number) for v, n in pairs):
        return f"{value // number} * {name}"
    if value and number % value == 0 and all(n == v * (number // value) for v, n in pairs):
        return f"{name} / {number // value}"
    return None


def rounded(name: str, basis: Vector, values: Vector) -> str | None:
    """The values as a quotient of the basis, rounded down or to a multiple of 8."""
    from layerwise.definition.expressions import rounded_to  # noqa: PLC0415 - rarely needed

    pairs = [(value, number) for value, number in zip(values, basis, strict=True) if value is not None]
    if len(pairs) < 3 or any(type(v) is not int or type(n) is not int or v <= 0 for v, n in pairs):
        return None
    for divisor in (2, 4, 8, 16):
        if all(number // divisor == value for value, number in pairs):
            return f"{name} // {divisor}"
        if all(rounded_to(number, divisor, 8) == value for value, number in pairs):
            return f"round_to({name} / {divisor}, 8)"
    return None
