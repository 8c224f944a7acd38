"""Expand a definition with real shapes: its blocks, iterations and branches, and every layer in its place."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple, NoReturn

from layerwise.core.errors import DefinitionError, Diagnostic, ShapeError, quoted, suggestion
from layerwise.core.fields import ReadError
from layerwise.core.limits import FIGURE, GROUPS, LAYERS, NAME_CHARACTERS, NETWORK_LAYERS, SHOWN_ERRORS, SIDE, WORK
from layerwise.core.receptive_field import ReceptiveField, no_position, one_position
from layerwise.core.shape import SIDES, Shape
from layerwise.core.tensors import count
from layerwise.definition import Definition, Variant
from layerwise.definition.checks import argument_errors, option_errors
from layerwise.definition.expressions import ExpressionError
from layerwise.definition.hints import input_hint, misfit_hint, sides_hint, swapped_hint
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
from layerwise.definition.values import Computed, Literal, ValueExpr
from layerwise.definition.words import INPUT, is_visible
from layerwise.definition.yaml_nodes import Node
from layerwise.layers import AnyLayer, LayerStats, Merge
from layerwise.layers.cache import analyze, build
from layerwise.layers.inputs import Input
from layerwise.network.graph import Branches, Group, GroupKind, LayerNode, NamedOutput, Network
from layerwise.network.naming import name_items, set_paths
from layerwise.network.sharing import SharedWeights

MAX_GROUPS_SHOWN = 6
"""Maximum number of enclosing groups shown in an error."""
ERROR_COST = 1_000
"""Budget charged per failed branch, to bound nested failures."""
FIGURES = ("parameters", "buffers", "multiply-accumulates", "activations")

Scope = dict[str, Any]


class Flow(NamedTuple):
    """The output of a layer, as the input of the next."""

    shape: Shape
    node: int
    """The layer it comes from; -1 is the network's input."""
    receptive_field: ReceptiveField | None
    depth: int


class Slot(NamedTuple):
    """Layers for a block to place, with the values and kept outputs of the place where they are written."""

    layers: Sequence[Item]
    scope: Scope
    kept: ChainMap[str, Flow]
    module: Module | None


@dataclass(slots=True)
class Budget:
    """The layers and steps left for all variants of a file, and the blocks that they use."""

    layers: int = LAYERS
    work: int = WORK
    blocks: set[int] = field(default_factory=set)
    """The identities of the blocks that are placed."""

    @property
    def spent(self) -> bool:
        """True where nothing else of the file can be calculated."""
        return self.layers < 0 or self.work < 0


def assemble(
    definition: Definition,
    variant: Variant,
    budget: Budget | None = None,
    channels: Mapping[int, int] | None = None,
) -> Network:
    """Calculate one network; the networks of a file share a budget.

    ``channels`` are numbers of output channels that replace those of the definition, by the indexes of layers.

    Raises ``DefinitionError`` where a layer does not fit, an expression has no value, or a limit is passed.
    """
    assembler = _Assembler(definition, variant, budget or Budget(), channels or {})
    shape = variant.metadata.input
    assert shape is not None  # reading a definition makes sure of it
    try:
        items = assembler.network(Flow(shape, -1, one_position(len(shape.spatial)), 0))
        assembler.check_used()
    except DefinitionError as error:
        raise DefinitionError([assembler.at_user(diagnostic) for diagnostic in error.diagnostics]) from None
    if not any(node.on_main_path for node in assembler.layers):
        assembler.fail(definition.root.at("layers").error(f"{variant.name}: no layer is left"))
    set_paths(items)
    network = Network(definition, variant, shape, items, assembler.layers, assembler.outputs())
    sums = network.main + network.side
    figures = (sums.parameters, sums.buffers, sums.macs, sums.activations)
    assembler.check_figures(figures, definition.root.at("layers"), network.name)
    return network


class _Assembler:
    """The state of one walk: the rows so far, the kept outputs, and where in the nesting it is."""

    def __init__(self, definition: Definition, variant: Variant, budget: Budget, channels: Mapping[int, int]) -> None:
        self.definition = definition
        self.variant = variant
        self.budget = budget
        self.channels = channels
        self.layers: list[LayerNode] = []
        self.kept: ChainMap[str, Flow] = ChainMap()
        """Kept outputs by name: those of the innermost block first, then those around it."""
        self.used = {-1}
        """The layers whose output is kept, or an output of the network; those that feed others are not listed."""
        self.entries: list[Node] = []
        """The node of each layer."""
        self.groups: list[Group] = []
        self.sound: set[int] = set()
        self.weights = SharedWeights(self.fail)
        self.side_outputs = 0
        self.heads: list[tuple[Group, int]] = []
        """The outputs of the main network by name, each with its last layer."""
        self.last = -1
        """The layer at the end of the main path."""
        self.module = definition.module
        """The file whose layers are placed."""
        self.values: dict[int, Scope] = {}
        """The values of each file, by its identity."""
        self.user: Node = definition.root.at("use")
        """The item of this file that places layers of another."""

    # --- errors -----------------------------------------------------------------------------------------------------

    def fail(self, diagnostic: Diagnostic) -> NoReturn:
        """Stop with an error, which names the stage and the blocks around it."""
        names = [group.name or group.label for group in self.groups]
        if len(names) > MAX_GROUPS_SHOWN:
            names[MAX_GROUPS_SHOWN // 2 : -MAX_GROUPS_SHOWN // 2] = ["…"]
        where = f" (in {' › '.join(names)})" if names else ""
        raise DefinitionError([self.at_user(replace(diagnostic, message=diagnostic.message + where))])

    def at_user(self, diagnostic: Diagnostic) -> Diagnostic:
        """An error in another file at the item that uses it, and with both places."""
        if diagnostic.file == self.definition.source.file:
            return diagnostic
        place = f"{diagnostic.file}:{diagnostic.line}:{diagnostic.column}"
        return self.user.error(f"{diagnostic.message} (at {place})")

    def value(self, item: ValueExpr, scope: Scope) -> Any:
        """The value of an expression."""
        self.spend(item.cost, item.node)
        try:
            return item.evaluate(scope)
        except ExpressionError as error:
            self.fail(item.node.error(str(error)))

    def extended(self, scope: Scope, items: dict[str, ValueExpr]) -> Scope:
        """A scope with more names, each of which may use those before it."""
        scope = dict(scope)
        for name, item in items.items():
            scope[name] = self.value(item, scope)
        return scope

    # --- lists of layers --------------------------------------------------------------------------------------------

    def network(self, flow: Flow) -> list[LayerNode | Group | Branches]:
        """The whole network."""
        scope: Scope = {}
        self.kept[INPUT] = flow
        for name, item in self.variant.arguments.items():
            value = self.value(item, scope)
            if value is not None:
                scope[name] = value
        scope = self.values[id(self.module)] = self.extended(scope, self.definition.let)
        items: list[LayerNode | Group | Branches] = []
        self.last = self.series(self.definition.layers, scope, flow, items).node
        self.used.add(self.last)
        name_items(items)
        return items

    def series(self, items: Sequence[Item], scope: Scope, flow: Flow, into: list[LayerNode | Group | Branches]) -> Flow:
        """Place a list of layers, one after the other."""
        for item in items:
            self.spend(1, item.node)
            if item.when is not None and not self.condition(item.when, scope):
                continue
            for iteration in range(self.repeats(item, scope)):
                self.spend(1, item.node)
                inner = scope if item.repeat is None else {**scope, item.counter: iteration}
                flow = self.item(item, inner, flow, into, first=iteration == 0)
                if isinstance(item.keep, Computed):
                    self.keep(self.string("as", item.keep, inner), item, flow)
            if isinstance(item.keep, Literal):  # also after no iteration at all
                self.keep(item.keep.value, item, flow)
        return flow

    def keep(self, name: str, item: Item, flow: Flow) -> None:
        """Keep the output of an item for a later ``from``."""
        if name == INPUT:
            message = f"as: {INPUT!r} is the input of the block or network; choose another name"
            self.fail(item.node.at("as").error(message))
        self.kept[name] = flow
        self.used.add(flow.node)

    def spend(self, work: int, node: Node) -> None:
        """Count on: repeats of repeats in which no layer is left would never end, either."""
        self.budget.work -= work
        if self.budget.work < 0:
            self.fail(node.error(f"too many steps; all networks of a file expand in at most {WORK:,}"))

    def condition(self, when: ValueExpr, scope: Scope) -> bool:
        """Evaluate the condition of an item or a branch."""
        value = self.value(when, scope)
        if not isinstance(value, bool):
            self.fail(when.node.error(f"when: expected true or false, got {quoted(value)}"))
        return value

    def repeats(self, item: Item, scope: Scope) -> int:
        """Return the number of iterations of an item."""
        if item.repeat is None:
            return 1
        value = self.value(item.repeat, scope)
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= LAYERS:
            message = f"repeat: expected a whole number up to {LAYERS:,}, got {quoted(value)}"
            self.fail(item.repeat.node.error(message))
        return value

    def name(self, item: Item, scope: Scope) -> str:
        """Return the name of an item; empty where it has none."""
        return self.string("stage" if isinstance(item, StageItem) else "name", item.name, scope)

    def string(self, key: str, expression: ValueExpr | None, scope: Scope) -> str:
        """Return the value of a key that is a name; empty where it has none."""
        if expression is None:
            return ""
        value, node = self.value(expression, scope), expression.node
        if isinstance(value, bool) or not isinstance(value, str | int) or not is_visible(str(value)):
            self.fail(node.error(f"{key}: expected a string, got {node.quoted(value)}"))
        if len(str(value)) > NAME_CHARACTERS:
            self.fail(node.error(f"{key}: a name has at most {NAME_CHARACTERS} characters, got {quoted(value)}"))
        return str(value)

    def item(
        self, item: Item, scope: Scope, flow: Flow, into: list[LayerNode | Group | Branches], *, first: bool
    ) -> Flow:
        """Place one iteration of an item, whose weights may be those of others."""
        start = len(self.layers)
        flow = self.place(item, scope, flow, into, first=first)
        if item.share is not None:
            name = self.string("share", item.share, scope)
            self.weights.share(name, self.layers[start:], item.share.node)
        return flow

    def place(
        self, item: Item, scope: Scope, flow: Flow, into: list[LayerNode | Group | Branches], *, first: bool
    ) -> Flow:
        """Place one iteration of an item."""
        name = self.name(item, scope)
        match item:
            case LayerItem():
                return self.layer(item, scope, flow, into, name, first=first)
            case BlockItem():
                return self.block(item, scope, flow, into, name, first=first)
            case MergeItem():
                return self.merge(item, scope, flow, into, name)
            case ListItem():
                return self.series(item.layers, scope, flow, into)
        return self.structure(item, scope, flow, into, name)

    def structure(self, item: Item, scope: Scope, flow: Flow, into: list[Any], name: str) -> Flow:
        """Place an item that is neither a layer nor a merge nor a block."""
        match item:
            case StageItem():
                return self.group("stage", name, name, item.layers, item.node, scope, flow, into)
            case OutputItem():
                self.side_outputs += 1
                side = self.group("output", "output", name, item.layers, item.node, scope, flow, into)
                self.used.add(side.node)
                self.side_outputs -= 1
                return flow
            case MainOutputItem():
                self.main_output(item, scope, flow, into, name)
                return flow
            case FromItem():
                return self.origin(item, scope)
            case BackboneItem():
                return self.backbone(item, scope, flow, into)
            case SlotItem():
                return self.slot(scope[f"${item.slot}"], flow, into)
        raise AssertionError(item)

    def main_output(self, item: MainOutputItem, scope: Scope, flow: Flow, into: list[Any], name: str) -> None:
        """Place an output of the main network, after which the sequence goes on from before it."""
        if self.side_outputs:
            self.fail(item.node.at("main_output").key_error("a side output has no output of the main network"))
        head = self.group("main_output", "output", name, item.layers, item.node, scope, flow, into)
        self.used.add(head.node)
        self.heads.append((into[-1], head.node))

    def origin(self, item: FromItem, scope: Scope) -> Flow:
        """The kept output that a ``from`` names."""
        node = item.source.node
        source = item.source.value if isinstance(item.source, Literal) else self.string("from", item.source, scope)
        return self.kept_flow(source, node)

    def group(
        self,
        kind: GroupKind,
        label: str,
        name: str,
        items: Sequence[Item],
        node: Node,
        scope: Scope,
        flow: Flow,
        into: list[Any],
    ) -> Flow:
        """Place a stage, a block, a branch or a side output."""
        if len(self.groups) >= GROUPS:
            self.fail(node.error(f"blocks, stages and branches nest at most {GROUPS} deep; does a block use itself?"))
        group = Group(kind, label, flow.shape, name)
        self.groups.append(group)
        flow = self.series(items, scope, flow, group.items)
        self.groups.pop()
        group.output_shape = flow.shape
        name_items(group.items)
        if group.items or kind in ("branch", "main_output"):
            into.append(group)
        return flow

    # --- layers -----------------------------------------------------------------------------------------------------

    def layer(self, item: LayerItem, scope: Scope, flow: Flow, into: list[Any], name: str, *, first: bool) -> Flow:
        """Place a layer, with the normalization that is part of it."""
        options = item.options | item.first if first and item.first else item.options
        if item.like is not None:
            options = options | self.sized_like(item.like, item.node)
            del options["like"]
        parts = (item.parts if options is item.options else None) or self.configured(
            item.kind, options, scope, item.node
        )
        also = self.string("also", item.also, scope)
        for layer in parts:
            flow = self.node(layer, (flow,), into, item.node, name)
            self.layers[-1].also = also
            name = also = ""
        return flow

    def sized_like(self, name: str, entry: Node) -> dict[str, ValueExpr]:
        """The size of a kept output, as the size of a layer."""
        node = entry.at("like")
        sides = self.kept_flow(name, node).shape.spatial
        if not sides:
            self.fail(node.error(f"like: {name!r} is a vector, which has no size"))
        return {"size": Literal(node, "x".join(map(str, sides)))}

    def kept_flow(self, name: str, node: Node) -> Flow:
        """The output that is kept under a name."""
        if name not in self.kept:
            self.fail(node.error(f"no output has been kept as {name!r} yet"))
        return self.kept[name]

    def configured(
        self, kind: type[AnyLayer], options: dict[str, ValueExpr], scope: Scope, entry: Node
    ) -> tuple[AnyLayer, ...]:
        """The layer with its options evaluated, one object for equal options."""
        self.spend(sum([item.cost for item in options.values()]), entry)
        try:
            values = {name: item.evaluate(scope) for name, item in options.items()}
        except ExpressionError:
            for item in options.values():  # again, to find out which
                self.value(item, scope)
            raise
        try:
            return build(kind, values)
        except ReadError as error:
            field, message = option_errors(kind, error)[0]
            self.fail((options[field].node if field in options else entry).error(message))

    def node(self, layer: AnyLayer, flows: tuple[Flow, ...], into: list[Any], entry: Node, name: str) -> Flow:
        """Place one layer after its sources."""
        self.budget.layers -= 1
        if self.budget.layers < 0:
            self.fail(entry.error(f"too many layers; all networks of a file have at most {LAYERS:,}"))
        if len(self.layers) >= NETWORK_LAYERS:
            self.fail(entry.error(f"too many layers; a network has at most {NETWORK_LAYERS:,}"))
        if len(self.layers) in self.channels:
            layer = layer.with_channels(self.channels[len(self.layers)]) or layer
        if isinstance(layer, Input):
            flows = (self.further_input(Shape(layer.size)),)
        inputs = tuple([flow.shape for flow in flows])
        stats = self.analyze(layer, inputs, entry, name)
        leading = flows[:1] if isinstance(layer, Merge) and layer.follows_first else flows
        field = merged_field(leading)
        sees_nothing = field is not None and field.sees_nothing
        if stats.is_global and not sees_nothing:
            field = None
        if field is not None and stats.receptive_window is not None and not sees_nothing:
            field = field.through(stats.receptive_window)
            if field is not None and max(*field.size, *field.step) > FIGURE:
                message = f"{name or layer.label}: its receptive field is larger than {FIGURE:,}"
                self.fail(entry.at(layer.kind).error(message))
        depth = max([flow.depth for flow in leading]) + layer.depth_units
        sources = tuple([flow.node for flow in flows])
        node = LayerNode(len(self.layers), layer, inputs, sources, stats, field, depth, not self.side_outputs, name)
        self.layers.append(node)
        self.entries.append(entry)
        into.append(node)
        return Flow(stats.output, node.index, field, depth)

    def further_input(self, shape: Shape) -> Flow:
        """A further input, whose positions are those of the image if it has as many sides."""
        assert self.variant.metadata.input is not None
        sides = len(self.variant.metadata.input.spatial)
        field = one_position(sides) if len(shape.spatial) == sides and max(shape.spatial) > 1 else no_position(sides)
        return Flow(shape, -1, field, 0)

    def analyze(self, layer: AnyLayer, inputs: tuple[Shape, ...], entry: Node, name: str) -> LayerStats:
        """Analyze a layer on its inputs."""
        try:
            stats = analyze(layer, inputs)
        except ShapeError as error:
            image = self.variant.metadata.input
            hints = (misfit_hint(inputs), swapped_hint(layer.filter), input_hint(image), sides_hint(layer, inputs[0]))
            hint = next(filter(None, hints), "")
            message = f"{name or layer.label} ({layer.kind}): {error}{hint}"
            node = entry.at(layer.kind)
            self.fail(node.key_error(message) if isinstance(layer, Merge) else node.error(message))
        if id(stats) not in self.sound:  # the same object wherever the same layer meets the same shapes
            node = entry.at(layer.kind)
            if max(stats.output) > SIDE:
                message = f"{name or layer.label}: its output has more than {SIDE:,} rows, columns or channels"
                self.fail(node.error(message))
            figures = (stats.parameters, count(stats.buffers), stats.macs, stats.output.elements)
            self.check_figures(figures, node, name or layer.label)
            self.sound.add(id(stats))
        return stats

    def outputs(self) -> tuple[NamedOutput, ...]:
        """The outputs of the main network: those by name, and the end of the main path if nothing takes it."""
        taken = {source for node in self.layers for source in node.sources} | {head for _, head in self.heads}
        named = [NamedOutput(group.name, head) for group, head in self.heads]
        return tuple(named) if named and self.last in taken else (*named, NamedOutput("", self.last))

    def check_figures(self, figures: tuple[int, int, int, int], node: Node, name: str) -> None:
        """Keep parameters, buffers, MACs and activations exact for every reader of the data."""
        if (largest := max(figures)) > FIGURE:
            self.fail(node.error(f"{name}: it has more than {FIGURE:,} {FIGURES[figures.index(largest)]}"))

    def check_used(self) -> None:
        """Refuse layers whose output nothing uses, such as those before a ``from``."""
        self.used.update(*[node.sources for node in self.layers])
        unused = [node for node in self.layers if node.index not in self.used]
        first = {self.entries[node.index]: node for node in reversed(unused)}  # of those from the same place
        if first:
            message = "its output is not used; remove the layer, or keep its output with `as`"
            raise DefinitionError(
                [entry.at(node.layer.kind).error(f"{node.name}: {message}") for entry, node in first.items()]
            )

    # --- branches ---------------------------------------------------------------------------------------------------

    def merge(self, item: MergeItem, scope: Scope, flow: Flow, into: list[Any], name: str) -> Flow:
        """Place branches and the layer that merges them; report the errors of all branches.

        A single branch is not merged: its layers are placed like any other list.
        """
        flows, branches, diagnostics = [], list[Any](), list[Diagnostic]()
        around, kept = len(self.groups), self.kept
        there = {label: items for label, items in item.branches.items() if self.has_branch(item, label, scope)}
        if not there:
            self.fail(item.node.at(item.kind.kind).key_error(f"no branch of {item.kind.kind} is left"))
        if len(there) == 1:
            if self.configured(item.kind, item.options, scope, item.node)[0].activation_function:
                message = f"activation has no effect: only one branch of {item.kind.kind} is left"
                self.fail(item.node.at("activation").error(message))
            (alone,) = there.values()
            return self.series(alone, scope, flow, into)
        for label, items in there.items():
            try:
                flows.append(self.group("branch", label, label, items, item.node, scope, flow, branches))
            except DefinitionError as error:
                diagnostics += error.diagnostics
                del self.groups[around:]
                self.kept = kept
                self.budget.work -= ERROR_COST
                if self.budget.spent or len(diagnostics) > SHOWN_ERRORS:
                    break
        if diagnostics:
            raise DefinitionError(diagnostics)
        (layer,) = self.configured(item.kind, item.options, scope, item.node)
        merged: list[LayerNode] = []
        flow = self.node(layer, tuple(flows), merged, item.node, name)
        into.append(Branches(branches, merged[0]))
        return flow

    def has_branch(self, item: MergeItem, label: str, scope: Scope) -> bool:
        """True unless the condition of a branch is false."""
        when = item.conditions.get(label)
        return when is None or self.condition(when, scope)

    # --- blocks -----------------------------------------------------------------------------------------------------

    def block(self, item: BlockItem, scope: Scope, flow: Flow, into: list[Any], name: str, *, first: bool) -> Flow:
        """Place a block with its arguments."""
        label, block = self.chosen(item, scope)
        given = dict(zip(block.parameters, item.positional, strict=False)) | item.named
        if first:
            given |= item.first
        arguments = {name: self.value(value, scope) for name, value in given.items()}
        inner = {**self.file_values(block.module), **input_names(flow.shape)}
        for parameter, default in block.parameters.items():
            if parameter in arguments:
                inner[parameter] = arguments[parameter]
            elif default is not None:
                inner[parameter] = self.value(default, inner)
        inner = self.extended(inner, block.let)
        around, self.kept = self.kept, self.kept.new_child({INPUT: flow})
        for slot, layers in block.slots.items():
            new = item.slots.get(slot)
            inner[f"${slot}"] = (
                Slot(layers or [], inner, self.kept, block.module)
                if new is None
                else Slot(new, scope, around, self.module)
            )
        with nullcontext() if block.module is self.module else self.inside(block.module, item.node):
            flow = self.group("block", label, name, block.layers, item.node, inner, flow, into)
        own, self.kept = self.kept.maps[0], self.kept.parents
        self.kept.update((name, own[name]) for name in block.exports if name in own)
        return flow

    def slot(self, slot: Slot, flow: Flow, into: list[Any]) -> Flow:
        """Place the layers of a slot, with the names that are known where they are written."""
        inside, self.kept = self.kept, slot.kept
        with self.inside(slot.module, self.user):
            flow = self.series(slot.layers, slot.scope, flow, into)
        self.kept = inside
        return flow

    # --- other files ------------------------------------------------------------------------------------------------

    @contextmanager
    def inside(self, module: Module | None, node: Node) -> Iterator[None]:
        """Place layers of a file, which an item of this file may use."""
        around = self.module, self.user
        assert module is not None  # reading a file sets it
        if self.module is self.definition.module:
            self.user = node
        self.module = module
        try:
            yield
        finally:
            self.module, self.user = around

    def file_values(self, module: Module | None) -> Scope:
        """The parameters of a file with their defaults, and its other values."""
        assert module is not None  # reading a file sets it
        if id(module) not in self.values:
            self.values[id(module)] = self.extended(self.given(module.parameters, {}), module.let)
        return self.values[id(module)]

    def given(self, items: dict[str, ValueExpr], scope: Scope) -> Scope:
        """A scope with those parameters that have a value."""
        found = dict(scope)
        for name, item in items.items():
            if (value := self.value(item, found)) is not None:
                found[name] = value
        return found

    def backbone(self, item: BackboneItem, scope: Scope, flow: Flow, into: list[Any]) -> Flow:
        """Place the layers of another network, up to a kept output."""
        module = item.module
        arguments = {name: self.value(value, scope) for name, value in item.arguments.items()}
        variant = self.variant_of(item, scope)
        with self.inside(module, item.node):
            rest = {name: value for name, value in variant.items() if name not in arguments}
            values = self.extended(self.given(rest, arguments), module.let)
            before, self.values[id(module)] = self.values.get(id(module)), values
            around, self.kept = self.kept, ChainMap({INPUT: flow})
            for layer in module.layers:
                flow = self.series([layer], values, flow, into)
                if item.until is not None and item.until in self.kept:
                    flow = self.kept[item.until]
                    break
            own, self.kept = self.kept.maps[0], around
            self.values[id(module)] = before if before is not None else values
        if item.until is not None and item.until not in own:
            self.fail(item.node.at("until").error(f"no output has been kept as {item.until!r}"))
        self.kept.update((name, own[name]) for name in module.exports if name in own)
        return flow

    def variant_of(self, item: BackboneItem, scope: Scope) -> dict[str, ValueExpr]:
        """The values of the parameters of a network that is a backbone."""
        variants = item.module.variants
        if item.variant is None:
            return next(iter(variants.values())) if len(variants) == 1 else item.module.parameters
        name = self.string("variant", item.variant, scope)
        if name not in variants:
            hint = suggestion(name, variants, "networks")
            self.fail(item.variant.node.error(f"variant: {item.module.file} has no network {name!r}; {hint}"))
        return variants[name]

    def chosen(self, item: BlockItem, scope: Scope) -> tuple[str, Block]:
        """The block an item uses, which may be named by an expression, with its name in this file."""
        name, node = self.value(item.block, scope), item.block.node
        blocks = self.module.blocks
        if not isinstance(name, str) or name not in blocks:
            self.fail(node.error(f"unknown block {quoted(name)}; {suggestion(str(name), blocks, 'blocks')}"))
        if not isinstance(item.block, Literal) and (problems := argument_errors(blocks[name], item)):
            self.fail(node.error(problems[0][0]))
        self.budget.blocks.add(id(blocks[name]))
        return name, blocks[name]


def input_names(shape: Shape) -> Scope:
    """The names that expressions in a block have for the sides of its input."""
    sides = zip(SIDES.get(len(shape.spatial), ()), shape.spatial, strict=False)
    return {"in_channels": shape.channels, **{f"in_{name}": side for name, side in sides}}


def merged_field(flows: tuple[Flow, ...]) -> ReceptiveField | None:
    """The receptive field where flows meet: that of all together, so the whole input where one of them sees that."""
    result = flows[0].receptive_field
    for flow in flows[1:]:
        if result is None or flow.receptive_field is None:
            return None
        positions = (*flows[0].shape.spatial, *[1] * len(result.size))[: len(result.size)]
        result = result.merged(flow.receptive_field, positions)
    return result
