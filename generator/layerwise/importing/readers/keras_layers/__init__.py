"""The layers of Keras as operations of a trace, with shapes channels first.

Source: https://keras.io/api/layers/; the configurations are those of Keras 3, channels last.
"""

from layerwise.importing.readers.keras_layers import channels, merges, windows
from layerwise.importing.readers.keras_layers.calls import LAYERS, Layer, Result

__all__ = ["LAYERS", "Layer", "Result", "channels", "merges", "windows"]
