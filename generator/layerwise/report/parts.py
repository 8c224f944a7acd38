"""The calculated parts of a page as HTML, by which a script replaces them."""

from __future__ import annotations

from html import escape

from layerwise.network.graph import Network
from layerwise.report import figures, pictures, sentences, summaries
from layerwise.report.tables import html
from layerwise.report.tables.memory import memory_table, recipe_table
from layerwise.report.tables.network import compute_table, layer_table, parts_table


def parts(network: Network) -> dict[str, str]:
    """The parts of a network's page, as HTML by name."""
    return {
        "figures": figures.html(figures.key_figures(network), links=False),
        "profile": pictures.profile(network),
        "strips": pictures.strips(network),
        "layers": html.render(layer_table(network)),
        "blocks": pictures.blocks(network) if pictures.has_blocks(network.items) else "",
        "compute": html.render(compute_table(network)),
        "memory": html.render(memory_table(network)),
        "recipes": html.render(recipe_table(network)),
    }


def parts_of_page(network: Network) -> dict[str, str]:
    """The parts that only the page of a network has, and its key figures with links."""
    return {
        "figures": figures.html(figures.key_figures(network)),
        "sentence": escape(sentences.network_sentence(network)),
        "shares": escape(summaries.shares(network)),
        "parameters": html.render(parts_table(network)),
    }
