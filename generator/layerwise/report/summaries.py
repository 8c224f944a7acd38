"""The summary of one network, with figures of its own instead of its family's range."""

from __future__ import annotations

import re
from collections import defaultdict

from layerwise.core.shape import times
from layerwise.network.graph import LayerNode, Network, totals
from layerwise.report.formatting import share

MIN_SHARE = 0.05
"""The share of the parameters from which a group of layers is mentioned."""
MAX_GROUPS = 2

_ENDS = re.compile(r"(?<=[.!?])\s+(?=[^\Wa-z_])")
NOUNS = {
    "conv": "convolution",
    "depthwise_conv": "depthwise convolution",
    "transposed_conv": "transposed convolution",
    "channel_conv": "channel convolution",
    "local_conv": "locally connected layer",
    "deformable_conv": "deformable convolution",
    "fc": "fully connected layer",
    "linear": "linear layer",
}


def summary(network: Network) -> str:
    """The summary of a network; of one that it has from its family, the sentences without shares.

    Those give the range of all variants. What one network has is in ``shares``.
    """
    text = network.variant.metadata.summary or ""
    if len(network.definition.variants) < 2 or text != network.definition.metadata.summary:
        return text
    return " ".join(sentence for sentence in _ENDS.split(text) if "%" not in sentence)


def shares(network: Network) -> str:
    """The shares of the groups of layers that hold the most parameters; empty if there are none.

    ``The 1×1 convolutions hold 64.1 % of the parameters and account for 52.3 % of the MACs.``
    """
    groups: dict[str, list[LayerNode]] = defaultdict(list)
    for node in network.layers:
        if node.on_main_path:
            groups[_noun(node)].append(node)
    whole = network.main
    sums = sorted(
        ((totals(nodes), noun, len(nodes)) for noun, nodes in groups.items()), key=lambda of: -of[0].parameters
    )
    parts: list[str] = []
    for of, noun, number in sums[:MAX_GROUPS]:
        if not of.parameters or of.parameters < MIN_SHARE * whole.parameters:
            continue
        holds, accounts = ("holds", "accounts") if number == 1 else ("hold", "account")
        subject = f"the {noun}" if number == 1 else f"the {noun}s"
        text = f"{subject} {holds} {share(of.parameters, whole.parameters)}"
        text += "" if parts else " of the parameters"
        if whole.macs:
            text += f" and {accounts} for {share(of.macs, whole.macs) or '0 %'}"
            text += "" if parts else " of the MACs"
        parts.append(text)
    text = "; ".join(parts)
    return f"{text[0].upper()}{text[1:]}." if text else ""


def _noun(node: LayerNode) -> str:
    """The name of a group of layers: their kind, and the kernel of convolutions."""
    layer = node.layer
    noun = NOUNS.get(layer.kind) or ("attention layer" if "attention" in layer.kind else f"{layer.label} layer")
    if layer.kind != "conv" or node.stats.window is None:
        return noun
    grouped = "grouped " if getattr(layer, "groups", 1) > 1 else ""
    kernel = node.stats.window.kernel
    return f"{grouped}{times(kernel)}{'-tap' if len(kernel) == 1 else ''} {noun}"
