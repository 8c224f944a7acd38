"""Declared fields: a class declares its keys once, for reading, validation and documentation.

``Syntax`` is the written form of a value: its reader and its JSON Schema. ``Declaration`` is the base of every class
whose annotated fields are keys of a definition: an option of a layer, a key of a file, a figure of a claim.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar, Literal, NamedTuple, TypeVar, dataclass_transform, get_args, get_origin

Schema = dict[str, Any]
"""A JSON Schema, draft 7."""
BRIEF = "brief"
"""The keyword for a short description of a written form, for the reference; not part of the schema."""
REQUIRED: Any = object()
"""The default of a field that must be given."""


@dataclass(frozen=True, slots=True, eq=False)
class Syntax:
    """The written form of a value: its reader, which raises ``ValueError``, and the schema that allows it."""

    read: Callable[[Any], Any]
    schema: Schema


def schema_of(brief: str, expected: str, *examples: Any, **keywords: Any) -> Schema:
    """Build the schema of a written form from its description, error wording, examples and keywords.

    Editors show ``errorMessage``; without ``expected``, they list the allowed values.
    """
    message = {"errorMessage": f"expected {expected}"} if expected else {}
    return {BRIEF: brief, **keywords, **message, "examples": list(examples)}


def reference(name: str, brief: str) -> Syntax:
    """A written form that the schema defines under a name, such as a list of layers; it is read elsewhere."""
    return Syntax(lambda value: value, {"definition": name, BRIEF: brief})


# --- errors ---------------------------------------------------------------------------------------------------------


class Problem(NamedTuple):
    """One error in a mapping."""

    place: tuple[str | int, ...]
    """The keys and indexes that lead to the value."""
    kind: Literal["unknown", "missing", "name", "value"]
    """An unknown or missing key, an unknown name, or any other wrong value."""
    message: str
    given: Any
    """The value, or the mapping in which a key is missing."""


class ReadError(ValueError):
    """All problems of a value."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = list(problems)
        super().__init__("; ".join(problem.message for problem in self.problems))


class UnknownNameError(ValueError):
    """A name is not in a list; the message suggests one or lists all."""


def _problems(error: ValueError, place: str | int, given: Any) -> list[Problem]:
    """Return the problems that a reader raised for the value at a place."""
    if isinstance(error, ReadError):
        return [problem._replace(place=(place, *problem.place)) for problem in error.problems]
    return [Problem((place,), "name" if isinstance(error, UnknownNameError) else "value", str(error), given)]


# --- declarations ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Key:
    """A default, and the other declarations of a field."""

    default: Any
    word: str
    schema: Schema


def key(default: Any = REQUIRED, *, word: str = "", examples: Iterable[Any] = (), **schema: Any) -> Any:
    """Declare a field with examples, more schema keywords, or a ``word`` as its key."""
    return _Key(default, word, schema | ({"examples": list(examples)} if examples else {}))


@dataclass(frozen=True, slots=True)
class Field:
    """A declared field."""

    name: str
    """The attribute."""
    key: str
    """The key in definitions."""
    syntax: Syntax | None
    default: Any
    is_nullable: bool
    schema: Schema
    """Keywords in addition to those of its syntax."""

    @property
    def is_required(self) -> bool:
        """True if the field has no default."""
        return self.default is REQUIRED

    def read(self, value: Any) -> Any:
        """Read a written value. Raises ``ValueError`` if it is wrong."""
        return value if self.syntax is None or (value is None and self.is_nullable) else self.syntax.read(value)


D = TypeVar("D", bound="Declaration")


@dataclass_transform(eq_default=False, kw_only_default=True, field_specifiers=(key,))
class Declaration:
    """The base of classes whose annotated fields are the keys of a mapping.

    Defaults are attributes of the class, given values attributes of the instance.
    """

    _keys: ClassVar[dict[str, _Key]] = {}

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        own = {name: declared for name, declared in vars(cls).items() if isinstance(declared, _Key)}
        cls._keys = cls._keys | own
        for name, declared in own.items():
            if declared.default is REQUIRED:
                delattr(cls, name)
            else:
                setattr(cls, name, declared.default)

    def __init__(self, **values: Any) -> None:
        vars(self).update(values)

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"{type(self).__name__} is frozen; use replace()")

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self._values() == other._values()

    def __hash__(self) -> int:
        return hash((type(self), self._values()))

    def _values(self) -> tuple[Any, ...]:
        return tuple([getattr(self, name) for name in self.fields()])

    @property
    def given(self) -> frozenset[str]:
        """The names of the fields that were given."""
        return frozenset(vars(self))

    def replace(self: D, **changes: Any) -> D:
        """Copy this object with other values."""
        return type(self)(**{**vars(self), **changes})

    @classmethod
    def fields(cls) -> dict[str, Field]:
        """The fields by name, inherited ones first."""
        return _fields(cls)  # type: ignore[arg-type]  # a class is hashable, whatever its objects are

    @classmethod
    def read(cls: type[D], data: Mapping[str, Any]) -> D:
        """Read a mapping. Raises ``ReadError`` with all its problems."""
        fields = {field.key: field for field in cls.fields().values()}
        problems = [Problem((name,), "unknown", "", data[name]) for name in data if name not in fields]
        values = {}
        for name, field in fields.items():
            if name not in data:
                if field.is_required:
                    problems.append(Problem((name,), "missing", "", data))
                continue
            try:
                values[field.name] = field.read(data[name])
            except ValueError as error:
                problems += _problems(error, name, data[name])
        if problems:
            raise ReadError(problems)
        return cls(**values)


@cache
def _fields(cls: type[Declaration]) -> dict[str, Field]:
    result = {}
    for base in reversed(cls.__mro__):
        names = vars(sys.modules[base.__module__])
        for name, annotation in inspect.get_annotations(base).items():
            if issubclass(base, Declaration) and not annotation.startswith("ClassVar"):
                declared = cls._keys.get(name) or _Key(getattr(cls, name, REQUIRED), "", {})
                syntax, is_nullable = _syntax(eval(annotation, names))  # noqa: S307 - an annotation of our own
                key = declared.word or name
                result[name] = Field(name, key, syntax, declared.default, is_nullable, declared.schema)
    return result


def _syntax(hint: Any) -> tuple[Syntax | None, bool]:
    """Return the syntax in a type, and True if the value may be None."""
    for extra in getattr(hint, "__metadata__", ()):
        if isinstance(extra, Syntax):
            return extra, False
    if get_origin(hint) is Literal:
        return one_of(get_args(hint)), False
    inner = [part for part in get_args(hint) if part is not type(None)]
    if len(inner) == 1 and len(get_args(hint)) == 2:
        return _syntax(inner[0])[0], True
    return None, False


# --- syntaxes made from others --------------------------------------------------------------------------------------


def one_of(values: tuple[Any, ...]) -> Syntax:
    """One of several values of one type."""
    *most, last = map(repr, values)
    expected = f"expected {', '.join(most)} or {last}"

    def read(value: Any) -> Any:
        if value not in values or isinstance(value, bool):
            raise ValueError(expected)
        return value

    return Syntax(read, {"enum": list(values), "type": "string" if isinstance(values[0], str) else "integer"})


def many(syntax: Syntax) -> Syntax:
    """A list of values of one form, read into a tuple."""

    def read(value: Any) -> tuple[Any, ...]:
        if not isinstance(value, list | tuple):
            raise ValueError("expected a list")
        problems: list[Problem] = []
        result = []
        for place, entry in enumerate(value):
            try:
                result.append(syntax.read(entry))
            except ValueError as error:
                problems += _problems(error, place, entry)
        if problems:
            raise ReadError(problems)
        return tuple(result)

    return Syntax(read, {"type": "array", "items": syntax.schema})


def nested(declaration: type[Declaration]) -> Syntax:
    """A mapping that is read into a declaration."""

    def read(value: Any) -> Declaration:
        if not isinstance(value, dict):
            raise ValueError("expected a mapping")
        return declaration.read(value)

    return Syntax(read, {"declaration": declaration})
