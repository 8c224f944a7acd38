"""Read the layers of a file: its defaults, values and blocks, and with them its lists of layers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from layerwise.core.errors import quoted, suggestion
from layerwise.definition import grammar
from layerwise.definition.checks import Diagnostics, check_options
from layerwise.definition.declared import declared, duplicates, is_declaration, used_names
from layerwise.definition.files import UseError
from layerwise.definition.hints import block_name_hint, kind_hint
from layerwise.definition.item_reader import ItemReader
from layerwise.definition.items import Block, Item
from layerwise.definition.kept import Names, unknown_output, unknown_outputs
from layerwise.definition.module import Module
from layerwise.definition.scope import NameScope
from layerwise.definition.values import ValueExpr
from layerwise.definition.words import is_block_name, is_name
from layerwise.definition.yaml_nodes import MappingNode, Node, SequenceNode, entries_of, is_empty
from layerwise.layers import KINDS, MERGES


class Reader:
    """Reads the parts of one file; what is wrong with them goes into ``diagnostics``."""

    def __init__(self, names: Iterable[str], diagnostics: Diagnostics, modules: Callable[[Any], Module]) -> None:
        self.diagnostics = diagnostics
        self.report = diagnostics.append
        self.scope = NameScope(self.report, set(names))
        self.scopes: dict[str, NameScope] = {}
        """The scope of each block of this file."""
        self.uses: dict[str, Node] = {}
        """The places where blocks of other files are named."""
        self.exports: dict[str, Node] = {}
        self.blocks: dict[str, Block] = {}
        self.defaults: dict[str, dict[str, ValueExpr]] = {}
        self.modules = modules
        """Returns the file of a name. Raises ``UseError``."""
        self.items = ItemReader(self.report, self.blocks, self.defaults, modules)

    def read_layers(self, node: Node, exports: tuple[str, ...]) -> list[Item]:
        """Read the layers of the network itself, which ends the reading of a file."""
        items = self.items.read(node, self.scope)
        self.check_kept(exports)
        return items

    def check_kept(self, exports: tuple[str, ...]) -> None:
        """Report names of outputs that nothing keeps, unless that could be in a file that cannot be used."""
        if not self.items.is_whole:
            return
        for diagnostic in unknown_outputs(self.scope, self.scopes, self.blocks):
            self.report(diagnostic)
        for name in exports:
            if name not in Names([*self.scope.kept, *self.scope.imported]):
                self.report(self.exports[name].error(unknown_output(name, Names(self.scope.kept))))

    def read_exports(self, node: Node | None) -> tuple[str, ...]:
        """``exports`` of the file."""
        names = self._exports(node) if node is not None and not is_empty(node) else ()
        self.exports = dict(zip(names, node.items, strict=True)) if isinstance(node, SequenceNode) else {}
        return names

    def read_uses(self, node: Node | None) -> None:
        """``use``: blocks of other files by their names."""
        if node is not None and not is_empty(node) and not isinstance(node, MappingNode):
            self.report(node.error("use: expected files and names of their blocks, like {blocks/mobile: mbconv}"))
        for file, names in entries_of(node).items():
            try:
                module = self.modules(file)
            except UseError as error:
                self.report(names.key_error(f"use: {error}"))
                self.items.is_whole = False
                continue
            for local, name in used_names(names):
                self._use(module, local, name)

    def _use(self, module: Module, local: str, node: Node) -> None:
        """Make a block of another file known by a local name."""
        name = node.data
        own = [block for block, known in module.blocks.items() if known.module is module]
        if not isinstance(name, str) or name not in own:
            given = node.quoted(name) if not isinstance(name, list | dict) else quoted(name)
            hint = suggestion(str(name), own, "blocks")
            self.report(node.error(f"use: {module.file} has no block {given}; {hint}"))
            self.items.is_whole = False
        elif local in self.blocks:
            self.report(node.error(f"use: {local!r} is also a block of {(self.blocks[local].module or module).file}"))
        elif not is_block_name(local):
            self.report(node.key_error(f"{local!r} is not a valid block name; {block_name_hint(local)}"))
        else:
            self.blocks[local] = module.blocks[name]
            self.uses[local] = node

    def bind(self, module: Module) -> None:
        """Let the blocks of this file know where they are written."""
        for name in self.scopes:
            self.blocks[name].module = module

    # --- defaults and values ----------------------------------------------------------------------------------------

    def read_defaults(self, node: Node | None) -> None:
        """``defaults``: options by kind of layer."""
        for kind, options in entries_of(node).items():
            known = KINDS.get(kind) or MERGES.get(kind)
            if known is None:
                message = f"unknown layer kind {kind!r}; {kind_hint(kind, [*KINDS, *MERGES])}"
                self.report(options.key_error(message))
                continue
            before = len(self.diagnostics)
            given = self.scope.value_exprs(options, "options")
            check_options(self.report, known, given, options, complete=False)
            is_sound = len(self.diagnostics) == before
            self.defaults[kind] = given if is_sound else {}  # whose errors every layer would repeat

    def read_let(self, node: Node | None, scope: NameScope) -> dict[str, ValueExpr]:
        """``let``: names for values; each may use those before it."""
        result: dict[str, ValueExpr] = {}
        for name, value in entries_of(node).items():
            if not is_name(name):
                self.report(value.key_error(f"{name!r} is not a valid name for a value"))
            result[name] = scope.value_expr(value)
            scope.declare(name)
        return result

    # --- blocks -----------------------------------------------------------------------------------------------------

    def read_blocks(self, node: Node | None) -> None:
        """``blocks``: first their parameters, so that blocks can use each other, then their layers."""
        for name, body in entries_of(node).items():
            self._read_block_head(name, body)
        for name, scope in self.scopes.items():
            self._read_block_body(self.blocks[name], scope)

    def _read_block_head(self, name: str, body: Node) -> None:
        if not is_block_name(name):
            self.report(body.key_error(f"{name!r} is not a valid block name; {block_name_hint(name)}"))
        elif name in self.uses:
            self.report(body.key_error(f"block {name!r} is also used from {self.blocks[name].node.source.file}"))
        elif not isinstance(body, MappingNode):
            self.report(body.error(f"block {name!r} needs layers"))
        else:
            if "layers" not in body.entries:
                self.report(body.key_error(f"block {name!r} needs layers"))
            words = grammar.Block.words()
            for key in body.entries.keys() - {*words}:
                message = f"unknown key {key!r} in a block; {suggestion(key, words, 'keys')}"
                self.report(body.entries[key].key_error(message))
            self.scopes[name] = self.scope.block()
            self.blocks[name] = Block(name, body, {})
            self.blocks[name].parameters = self._parameters(body.get("parameters"), self.scopes[name])
            self.blocks[name].slots = self._slots(body.get("slots"), self.scopes[name])

    def _parameters(self, node: Node | None, scope: NameScope) -> dict[str, ValueExpr | None]:
        """The parameters of a block; a default may use the parameters before it."""
        self.check_declaration(node)
        result: dict[str, ValueExpr | None] = {}
        for name, place, default in declared(node):
            if not is_name(name):
                self.report(place.key_error(f"{name!r} is not a valid parameter name"))
            result[name] = scope.value_expr(default) if default else None
            scope.declare(name)
        return result

    def _slots(self, node: Node | None, scope: NameScope) -> dict[str, list[Item] | None]:
        """The slots of a block; their default layers are read with those of the block."""
        self.check_declaration(node, "[main, shortcut: identity]: each entry is a slot or has default layers")
        for name, place, _ in declared(node):
            if not is_name(name):
                self.report(place.key_error(f"{name!r} is not a valid name for a slot"))
            elif name in scope.own:
                self.report(place.key_error(f"slots: {name!r} is a parameter; choose another name"))
            scope.slots[name] = place
        return dict.fromkeys(scope.slots)

    def check_declaration(
        self, node: Node | None, form: str = "[width, stride: 1]: each entry is a name or has a default"
    ) -> None:
        """Report what is no declaration of names, and names that are declared twice."""
        if node is not None and not is_declaration(node):
            self.report(node.error(f"expected a list like {form}"))
        for _, place, _ in duplicates(node):
            self.report(place.key_error("duplicate name in this list"))

    def _read_block_body(self, block: Block, scope: NameScope) -> None:
        let = block.node.get("let")
        if let is not None and not isinstance(let, MappingNode):
            self.report(let.error("expected a mapping of names to values"))
        block.let = self.read_let(let, scope)
        for name, _, default in declared(block.node.get("slots")):
            if default:
                block.slots[name] = self.items.read(default, scope)
        if exports := block.node.get("exports"):
            block.exports = self._exports(exports)
        if layers := block.node.get("layers"):
            block.layers = self.items.read(layers, scope)

    def _exports(self, node: Node) -> tuple[str, ...]:
        if not isinstance(node, SequenceNode):
            self.report(node.error("exports: expected a list of names"))
            return ()
        return tuple([self.items.kept_name("exports", name) for name in node.items])
