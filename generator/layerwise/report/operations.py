"""The operations that pictures and tables tell apart by colour and shape: one vocabulary for all of them."""

from __future__ import annotations

from collections.abc import Iterable

from layerwise.layers import AnyLayer
from layerwise.layers.attend import Attend
from layerwise.layers.attention import SelfAttention
from layerwise.layers.convolution import DepthwiseConvolution
from layerwise.layers.products import MatMul

OPERATIONS = {
    "convolution": "convolution",
    "pointwise": "1×1 convolution",
    "depthwise": "depthwise or grouped",
    "attention": "attention",
    "linear": "fully connected",
    "pooling": "pooling",
    "other": "other",
}
"""The operations and their words in a legend, in its order. The network's input is ``input``, and in no legend."""
MAX_KEYS = 6
"""Maximum number of keys in a legend. ``other`` is the first to go: grey is what has no key."""


def operation(layer: AnyLayer) -> str:
    """Return the operation of a layer, which depends on its kernel and groups: ``pointwise`` of a dense 1×1."""
    if layer.category != "convolution":
        return operation_of_kind(type(layer))
    if getattr(layer, "groups", 1) > 1:
        return "depthwise"
    is_dense = not isinstance(layer, DepthwiseConvolution)
    is_pointwise = is_dense and max(getattr(layer, "kernel", ()), default=0) == 1
    return "pointwise" if is_pointwise else operation_of_kind(type(layer))


def operation_of_kind(kind: type[AnyLayer]) -> str:
    """Return the operation of a kind of layer with its usual options."""
    if issubclass(kind, SelfAttention | Attend | MatMul):
        return "attention"
    if issubclass(kind, DepthwiseConvolution):
        return "depthwise"
    return "other" if kind.category == "normalization" else kind.category


def legend(used: Iterable[str]) -> str:
    """The keys of the operations that occur in a picture, in HTML; at most ``MAX_KEYS``."""
    names = set(used)
    keys = [f'<span class="lw-key lw-{name}">{words}</span>' for name, words in OPERATIONS.items() if name in names]
    return f'<span class="lw-keys">{"".join(keys[:MAX_KEYS])}</span>'
