"""The draft of a model file that a reader gives the calculator, whose browser reads it in parts."""

from __future__ import annotations

from pathlib import Path
from typing import TypedDict

from layerwise.importing.draft import Draft, draft
from layerwise.importing.readers import image_shape, read_model
from layerwise.importing.trace import ModelImportError
from layerwise.report.figures import uncounted_note

ENDINGS = (".onnx", ".pt2", ".keras")
OPTION, FIELD = "--input", "“Input size”"
"""The name of the input size on the command line, and on the page."""


class Dropped(TypedDict):
    """A draft, or the reason why there is none."""

    error: str
    """Empty if there is a draft; otherwise the rest is empty."""
    needs_size: bool
    """True if the reader must name an input size, or another one."""
    text: str
    """The definition."""
    report: list[str]
    """Sentences: what was recognized, and what was checked."""


def dropped(path: str, size: str) -> Dropped:
    """Draft the definition of a file; ``size`` is height × width × channels, empty for that of the model."""
    try:
        text, report = _drafted(Path(path), image_shape(size) if size.strip() else None)
    except (ModelImportError, OSError, MemoryError, RecursionError) as error:
        message = str(error) if isinstance(error, ModelImportError) else f"{Path(path).name} cannot be read"
        return {"error": message.replace(OPTION, FIELD), "needs_size": OPTION in message, "text": "", "report": []}
    return {"error": "", "needs_size": False, "text": text, "report": report}


def _drafted(path: Path, shape: tuple[int, ...] | None) -> tuple[str, list[str]]:
    """The draft of a file and its report. Raises ``ModelImportError``."""
    if path.suffix.lower() not in ENDINGS:
        raise ModelImportError(f"{path.name} is no model; the calculator reads files that end in {', '.join(ENDINGS)}")
    trace = read_model(str(path), shape)
    result = draft(trace)
    counts = result.counts
    figures = f"{counts.parameters:,} parameters, {counts.buffers:,} buffers and {counts.macs:,} MACs"
    return result.text, [
        f"Drafted from {trace.source} ({trace.producer}), {result.form}.",
        f"{figures}, {agreement(result)}.",
        f"{result.check.layers:,} layers with the output shapes of the model.",
        *(f"Recognized: {pattern}, {count}×." for pattern, count in sorted(result.recognized.items())),
        *(f"Note: {note}." for note in result.notes),
    ]


def agreement(result: Draft) -> str:
    """``as in the model``, or ``as in the model, without 2 operations``."""
    return ", ".join(filter(None, ["as in the model", uncounted_note(result.uncounted)]))
