"""Layerwise: the reference of convolutional networks, calculated.

Definitions in ``networks/*.yml`` become networks whose every layer has its shape, its tensors, the formula of its
parameter count and its multiply-accumulates. The package calculates without MkDocs; ``layerwise.plugin`` is the only
module that imports it.
"""

__version__ = "0.1.0"
