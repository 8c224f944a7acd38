"""Reads lists of layers into items, and collects every mistake that can be seen without expanding them."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterable
from typing import Any

from layerwise.core.errors import quoted, suggestion
from layerwise.core.fields import ReadError
from layerwise.definition import grammar
from layerwise.definition.checks import Diagnostics, argument_mistakes, option_mistakes
from layerwise.definition.expressions import ExpressionError
from layerwise.definition.hints import kind_hint, option_hint
from layerwise.definition.items import Block, BlockItem, FromItem, Item, LayerItem, MergeItem, OutputItem, StageItem
from layerwise.definition.values import ValueExpr, value_expr
from layerwise.definition.yaml_source import Path, Source
from layerwise.layers import KINDS, MERGES, AnyLayer
from layerwise.layers.cache import build
from layerwise.layers.reshaping import Identity

COMMON = grammar.Common.words()
"""Keys that everything in a list of layers can have."""
STRUCTURE = tuple(model.words()[0] for model in (grammar.Stage, grammar.Output, grammar.From))
"""Words that are neither layers nor joins nor blocks."""
RESERVED = {*COMMON, *STRUCTURE, *KINDS, *MERGES, "layers", "branches"}
"""Names a block cannot have."""
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_BLOCK_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
TAKEN = {"true", "false", "in_channels", "index", *keyword.kwlist}
"""Words that mean something in expressions already."""

_UNREADABLE = ValueExpr(lambda _: None, frozenset(), constant=False)
"""Stands in for what could not be read, so that nothing more is said of it."""


class Reader:
    """Reads one file's layers and blocks; what is wrong with them goes into ``diagnostics``."""

    def __init__(self, source: Source, names: Iterable[str], diagnostics: Diagnostics) -> None:
        self.source = source
        self.diagnostics = diagnostics
        self.blocks: dict[str, Block] = {}
        self.kept: dict[str, Path] = {}
        """Where each kept output is named first."""
        self.kinds: set[str] = set()
        """The kinds of the layers and joins there are."""
        self.used: set[str] = set()
        """Names of the file, not those of a block of its own, that an expression reads."""
        self.used_in: dict[str, set[str]] = {}
        """The names that the expressions of each block read."""
        self.defaults: dict[str, dict[str, ValueExpr]] = {}
        self._file_names = frozenset(names)
        self._names = self._file_names
        self._wanted: list[tuple[str, Path]] = []
        self._enter_file()

    def note(self, path: Path, message: str, *, key: bool = False) -> None:
        """Add a mistake."""
        self.diagnostics.append(self.source.diagnostic(path, message, key=key))

    def _enter_file(self) -> None:
        """Go on outside of blocks."""
        self._own: set[str] = set()
        self._read = self.used

    def _enter_block(self, name: str) -> None:
        """Go on in a block; what it reads and does not name itself, the file must have named."""
        self._own = {*self.blocks[name].parameters}
        self._read = self.used_in.setdefault(name, set())

    # --- expressions -----------------------------------------------------------------------------------------------

    def value_expr(self, value: Any, path: Path) -> ValueExpr:
        """A value with its expressions; unknown names and malformed expressions are mistakes."""
        try:
            result = value_expr(value)
        except ExpressionError as error:
            self.note(path, str(error))
            return _UNREADABLE
        if result.names:
            self._read |= result.names
            self.used |= result.names - self._own
        for name in sorted(result.names - self._names):
            self.note(path, f"${name} is not known here; {self._name_hint(name, path)}")
        return result

    def _name_hint(self, name: str, path: Path) -> str:
        """What to do about a name that is not known at a place."""
        if name == "index" and path[-1] in ("when", "repeat") and (*path[:-1], "repeat") in self.source.values:
            return "when and repeat are asked once, before the turns; what is inside the repeat knows it"
        return suggestion(name, self._names, "known are")

    def templates(self, values: Any, path: Path, what: str) -> dict[str, ValueExpr]:
        """A mapping of values with expressions."""
        if not isinstance(values, dict):
            self.note(path, f"expected {what} as name: value")
            return {}
        return {name: self.value_expr(value, (*path, name)) for name, value in values.items()}

    # --- blocks ----------------------------------------------------------------------------------------------------

    def read_defaults(self, data: Any, path: Path) -> None:
        """``defaults``: options by kind of layer."""
        for kind, options in data.items() if isinstance(data, dict) else ():
            known = KINDS.get(kind) or MERGES.get(kind)
            if known is None:
                self.note(
                    (*path, kind),
                    f"unknown layer kind {kind!r}; {kind_hint(kind, [*KINDS, *MERGES])}",
                    key=True,
                )
                continue
            told = len(self.diagnostics)
            given = self.templates(options, (*path, kind), "options")
            self.check_options(known, given, (*path, kind), complete=False)
            self.defaults[kind] = given if len(self.diagnostics) == told else {}  # not told again for every layer
        if not isinstance(data, dict):
            self.note(path, "expected options by kind of layer, like conv: {bias: false}")

    def read_blocks(self, data: Any, path: Path) -> None:
        """``blocks``: first what each takes, so that blocks can use each other, then their layers."""
        if not isinstance(data, dict):
            self.note(path, "expected blocks as name: {parameters: …, layers: …}")
            return
        for name, body in data.items():
            self._read_block_head(name, body, (*path, name))
        for name in self.blocks:
            self._read_block_body(self.blocks[name], data[name])

    def _read_block_head(self, name: str, body: Any, path: Path) -> None:
        if name in RESERVED or not _BLOCK_NAME.fullmatch(name):
            self.note(path, f"a block cannot be called {name!r}", key=True)
        elif not isinstance(body, dict):
            self.note(path, f"block {name!r} needs layers")
        else:
            if "layers" not in body:
                self.note(path, f"block {name!r} needs layers", key=True)
            for key in body.keys() - {*grammar.Block.words()}:
                message = f"unknown key {key!r} in a block; {suggestion(key, grammar.Block.words(), 'keys')}"
                self.note((*path, key), message, key=True)
            self.blocks[name] = Block(name, path, {})
            self._enter_block(name)
            self._names = self._file_names | {"in_channels"}
            self.blocks[name].parameters = self._parameters(body.get("parameters"), (*path, "parameters"))

    def _parameters(self, data: Any, path: Path) -> dict[str, ValueExpr | None]:
        """``[a, b]`` without defaults, or ``{a: , b: 1}``; a default may use the parameters before it."""
        if data is None:
            return {}
        pairs: dict[str, Any]
        if isinstance(data, dict):
            pairs = data
        elif isinstance(data, list) and all(isinstance(name, str) for name in data):
            pairs = dict.fromkeys(data)
        else:
            self.note(path, "expected a list of names, or names with their defaults")
            return {}
        if len(pairs) < len(data):
            self.note(path, "a name stands twice in this list")
        result: dict[str, ValueExpr | None] = {}
        for name, default in pairs.items():
            if not is_name(name):
                self.note((*path, name), f"{name!r} cannot be the name of a parameter", key=True)
            result[name] = None if default is None else self.value_expr(default, (*path, name))
            self._declare(name)
        return result

    def _declare(self, name: str) -> None:
        """Let what follows in the file or block use a name."""
        self._names |= {name}
        self._own.add(name)

    def _read_block_body(self, block: Block, body: dict[str, Any]) -> None:
        self._enter_block(block.name)
        self._names = self._file_names | block.parameters.keys() | {"in_channels"}
        block.let = self.read_let(body.get("let", {}), (*block.path, "let"))
        block.layers = self.items(body.get("layers", []), (*block.path, "layers"))

    def read_let(self, data: Any, path: Path) -> dict[str, ValueExpr]:
        """``let``: names for values; each may use those before it."""
        result: dict[str, ValueExpr] = {}
        for name, value in data.items() if isinstance(data, dict) else ():
            if not is_name(name):
                self.note((*path, name), f"{name!r} cannot be the name of a value", key=True)
            result[name] = self.value_expr(value, (*path, name))
            self._declare(name)
        if not isinstance(data, dict):
            self.note(path, "expected names with their values")
        return result

    @property
    def taken(self) -> set[str]:
        """The names of kept outputs that something goes on with."""
        return {name for name, _ in self._wanted}

    # --- items -----------------------------------------------------------------------------------------------------

    def read_layers(self, data: Any, path: Path) -> list[Item]:
        """The layers of the network itself; ends the reading of a file."""
        self._enter_file()
        self._names = self._file_names
        items = self.items(data, path)
        for name, where in self._wanted:
            if name not in self.kept:
                self.note(where, f"nothing is kept as {name!r}; {suggestion(name, self.kept, 'kept are')}")
        return items

    def items(self, data: Any, path: Path) -> list[Item]:
        """A list of layers; one alone may stand without the list."""
        if isinstance(data, list):
            items = [self.item(entry, (*path, place)) for place, entry in enumerate(data)]
            return [item for item in items if item is not None]
        if data is None or data == "":
            self.note(path, "expected a list of layers")
            return []
        item = self.item(data, path)
        return [item] if item is not None else []

    def item(self, data: Any, path: Path) -> Item | None:
        """One entry of a list of layers: a bare word, or a mapping with its kind and options."""
        if isinstance(data, str):
            data = {data: None}
        if not isinstance(data, dict) or not data:
            self.note(path, "expected a layer like {conv: 3x3x64} or a word like relu")
            return None
        kind = next((key for key in data if self.is_kind(key)), None)
        if kind is None:
            self._unknown_kind(data, path)
            return None
        around = self._names
        common = {"path": path} | self._valued(("when", "repeat"), data, path)  # asked before the turns
        if "repeat" in data:
            self._names = around | {"index"}
        common |= self._common(data, path)
        item = self._item_of(kind, data, path, common)
        self._names = around
        return item

    def _item_of(self, kind: str, data: dict[str, Any], path: Path, common: dict[str, Any]) -> Item:
        """An entry whose kind is known."""
        rest = {key: value for key, value in data.items() if key != kind and key not in COMMON}
        if kind in KINDS or kind in MERGES:
            return self._layer_or_join(kind, data[kind], rest, path, common)
        for key in rest:
            hint = self._comma_hint(key, path) or suggestion(key, self._keys_beside(kind), "known are")
            if not (kind == "stage" and key == "layers"):
                self.note((*path, key), f"unknown key {key!r} beside {kind}; {hint}", key=True)
        return self._structure(kind, data, path, common)

    def is_kind(self, key: str) -> bool:
        """Whether a key says what an entry is."""
        return key in KINDS or key in MERGES or key in STRUCTURE or key in self.blocks or key.startswith("$")

    def _comma_hint(self, key: str, path: Path) -> str | None:
        """What to do about a key that is part of a value; a word without a colon may as well be a key without one."""
        return None if is_name(key) else self.source.comma_hint((*path, key))

    def _keys_beside(self, kind: str) -> list[str]:
        return [*COMMON, "layers"] if kind == "stage" else list(COMMON)

    def _unknown_kind(self, data: dict[str, Any], path: Path) -> None:
        key = next((key for key in data if key not in COMMON), None)
        if key is None:
            self.note(path, "a layer needs its kind, like conv or fc")
            return
        known = [*KINDS, *MERGES, *STRUCTURE, *self.blocks]
        self.note((*path, key), f"unknown layer kind or block {quoted(key)}; {kind_hint(key, known)}", key=True)

    def _common(self, data: dict[str, Any], path: Path) -> dict[str, Any]:
        """The keys every item can have that may depend on the turn, as arguments of ``Item``."""
        common: dict[str, Any] = self._valued(("name",), data, path)
        if "first" in data:
            common["first"] = self.templates(data["first"], (*path, "first"), "what is different in the first repeat")
            if "repeat" not in data:
                self.note((*path, "first"), "first needs a repeat", key=True)
        if "as" in data:
            common["keep"] = self._kept_name("as", data["as"], (*path, "as"))
            self.kept.setdefault(common["keep"], (*path, "as"))
        return common

    def _valued(self, keys: Iterable[str], data: dict[str, Any], path: Path) -> dict[str, Any]:
        """Those of the keys that an entry has, with their values."""
        given = [key for key in keys if key in data]
        for key in given:
            if data[key] is None:
                self.note((*path, key), f"{key}: expected a value")
        return {key: self.value_expr(data[key], (*path, key)) for key in given}

    def _kept_name(self, key: str, value: Any, path: Path) -> str:
        """The name that ``as`` or ``from`` gives: the same wherever it stands, so without expressions."""
        if not isinstance(value, str | int) or isinstance(value, bool) or value == "" or "$" in str(value):
            self.note(path, f"{key}: expected a name without expressions, got {self.source.as_text(path, value)}")
        return str(value)

    def _structure(self, kind: str, data: dict[str, Any], path: Path, common: dict[str, Any]) -> Item:
        value, where = data[kind], (*path, kind)
        if "first" in data and kind in STRUCTURE:
            self.note((*path, "first"), f"first goes with layers and blocks, not with {kind}", key=True)
        if kind == "stage":
            if "layers" not in data:
                self.note(path, "a stage needs layers")
            if "name" in data:
                self.note((*path, "name"), "a stage has its name already", key=True)
            common["name"] = self.value_expr(value, where)
            return StageItem(**common, layers=self.items(data.get("layers", []), (*path, "layers")))
        if kind == "output":
            return OutputItem(**common, layers=self.items(value, where))
        if kind == "from":
            name = self._kept_name(kind, value, where)
            self._wanted.append((name, where))
            return FromItem(**common, source=name)
        return self._block_use(kind, value, path, common)

    # --- layers and joins ------------------------------------------------------------------------------------------

    def _layer_or_join(self, kind: str, size: Any, rest: dict[str, Any], path: Path, common: dict[str, Any]) -> Item:
        self.kinds.add(kind)
        options = dict(self.defaults.get(kind, {}))
        for given in options.values():
            self._read |= given.names  # a name of the block's own comes before the file's
        options |= {key: self.value_expr(value, (*path, key)) for key, value in rest.items()}
        if kind in MERGES:
            if "first" in common:
                self.note((*path, "first"), f"first goes with layers and blocks, not with {kind}", key=True)
            self.check_options(MERGES[kind], options, path)
            branches = self._branches(kind, size, (*path, kind))
            references = {name: items[0] for name, items in branches.items() if is_reference(items)}
            conditions = {name: item.when for name, item in references.items() if item.when is not None}
            branches = {name: [] if is_identity(items) else items for name, items in branches.items()}
            return MergeItem(**common, kind=MERGES[kind], options=options, branches=branches, conditions=conditions)
        if "size" in rest and "size" in KINDS[kind].fields():
            self.note((*path, "size"), f"{kind}.size: the size is the value of {kind}", key=True)
        if size is not None:
            if "size" in KINDS[kind].fields():
                options["size"] = self.value_expr(size, (*path, kind))
            else:
                self.note((*path, kind), f"{kind} takes no size, got {quoted(size)}")
        parts = self.check_options(KINDS[kind], options, path)
        if common.get("first"):
            self.check_options(KINDS[kind], common["first"], (*path, "first"), complete=False)
        return LayerItem(**common, kind=KINDS[kind], options=options, parts=parts)

    def check_options(
        self, kind: type[AnyLayer], options: dict[str, ValueExpr], path: Path, *, complete: bool = True
    ) -> tuple[AnyLayer, ...] | None:
        """Check what can be checked now; the layers themselves where nothing depends on an expression."""
        for key in options.keys() - kind.fields().keys():
            hint = self._comma_hint(key, path) or option_hint(kind, key)
            self.note((*path, key), f"{kind.kind}.{key}: unknown option; {hint}", key=True)
        known_options = {key: value for key, value in options.items() if key in kind.fields()}
        constants = {key: value.evaluate({}) for key, value in known_options.items() if value.constant}
        try:
            parts = build(kind, constants)
        except ReadError as error:
            for field, message in option_mistakes(kind, error):
                if field in constants:
                    self.note((*path, kind.kind if field == "size" else field), message)
                elif complete and field not in known_options:
                    self.note(path, message)
            return None
        return parts if len(constants) == len(options) else None

    def _branches(self, kind: str, data: Any, path: Path) -> dict[str, list[Item]]:
        if isinstance(data, list):
            data = {str(place): branch for place, branch in enumerate(data, 1)}
            places: dict[str, Path] = {name: (*path, int(name) - 1) for name in data}
        elif isinstance(data, dict):
            places = {name: (*path, name) for name in data}
        else:
            self.note(path, f"{kind} needs branches, like {{main: [...], shortcut: identity}}")
            return {}
        if len(data) < 2:
            self.note(path, f"{kind} needs at least two branches", key=True)
        return {name: self.items(branch, places[name]) for name, branch in data.items()}

    # --- uses of blocks --------------------------------------------------------------------------------------------

    def _block_use(self, name: str, value: Any, path: Path, common: dict[str, Any]) -> Item:
        where = (*path, name)
        item = BlockItem(**common, block=self.value_expr(name, where), where=where)
        if isinstance(value, dict):
            item.named = self.templates(value, where, "arguments")
        elif isinstance(value, list):
            item.positional = [self.value_expr(entry, (*where, place)) for place, entry in enumerate(value)]
        elif value is not None:
            item.positional = [self.value_expr(value, where)]
        if name in self.blocks:
            for problem, argument in argument_mistakes(self.blocks[name], item):
                place = where if argument in item.named else (*path, "first")
                self.note((*place, argument) if argument else where, problem, key=True)
        return item


def is_identity(items: list[Item]) -> bool:
    """Whether a branch is the word ``identity``: the empty branch."""
    return len(items) == 1 and isinstance(items[0], LayerItem) and items[0].kind is Identity and items[0].keep is None


def is_reference(items: list[Item]) -> bool:
    """Whether a branch only says where its values come from, so that a condition on it is one on the branch."""
    return is_identity(items) or (len(items) == 1 and isinstance(items[0], FromItem))


def is_name(name: Any) -> bool:
    """Whether an expression can use it as a name."""
    return isinstance(name, str) and _NAME.fullmatch(name) is not None and name not in TAKEN
