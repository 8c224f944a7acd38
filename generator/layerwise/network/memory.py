"""The memory of a network at inference and in training, for any precision, optimizer and batch size.

An amount of memory is a count of things whose size depends on the precision, such as parameters, gradients and values
of activations; some of them once, others for each image. Everything else is multiplication and addition.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from typing import NamedTuple

from layerwise.layers.memory import InPlace
from layerwise.network.graph import Network
from layerwise.network.liveness import peak
from layerwise.network.statistics import weights
from layerwise.network.training import SavedTensors, checkpointed_tensors, saved_tensors

GB = 1024**3
DEVICES = (8, 16, 24, 80)
"""Memory of common GPUs in GB."""


class Precision(NamedTuple):
    """The number types that a network runs with."""

    key: str
    name: str
    bits: Mapping[str, int]
    """The bits of each thing that is counted."""
    trains: bool = True
    """True for floating-point types, which networks are trained in."""


def _uniform(bits: int) -> dict[str, int]:
    """One number type for everything; only the copies of mixed precision do not exist."""
    return {
        "byte": 8,
        "value": bits,
        "wide value": bits,
        "copied value": 0,
        "parameter": bits,
        "gradient": bits,
        "weight copy": 0,
        "state": bits,
    }


FP32 = Precision("fp32", "fp32", _uniform(32))
THINGS = tuple(FP32.bits)
"""The names of counts, in the order in which pages list them."""
MIXED = _uniform(32) | {"weight copy": 16, "value": 16, "copied value": 32}
"""Mixed precision as in ``torch.amp``: everything in fp32 except activations, and a 16-bit copy of the weights."""
PRECISIONS = (
    FP32,
    Precision("amp", "AMP", MIXED),
    Precision("bf16", "bf16, fp16", _uniform(16)),
    Precision("int8", "int8", _uniform(8), trains=False),
    Precision("int4", "int4", _uniform(4), trains=False),
)


class Optimizer(NamedTuple):
    """An optimizer and the number of values it stores for each parameter."""

    key: str
    name: str
    states: int


OPTIMIZERS = (Optimizer("sgd", "SGD", 0), Optimizer("momentum", "SGD with momentum", 1), Optimizer("adam", "Adam", 2))


class Amount(NamedTuple):
    """An amount of memory: counts of things, by the names that a precision has for them."""

    fixed: Mapping[str, int]
    """Counts that do not depend on the batch."""
    image: Mapping[str, int]
    """Counts for each image of the batch."""

    def bytes(self, precision: Precision, batch: int = 1) -> int:
        """Return the bytes, rounded up."""
        return -(-(_bits(self.fixed, precision) + batch * _bits(self.image, precision)) // 8)

    def largest_batch(self, precision: Precision, size: int) -> int | None:
        """Return the number of images that fit into ``size`` bytes, None if any number does."""
        image = _bits(self.image, precision)
        return max(0, (8 * size - _bits(self.fixed, precision)) // image) if image else None

    def plus(self, other: Amount) -> Amount:
        """Return the sum."""
        return Amount(_sum(self.fixed, other.fixed), _sum(self.image, other.image))


def _bits(counts: Mapping[str, int], precision: Precision) -> int:
    return sum(count * precision.bits[name] for name, count in counts.items())


def _sum(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    return {name: one.get(name, 0) + other.get(name, 0) for name in {**one, **other}}


def parameters(network: Network) -> Amount:
    """All parameters."""
    return Amount({"parameter": network.parameters}, {})


def outputs(network: Network) -> Amount:
    """The outputs of all layers of the main path."""
    return Amount({}, {"value": network.activations})


def peak_activations(network: Network, in_place: InPlace = InPlace.VALUES) -> Amount:
    """The activations that must be held at the same time at inference."""
    return Amount({}, {"value": peak(network, in_place).elements})


def gradients(network: Network) -> Amount:
    """A gradient for each parameter."""
    return Amount({"gradient": network.parameters}, {})


def weight_copies(network: Network) -> Amount:
    """The copies of weights that mixed precision calculates with."""
    return Amount({"weight copy": weights(network.layers)}, {})


def saved(network: Network) -> Amount:
    """The tensors that are saved for the backward pass."""
    return _tensors(saved_tensors(network))


def checkpointed(network: Network) -> Amount:
    """The tensors that are saved at most with checkpointing."""
    return _tensors(checkpointed_tensors(network))


def _tensors(tensors: SavedTensors) -> Amount:
    image = {
        "value": tensors.values,
        "wide value": tensors.wide_values,
        "copied value": tensors.copied_values,
        "byte": tensors.bytes,
    }
    fixed = {"byte": tensors.batch_bytes}
    return Amount(*({name: count for name, count in counts.items() if count} for counts in (fixed, image)))


def training(network: Network, optimizer: Optimizer, tensors: Amount) -> Amount:
    """Everything that training stores: parameters, gradients, the state of the optimizer, and the saved ``tensors``."""
    state = Amount({"state": optimizer.states * network.parameters}, {})
    return reduce(Amount.plus, (parameters(network), weight_copies(network), gradients(network), state, tensors))
