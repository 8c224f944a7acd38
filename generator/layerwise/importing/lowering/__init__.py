"""From operations to layers.

Definitions have maps H×W×C, tokens T×C and vectors C; frameworks permute, merge and split the sides of tensors.
``Lowering`` follows which side of each tensor is which, so that a permutation costs no layer, and a linear layer on a
permuted map is what it is: one of the channels at each position.
"""

from layerwise.importing.lowering.lowering import UNUSABLE, UnsupportedError, lower
from layerwise.importing.lowering.uncounted import lower_partly

__all__ = ["UNUSABLE", "UnsupportedError", "lower", "lower_partly"]
