"""Networks and families in one title and one sentence, to be quoted."""

from __future__ import annotations

from collections.abc import Sequence

from layerwise.core.shape import Shape, times
from layerwise.core.tensors import BYTES_PER_PARAMETER
from layerwise.network.graph import Network
from layerwise.report.formatting import counted, grouped, rounded, rounded_memory, with_unit

FLOPS_PER_MAC = 2
"""A multiplication and an addition."""


def network_title(network: Network) -> str:
    """``ResNet-50: 25,557,032 parameters, 3.9 GMACs, every layer``."""
    return f"{network.name}: {grouped(network.parameters)} parameters, {with_unit(network.macs, 'MACs')}, every layer"


def network_sentence(network: Network) -> str:
    """The parameters, their memory, MACs and FLOPs of a network; side outputs are named but not included."""
    main = network.main.parameters
    more = f", {grouped(network.parameters)} with its side outputs," if network.side_outputs else ""
    memory = rounded_memory(main * BYTES_PER_PARAMETER)
    return (
        f"{network.name} has {grouped(main)} parameters ({memory} in fp32){more} and "
        f"needs {rounded(network.macs)} MACs ({with_unit(FLOPS_PER_MAC * network.macs, 'FLOPs')}) for one "
        f"{_input(network.input)}.{_uncounted(network)}"
    )


def _uncounted(network: Network) -> str:
    """`` Not counted: grid_sampler, where.`` for the operations that no figure includes."""
    names = dict.fromkeys(str(getattr(node.layer, "operation", "")) for node in network.uncounted)
    return f" Not counted: {', '.join(names)}." if names else ""


def _input(shape: Shape) -> str:
    """``224×224 image`` for a map of one or three channels, ``16×112×112 video``, else ``input of 100``."""
    noun = {3: "image", 4: "volume"}.get(len(shape)) if shape.channels in (1, 3) else None
    return f"{times(shape.spatial)} {noun}" if noun else f"input of {shape}"


def family_title(name: str, networks: Sequence[Network]) -> str:
    """``ResNet: 5 networks, 11.7 M to 60.2 M parameters, stage by stage``."""
    return f"{name}: {counted(len(networks), 'network')}, {span(networks)} parameters, stage by stage"


def family_sentence(name: str, networks: Sequence[Network]) -> str:
    """The number of networks in a family and the ranges of their figures."""
    macs = [network.macs for network in networks]
    most = f"{with_unit(min(macs), 'MACs')} to {with_unit(max(macs), 'MACs')}"
    return (
        f"The {name} family has {counted(len(networks), 'network')} here, with {span(networks)} parameters and {most}."
    )


def span(networks: Sequence[Network]) -> str:
    """The range of parameters of several networks: ``11.7 M to 60.2 M``."""
    least, most = (rounded(size(network.parameters for network in networks)) for size in (min, max))
    return least if least == most else f"{least} to {most}"
