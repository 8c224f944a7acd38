"""Readers: one for each form of a model. Each makes a trace."""

from __future__ import annotations

from pathlib import Path

from layerwise.importing.trace import MAX_BYTES, ModelImportError, Trace, parse_trace

FORMS = "a file that ends in .onnx, .pt2, .keras or .json, or a model like torchvision.models:resnet50"


def read_model(source: str, shape: tuple[int, ...] | None = None) -> Trace:
    """Trace a model that a user names: a file, or a function of a Python package.

    ``shape`` is channels × height × width, needed where the model does not say.
    Raises ``ModelImportError`` if it cannot be read, ``OSError`` if a file cannot be opened.
    """
    ending = Path(source).suffix.lower()
    if ending == ".json":
        path = Path(source)
        if path.stat().st_size > MAX_BYTES:
            raise ModelImportError(f"{source}: a trace has at most {MAX_BYTES:,} bytes")
        return parse_trace(path.read_bytes(), source)
    if ending == ".onnx":
        from layerwise.importing.readers.onnx_trace import trace_onnx  # noqa: PLC0415 - each reader only where needed

        return trace_onnx(Path(source), shape)
    if ending == ".pt2":
        from layerwise.importing.readers.pt2 import trace_pt2  # noqa: PLC0415

        return trace_pt2(Path(source))
    if ending == ".keras":
        from layerwise.importing.readers.keras_models import trace_keras_file  # noqa: PLC0415

        return trace_keras_file(Path(source), shape)
    module, _, name = source.partition(":")
    if not name or not all(part.isidentifier() for part in module.split(".")):
        raise ModelImportError(f"{source!r} is no model; name {FORMS}")
    if module.partition(".")[0] == "keras":
        from layerwise.importing.readers.keras_models import trace_keras_function  # noqa: PLC0415

        return trace_keras_function(source, shape)
    from layerwise.importing.readers.torch_export import trace_torch  # noqa: PLC0415 - only for models of Python

    return trace_torch(source, shape)


def image_shape(text: str) -> tuple[int, ...]:
    """Return height × width × channels as channels × height × width. Raises ``ModelImportError`` for anything else."""
    sides = text.strip().lower().replace("×", "x").split("x")
    if len(sides) != 3 or not all(side.isascii() and side.isdigit() and len(side) < 6 and int(side) for side in sides):
        shown = text if len(text) < 40 else f"{text[:40]}…"
        raise ModelImportError(f"--input: expected height × width × channels like 224x224x3, got {shown!r}")
    height, width, channels = map(int, sides)
    return channels, height, width
