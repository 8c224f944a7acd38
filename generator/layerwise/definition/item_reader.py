"""Read lists of layers into items, and report every error that can be seen without expanding them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from layerwise.core.errors import quoted, suggestion
from layerwise.definition import grammar
from layerwise.definition.branches import is_branch, is_identity, is_reference, misplaced_when
from layerwise.definition.checks import argument_errors, check_options
from layerwise.definition.files import UseError
from layerwise.definition.hints import kind_hint, mapping_hint
from layerwise.definition.items import (
    BackboneItem,
    Block,
    BlockItem,
    FromItem,
    Item,
    LayerItem,
    ListItem,
    MainOutputItem,
    MergeItem,
    OutputItem,
    SlotItem,
    StageItem,
)
from layerwise.definition.module import Module
from layerwise.definition.scope import NameScope, Report, unreadable
from layerwise.definition.values import Literal, ValueExpr
from layerwise.definition.words import COMMON, INPUT, STRUCTURE, is_name, is_visible
from layerwise.definition.yaml_nodes import MappingNode, Node, ScalarNode, SequenceNode, is_empty
from layerwise.layers import KINDS, MERGES, Merge

Options = dict[str, ValueExpr]


class ItemReader:
    """Reads the lists of layers of one file, in which its blocks and defaults are known."""

    def __init__(
        self,
        report: Report,
        blocks: dict[str, Block],
        defaults: dict[str, Options],
        modules: Callable[[Any], Module],
    ) -> None:
        self.report = report
        self.modules = modules
        self.is_whole = True
        """False if blocks of other files are missing, so that unknown words can be their names."""
        self.blocks = blocks
        self.defaults = defaults
        self.kinds: set[str] = set()
        """The kinds of all layers and merges."""

    def read(self, node: Node, scope: NameScope) -> list[Item]:
        """Read a list of layers, or one alone without a list."""
        if isinstance(node, SequenceNode):
            items = [self._item(entry, scope) for entry in node.items]
            return [item for item in items if item is not None]
        if isinstance(node, ScalarNode) and node.value in (None, ""):
            self.report(node.error("expected a list of layers"))
            return []
        item = self._item(node, scope)
        return [] if item is None else [item]

    def _item(self, node: Node, scope: NameScope) -> Item | None:
        """Read one entry of a list of layers: a bare word, or a mapping with its kind and options."""
        entry = _as_mapping(node)
        if entry is None:
            self.report(node.error("expected a layer like {conv: 3x3x64} or a word like relu"))
            return None
        kind = next(
            (key for key in entry.entries if self._is_kind(key)), "layers" if "layers" in entry.entries else None
        )
        if kind is None:
            self._unknown_kind(entry)
            return None
        is_repeated = "repeat" in entry.entries
        counter = self._counter(entry, scope)
        outside = scope.around_repeat(counter) if is_repeated else scope
        common = {"node": entry, "counter": counter, **self._given(("when", "repeat"), entry, outside)}
        inside = scope.repeated(counter) if is_repeated else scope
        common |= self._common(entry, inside)
        return self._item_of(kind, entry, inside, common)

    def _counter(self, entry: MappingNode, scope: NameScope) -> str:
        """Read the name of ``$index`` in the repeat of an entry."""
        node = entry.get("index")
        if node is None:
            return "index"
        name = node.data
        if "repeat" not in entry.entries:
            self.report(node.key_error("index requires repeat"))
        elif not isinstance(name, str) or not is_name(name):
            self.report(node.error(f"index: expected a name of letters, digits and underscores, got {quoted(name)}"))
        elif name in scope.known:
            self.report(node.error(f"index: {name!r} is already a name here; choose another"))
        else:
            scope.counters.append((name, node))
        return str(name)

    def _item_of(self, kind: str, entry: MappingNode, scope: NameScope, common: dict[str, Any]) -> Item:
        """Read an entry whose kind is known."""
        rest = {key: value for key, value in entry.entries.items() if key != kind and key not in COMMON}
        if kind not in KINDS and (also := entry.get("also")):
            self.report(also.key_error(f"also works with layers, not with {kind}"))
        if kind in KINDS:
            return self._layer(kind, entry, rest, scope, common)
        if kind in MERGES:
            return self._merge(kind, entry, rest, scope, common)
        self._check_keys(kind, rest)
        if kind.startswith("$") and kind[1:] in scope.slots:
            return self._slot(kind[1:], entry, scope, common)
        if kind in (*STRUCTURE, "layers"):
            self._refuse_first(kind, entry)
            return self._structure(kind, entry, scope, common)
        return self._block_use(kind, entry, scope, common)

    def _check_keys(self, kind: str, rest: dict[str, Node]) -> None:
        """Report the keys next to a block or a word of structure that mean nothing there."""
        own = {"stage": ("layers",), "backbone": grammar.Backbone.words()}.get(kind, ())
        for key, value in rest.items():
            if key not in own:
                keys = [key for key in COMMON if key != "also"] + [key for key in own if key != kind]
                hint = _comma_hint(key, value) or suggestion(key, keys, "known")
                self.report(value.key_error(f"unknown key {key!r} next to {kind}; {hint}"))

    def _structure(self, kind: str, entry: MappingNode, scope: NameScope, common: dict[str, Any]) -> Item:
        """Read an entry that is neither a layer nor a merge nor a block."""
        match kind:
            case "stage":
                return self._stage(entry, scope, common)
            case "layers":
                if name := entry.get("name"):
                    self.report(name.key_error("layers without a stage have no name; remove name, or add stage"))
                return ListItem(**common, layers=self.read(entry.entries[kind], scope))
            case "backbone":
                return self._backbone(entry, scope, common)
            case "output":
                return OutputItem(**common, layers=self.read(entry.entries[kind], scope))
            case "main_output":
                return MainOutputItem(**common, layers=self.read(entry.entries[kind], scope))
            case _:
                return self._from(entry, scope, common)

    def _is_kind(self, key: str) -> bool:
        """True where a key says what an entry is."""
        return key in KINDS or key in MERGES or key in STRUCTURE or key in self.blocks or key.startswith("$")

    def _unknown_kind(self, entry: MappingNode) -> None:
        key = next((key for key in entry.entries if key not in COMMON), None)
        if key is None:
            self.report(entry.error("missing layer kind; add one, like conv or fc"))
            return
        if not self.is_whole:
            return
        hint = kind_hint(key, [*KINDS, *MERGES, *STRUCTURE, *self.blocks])
        self.report(entry.entries[key].key_error(f"unknown layer kind or block {quoted(key)}; {hint}"))

    # --- keys that everything can have ------------------------------------------------------------------------------

    def _common(self, entry: MappingNode, scope: NameScope) -> dict[str, Any]:
        """Read the keys that may depend on the iteration, as arguments of ``Item``."""
        common: dict[str, Any] = self._given(("name", "also", "share"), entry, scope)
        if first := entry.get("first"):
            common["first"] = scope.value_exprs(first, "options or arguments")
            if "repeat" not in entry.entries:
                self.report(first.key_error("first requires repeat"))
        if keep := entry.get("as"):
            common["keep"] = self.kept_expr("as", keep, scope)
            if keep.data == INPUT:
                self.report(keep.error(f"as: {INPUT!r} is the input of the block or network; choose another name"))
            scope.kept.setdefault(str(keep.data), keep)
        return common

    def _given(self, keys: tuple[str, ...], entry: MappingNode, scope: NameScope) -> dict[str, ValueExpr]:
        """Read those of the keys that an entry has."""
        given = {key: node for key in keys if (node := entry.get(key))}
        for key, node in given.items():
            if is_empty(node):
                self.report(node.error(f"{key}: expected a value"))
        return {key: scope.value_expr(node) for key, node in given.items()}

    def kept_expr(self, key: str, node: Node, scope: NameScope) -> ValueExpr:
        """Read the name after ``as`` or ``from``."""
        if isinstance(node.data, str) and "$" in node.data:
            return scope.value_expr(node)
        return Literal(node, self.kept_name(key, node))

    def kept_name(self, key: str, node: Node) -> str:
        """Read the name of a kept output that has no expressions."""
        name = node.data
        if not isinstance(name, str | int) or isinstance(name, bool) or not is_visible(str(name)) or "$" in str(name):
            without = " without expressions" if key == "exports" else ""
            self.report(node.error(f"{key}: expected a name{without}, got {node.quoted(name)}"))
        return str(name)

    def _refuse_first(self, kind: str, entry: MappingNode) -> None:
        if first := entry.get("first"):
            self.report(first.key_error(f"first works with layers and blocks, not with {kind}"))

    # --- stages, kept outputs and blocks ----------------------------------------------------------------------------

    def _stage(self, entry: MappingNode, scope: NameScope, common: dict[str, Any]) -> Item:
        layers = entry.get("layers")
        if layers is None:
            self.report(entry.error("a stage needs layers"))
        if name := entry.get("name"):
            self.report(name.key_error("a stage is named by the value of stage; remove name"))
        common["name"] = scope.value_expr(entry.entries["stage"])
        return StageItem(**common, layers=self.read(layers, scope) if layers else [])

    def _from(self, entry: MappingNode, scope: NameScope, common: dict[str, Any]) -> Item:
        node = entry.entries["from"]
        scope.wanted.append((str(node.data), node))
        return FromItem(**common, source=self.kept_expr("from", node, scope))

    def _backbone(self, entry: MappingNode, scope: NameScope, common: dict[str, Any]) -> Item:
        """Read the use of another network's layers."""
        node, until = entry.entries["backbone"], entry.get("until")
        try:
            module = self.modules(node.data)
        except UseError as error:
            self.report(node.error(f"backbone: {error}"))
            self.is_whole = False
            return StageItem(node=entry, layers=[])
        if not module.layers:
            self.report(node.error(f"backbone: {module.file} has no layers; name its blocks under use"))
        item = BackboneItem(**common, module=module, variant=self._given(("variant",), entry, scope).get("variant"))
        if given := entry.get("with"):
            item.arguments = scope.value_exprs(given, "parameters")
            for name in item.arguments.keys() - module.parameters.keys():
                hint = suggestion(name, module.parameters, "parameters")
                self.report(item.arguments[name].node.key_error(f"{module.file} has no parameter {name!r}; {hint}"))
        if until:
            item.until = str(until.data)
            if item.until not in module.exports:
                hint = suggestion(item.until, module.exports, "exports")
                self.report(until.error(f"until: {module.file} does not export {until.quoted(until.data)}; {hint}"))
        scope.imported.update(module.exports)
        return item

    def _slot(self, name: str, entry: MappingNode, scope: NameScope, common: dict[str, Any]) -> Item:
        scope.placed.add(name)
        self._refuse_first(f"${name}", entry)
        if not is_empty(value := entry.entries[f"${name}"]):
            self.report(value.error(f"${name} is a list of layers, which takes no values"))
        return SlotItem(**common, slot=name)

    def _block_use(self, name: str, entry: MappingNode, scope: NameScope, common: dict[str, Any]) -> Item:
        value = entry.entries[name]
        chosen = scope.value_expr(ScalarNode(value.source, value.place, value.key_place, name))
        item = BlockItem(**common, block=chosen)
        slots = self._slots_of(name)
        alone = len(slots) == 1 and name in self.blocks and not self.blocks[name].parameters
        if isinstance(value, MappingNode):
            for argument, node in value.entries.items():
                if argument in slots:
                    item.slots[argument] = self.read(node, scope)
                else:
                    item.named[argument] = scope.value_expr(node)
        elif alone and not is_empty(value):
            item.slots = dict.fromkeys(slots, self.read(value, scope))
        elif isinstance(value, SequenceNode):
            item.positional = [scope.value_expr(argument) for argument in value.items]
        elif not is_empty(value):
            item.positional = [scope.value_expr(value)]
        if name in self.blocks:
            for problem, argument in argument_errors(self.blocks[name], item):
                given = item.named.get(argument) or item.first.get(argument)
                self.report((given.node if given else value).key_error(problem))
        return item

    def _slots_of(self, name: str) -> set[str]:
        """The slots of a block; of a block that an expression selects, those of all blocks."""
        blocks = [self.blocks[name]] if name in self.blocks else self.blocks.values()
        return {slot for block in blocks for slot in block.slots}

    # --- layers and merges ------------------------------------------------------------------------------------------

    def _options(self, kind: str, entry: MappingNode, rest: dict[str, Node], scope: NameScope) -> Options:
        """Read the options of a layer; errors in a default are reported at the layer that has it."""
        self.kinds.add(kind)
        defaults = self.defaults.get(kind, {})
        for default in defaults.values():
            scope.use(default.names)  # a name of the block's own comes before the file's
        options = {name: default.placed(entry) for name, default in defaults.items() if name not in rest}
        return options | {name: scope.value_expr(node) for name, node in rest.items()}

    def _layer(
        self, kind: str, entry: MappingNode, rest: dict[str, Node], scope: NameScope, common: dict[str, Any]
    ) -> Item:
        layer, size = KINDS[kind], entry.entries[kind]
        options = self._options(kind, entry, rest, scope)
        has_size = "size" in layer.fields()
        if has_size and "size" in rest:
            self.report(rest["size"].key_error(f"{kind}.size: unknown option; write the size as the value of {kind}"))
        if not is_empty(size):
            if has_size and isinstance(size, MappingNode):
                self.report(size.error(f"{kind}: its value is not a mapping; {mapping_hint(layer, size.entries)}"))
                options["size"] = unreadable(size)
            elif has_size:
                options["size"] = scope.value_expr(size)
            else:
                self.report(size.error(f"{kind} takes no size, got {quoted(size.data)}"))
        parts = check_options(self.report, layer, options, entry)
        if common.get("first"):
            check_options(self.report, layer, common["first"], entry.entries["first"], complete=False)
        if "like" in layer.fields() and isinstance(rest.get("like"), ScalarNode):
            if not is_empty(size):
                self.report(rest["like"].key_error(f"{kind} takes a size or like, not both"))
            return LayerItem(**common, kind=layer, options=options, like=self._like(rest["like"], scope))
        return LayerItem(**common, kind=layer, options=options, parts=parts)

    def _like(self, node: Node, scope: NameScope) -> str:
        """Read the name of the kept output whose size a layer gets."""
        name = self.kept_name("like", node)
        scope.wanted.append((name, node))
        return name

    def _merge(
        self, kind: str, entry: MappingNode, rest: dict[str, Node], scope: NameScope, common: dict[str, Any]
    ) -> Item:
        merge = MERGES[kind]
        options = self._options(kind, entry, rest, scope)
        self._refuse_first(kind, entry)
        check_options(self.report, merge, options, entry)
        conditions: dict[str, ValueExpr] = {}
        branches = self._branches(kind, entry.entries[kind], scope, conditions)
        if merge.branch_names:
            branches = self._in_order(merge, branches, conditions, entry.entries[kind])
        branches = {name: [] if is_identity(items) else items for name, items in branches.items()}
        return MergeItem(**common, kind=merge, options=options, branches=branches, conditions=conditions)

    def _branches(
        self, kind: str, node: Node, scope: NameScope, conditions: dict[str, ValueExpr]
    ) -> dict[str, list[Item]]:
        """Read the branches of a merge, and put their conditions into ``conditions``."""
        if isinstance(node, SequenceNode):
            branches = {str(number): branch for number, branch in enumerate(node.items, 1)}
        elif isinstance(node, MappingNode):
            branches = node.entries
        else:
            self.report(node.error(f"{kind} needs branches, like {{main: [...], shortcut: identity}}"))
            return {}
        if len(branches) < 2:
            self.report(node.key_error(f"{kind} needs at least two branches"))
        return {name: self._branch(name, branch, scope, conditions) for name, branch in branches.items()}

    def _branch(self, name: str, node: Node, scope: NameScope, conditions: dict[str, ValueExpr]) -> list[Item]:
        """Read a branch: a list of layers, or a mapping of its condition, its origin and its layers."""
        if not isinstance(node, MappingNode) or not is_branch(node):
            items = self.read(node, scope)
            if len(items) == 1 and items[0].when is not None and is_reference(items):
                self.report(items[0].when.node.key_error(misplaced_when(items[0])))
            return items
        given = self._given(("when",), node, scope)
        if "when" in given:
            conditions[name] = given["when"]
        origin = [self._from(node, scope, {"node": node})] if "from" in node.entries else []
        layers = node.get("layers")
        return [*origin, *(self.read(layers, scope) if layers else [])]

    def _in_order(
        self, merge: type[Merge], branches: dict[str, list[Item]], conditions: dict[str, ValueExpr], node: Node
    ) -> dict[str, list[Item]]:
        """The branches of a merge that needs certain ones, in the order in which it takes them."""
        names = merge.branch_names
        if branches and {*branches} != {*names}:
            self.report(
                node.key_error(f"{merge.kind} needs the branches {', '.join(names)}, got {', '.join(branches)}")
            )
            return {}
        for when in conditions.values():
            self.report(when.node.key_error(f"when is not available here: {merge.kind} needs all of its branches"))
        return {name: branches[name] for name in names if name in branches}


def _as_mapping(node: Node) -> MappingNode | None:
    """An entry of a list of layers as a mapping, a bare word as one without a value; None where it is neither."""
    if isinstance(node, MappingNode):
        return node if node.entries else None
    if isinstance(node, ScalarNode) and isinstance(node.value, str):
        word = ScalarNode(node.source, node.place, None, None)
        return MappingNode(node.source, node.place, None, {node.value: word})
    return None


def _comma_hint(key: str, node: Node) -> str | None:
    """Return a hint for a key that is part of a value. A word without a colon may also be a key without one."""
    return None if is_name(key) else node.comma_hint()
