"""The memory a layer needs for its output at inference, and for its backward pass in training."""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple


class InPlace(IntEnum):
    """The conditions under which a layer writes its output over its input at inference, from always to never.

    An option of the peak memory is one of these values: every layer up to it works in place if nothing else needs the
    input any more.
    """

    VIEW = 0
    """Its output is its input or a part of it, and needs no buffer: a reshape, a slice."""
    UNCHANGED = 1
    """It returns its input at inference, but has an output of its own in training: dropout."""
    VALUES = 2
    """It maps value to value, once its statistics are known: activation functions, normalizations, scales."""
    MERGE = 3
    """It writes the sum or the product of branches over one of them."""
    DEPTHWISE = 4
    """It works channel by channel, and writes each output channel over its input channel."""
    NEVER = 5
    """Its input values are needed for several output values."""


class Saved(NamedTuple):
    """The tensors that PyTorch saves for the backward pass of a layer, other than its weights.

    A tensor from which a gradient is calculated is saved.
    Source: the formulas in tools/autograd/derivatives.yaml of PyTorch 2.14.
    """

    inputs: tuple[int, ...] = ()
    """The places of the saved inputs among all inputs."""
    output: bool = False
    """True if its output is saved."""
    is_wide: bool = False
    """True if mixed precision computes in fp32, so that its saved inputs and output are fp32 as well."""
    values: int = 0
    """Values of further tensors, for one image: in the number type of the activations."""
    wide_values: int = 0
    """Values of further tensors that are fp32 in mixed precision."""
    copied_values: int = 0
    """Values that mixed precision saves once more in fp32."""
    bytes: int = 0
    """Bytes of tensors with a type of their own, for one image: int64 indices, one-byte masks, fp32 statistics."""
    batch_bytes: int = 0
    """Bytes of tensors that are as large for a batch as for one image: statistics over the batch."""


NOTHING = Saved()
INPUT = Saved(inputs=(0,))
WIDE_INPUT = Saved(inputs=(0,), is_wide=True)

INDEX_BYTES = 8
"""PyTorch's indices are int64."""
MASK_BYTES = 1
"""The mask of a dropout is bool on GPUs; on CPUs, it has the type of the activations."""
STATISTIC_BYTES = 4
"""Means and variances are fp32."""

SAVE_THEIR_INPUT = frozenset({"relu6", "silu", "gelu", "mish", "hard_sigmoid", "hard_swish"})
"""Activation functions whose gradient is calculated from the input; that of all others, from the output."""
