"""Recognizers: what frameworks write in several operations becomes one layer. Each is a function of a graph."""

from collections.abc import Callable

from layerwise.importing.graph import Graph
from layerwise.importing.recognizers.activations import decomposed_activations
from layerwise.importing.recognizers.attention import attention
from layerwise.importing.recognizers.channel_convolution import channel_convolution
from layerwise.importing.recognizers.channel_shuffle import channel_shuffle
from layerwise.importing.recognizers.concatenations import growing_concatenations
from layerwise.importing.recognizers.padding import padding_of_windows
from layerwise.importing.recognizers.patches import patch_merging
from layerwise.importing.recognizers.pixels import pixel_blocks
from layerwise.importing.recognizers.responses import global_response_norm
from layerwise.importing.recognizers.selection import selective_kernels
from layerwise.importing.recognizers.stored import biases, computed_weights, moved_tensors
from layerwise.importing.recognizers.tokens import class_tokens
from layerwise.importing.recognizers.windows import windows

RECOGNIZERS: tuple[Callable[[Graph], None], ...] = (
    moved_tensors,
    biases,
    computed_weights,
    global_response_norm,
    decomposed_activations,
    padding_of_windows,
    channel_shuffle,
    selective_kernels,
    pixel_blocks,
    channel_convolution,
    class_tokens,
    attention,
    windows,
    patch_merging,
    growing_concatenations,
)
"""In this order: attention ends at linear layers, which the others leave as they are."""


def recognize(graph: Graph) -> None:
    """Apply all recognizers."""
    for recognizer in RECOGNIZERS:
        recognizer(graph)
        graph.refresh()
