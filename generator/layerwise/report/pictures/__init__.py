"""Pictures of a network, drawn when the site is built: inline SVG, or HTML where text must not shrink with the width.

Colours are those of the operations in the style sheets, so that one drawing serves light and dark. No picture has
an id or needs a script; each says in its label what it shows.
"""

from layerwise.report.operations import OPERATIONS, legend
from layerwise.report.pictures.blocks import blocks
from layerwise.report.pictures.profile import profile
from layerwise.report.pictures.sliding import sliding
from layerwise.report.pictures.strips import strips
from layerwise.report.pictures.structure import has_blocks

__all__ = ["OPERATIONS", "blocks", "has_blocks", "legend", "profile", "sliding", "strips"]
