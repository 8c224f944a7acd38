"""The operators of ONNX, opsets 7 to 23, as operations of a trace, each with its output shape.

Source: https://onnx.ai/onnx/operators/.
"""

from layerwise.importing.readers.onnx_operators import layers, movements, windows
from layerwise.importing.readers.onnx_operators.calls import OPERATORS, Call

__all__ = ["OPERATORS", "Call", "layers", "movements", "windows"]
