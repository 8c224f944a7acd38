"""A network with another input size or another number of classes."""

from __future__ import annotations

from dataclasses import dataclass, replace

from layerwise.core.errors import DefinitionError, LayerwiseError
from layerwise.core.limits import SIDE
from layerwise.core.shape import SIDES, Shape, parse_sides, times
from layerwise.core.windows import Sides
from layerwise.definition import Definition, Variant
from layerwise.layers.transposed import TransposedConvolution
from layerwise.network.assembly import assemble
from layerwise.network.graph import LayerNode, Network, layers_of

TASKS = ("classification", "segmentation")
"""Tasks whose outputs are one score for each class."""


class WhatIfError(LayerwiseError):
    """The network cannot be calculated with this input size or number of classes."""


@dataclass(frozen=True, slots=True)
class Question:
    """The changes to a network; None leaves a value as it is."""

    sides: Sides | None = None
    """The spatial sides of the input; one stands for all."""
    classes: int | None = None


def question(size: str, classes: str) -> Question:
    """Read a size like ``448`` or ``320x240`` and a number of classes; empty strings change nothing.

    Raises ``WhatIfError``.
    """
    return Question(_sides(size) if size else None, _classes(classes) if classes else None)


def _sides(text: str) -> Sides:
    try:
        sides = parse_sides(text.lower().replace(" ", ""))
    except ValueError:
        sides = ()
    if not sides or not all(1 <= side <= SIDE for side in sides):
        raise WhatIfError("input size: expected one side like 448, or height × width like 320x240")
    return sides


def _classes(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= SIDE):
        raise WhatIfError(f"classes: expected a whole number from 1 to {SIDE:,}")
    return int(text)


def ask(network: Network, asked: Question) -> Network:
    """Calculate the network with another input size or number of classes.

    Raises ``WhatIfError`` if a layer does not fit, if its weights are for one input size, or if no layer is known to
    set the number of classes.
    """
    channels = {}
    if asked.classes is not None and asked.classes != number_of_classes(network):
        if not (found := classifiers(network)):
            raise WhatIfError("classes: no single layer of this network sets the number of classes")
        channels = dict.fromkeys(found, asked.classes)
    definition, variant = network.definition, network.variant
    usual = _assembled(definition, variant, channels) if channels else network
    sides = _spatial(network, asked.sides) if asked.sides else network.input.spatial
    if sides == network.input.spatial:
        return usual
    resized = replace(variant, metadata=variant.metadata.replace(input=Shape((*sides, network.input.channels))))
    result = _assembled(definition, resized, channels)
    _check_weights(usual, result)
    return result


def _spatial(network: Network, sides: Sides) -> Sides:
    """As many sides as the input has; one stands for all."""
    count = len(network.input.spatial)
    if not count:
        raise WhatIfError(f"input size: the input is a vector of {network.input.channels}")
    if len(sides) not in (1, count):
        raise WhatIfError(f"input size: the input {network.input} has {' × '.join(SIDES[count])}, not {times(sides)}")
    return sides if len(sides) == count else sides * count


def _assembled(definition: Definition, variant: Variant, channels: dict[int, int]) -> Network:
    try:
        return assemble(definition, variant, channels=channels)
    except DefinitionError as error:
        raise WhatIfError(error.diagnostics[0].message) from None


def resizes_weights(usual: Network, resized: Network) -> bool:
    """Return True if trained weights must be interpolated for the other input size."""
    pairs = zip(usual.layers, resized.layers, strict=True)
    return any(before.layer.resizes_weights and before.inputs != after.inputs for before, after in pairs)


def _check_weights(usual: Network, resized: Network) -> None:
    """Refuse a size for which a layer would need other weights."""
    for before, after in zip(usual.layers, resized.layers, strict=True):
        if not before.layer.resizes_weights and before.stats.tensors != after.stats.tensors:
            raise WhatIfError(
                f"{before.name} ({before.layer.kind}): its {before.stats.formula} weights are for an input of "
                f"{before.inputs[0]}; an image of {times(resized.input.spatial)} would give it {after.inputs[0]}"
            )


# --- classes --------------------------------------------------------------------------------------------------------


def number_of_classes(network: Network) -> int | None:
    """The number of classes; None if no single layer sets it."""
    found = classifiers(network)
    return network.layers[found[0]].output.channels if found else None


def classifiers(network: Network) -> tuple[int, ...]:
    """The indexes of the layers whose output channels are the classes, side outputs included.

    Between them and the output, the channels stay the same. Empty if that is not sure, or if the outputs of the network
    are not classes.
    """
    if network.variant.metadata.task not in TASKS:
        return ()
    main = _scoring(network, next(node for node in reversed(network.layers) if node.on_main_path))
    if not main:
        return ()
    classes = network.layers[min(main)].output.channels
    for group in network.side_outputs:
        *_, last = layers_of(group.items)
        if last.output.channels == classes:
            main |= _scoring(network, last)
    return tuple(sorted(main))


def _scoring(network: Network, last: LayerNode) -> set[int]:
    """The layers that set the channels of an output; none if that is not sure."""
    found: set[int] = set()
    pending = [last]
    while pending:
        node = pending.pop()
        keeps = all(shape.channels == node.output.channels for shape in node.inputs)
        if node.layer.with_channels(1) is not None:
            found.add(node.index)
            if not (keeps and isinstance(node.layer, TransposedConvolution)):  # which may upsample the scores
                continue
        elif not keeps:
            return set()
        if min(node.sources) < 0:
            return set()
        pending += [network.layers[source] for source in node.sources]
    return found
