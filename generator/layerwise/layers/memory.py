"""What a layer does with memory: whether it needs a buffer for its output, and what its backward pass needs."""

from __future__ import annotations

from enum import IntEnum


class InPlace(IntEnum):
    """Whether a layer can write its output over its input at inference, from always to never.

    An option of the peak memory is one of these values: every layer up to it works in place where nothing else needs
    the input any more.
    """

    VIEW = 0
    """Its output is its input or a part of it, so it needs no buffer: a reshape, a slice, a dropout at inference."""
    VALUES = 1
    """It maps value to value, once its statistics are known: activation functions, normalizations, scales."""
    MERGE = 2
    """It writes the sum or the product of branches over one of them."""
    DEPTHWISE = 3
    """It works channel by channel, and writes each output channel over its input channel."""
    NEVER = 4
    """Its output values depend on input values that later output values also need."""
