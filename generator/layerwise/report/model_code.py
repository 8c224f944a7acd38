"""The code that makes a network in torchvision, timm or Keras, where a claim names its model there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from layerwise.definition.metadata import Accuracy, Metadata
from layerwise.network.catalogue import Entry
from layerwise.network.claims import CheckedClaim
from layerwise.report.formatting import grouped, scaled

_SOURCE = re.compile(r"(torchvision|timm|Keras) [0-9.]+")
_MODEL = re.compile(r"[A-Za-z]\w*", re.ASCII)

VIDEO_SIDES = 3
"""Spatial sides of the inputs of torchvision's networks for videos, which have a module of their own."""
MODULES = {"segmentation": ".segmentation", "detection": ".detection", "pose estimation": ".detection"}
"""The modules of torchvision for other tasks than classification."""


class ModelCode(NamedTuple):
    """The code that makes a model, and how the model differs from the network of the page."""

    library: str
    source: str
    """The library with its version."""
    code: str
    warnings: list[str]


def model_codes(entry: Entry) -> list[ModelCode]:
    """The code for each model that the claims of a network name, the ones without differences first."""
    by_model: dict[tuple[str, str], list[CheckedClaim]] = {}
    for checked in entry.claims:
        claim = checked.claim
        if claim.model and claim.of is None and _SOURCE.fullmatch(claim.source) and _MODEL.fullmatch(claim.model):
            by_model.setdefault((claim.source, claim.model), []).append(checked)
    metadata, buffers = entry.network.variant.metadata, entry.network.buffers
    codes = [
        ModelCode(library, source, _code(library, model, metadata), list(_warnings(claims, buffers)))
        for (source, model), claims in by_model.items()
        for library in source.split()[:1]
    ]
    return sorted(codes, key=lambda code: bool(code.warnings))


def _code(library: str, model: str, metadata: Metadata) -> str:
    if library == "torchvision":
        weights = next((accuracy.weights for accuracy in _measured(library, model, metadata)), None) or "DEFAULT"
        is_video = metadata.input is not None and len(metadata.input.spatial) == VIDEO_SIDES
        module = ".video" if is_video else MODULES.get(metadata.task or "", "")
        return f'import torchvision\n\nmodel = torchvision.models{module}.{model}(weights="{weights}")'
    if library == "timm":
        has_weights = next(_measured(library, model, metadata), None) is not None
        return f'import timm\n\nmodel = timm.create_model("{model}"{", pretrained=True" if has_weights else ""})'
    return f'import keras\n\nmodel = keras.applications.{model}(weights="imagenet")'


def _measured(library: str, model: str, metadata: Metadata) -> Iterator[Accuracy]:
    """The accuracies of a library's weights for a model, the first one to be shown first."""
    for accuracy in metadata.accuracies:
        if accuracy.source.startswith(f"{library} ") and accuracy.model == model:
            yield accuracy


def _warnings(claims: list[CheckedClaim], buffers: int) -> Iterator[str]:
    """The differing figures by reason, without counts that only add the running statistics of the network."""
    by_reason: dict[str | None, dict[str, str]] = {}
    for checked in claims:
        with_statistics = checked.figure == "parameters" and checked.published == checked.computed + buffers
        if not checked.agrees and not with_statistics:
            figures = by_reason.setdefault(checked.claim.differs, {})
            name = checked.figure.removeprefix("main_").replace("_", " ").replace("macs", "MACs")
            figures.setdefault(name, _difference(checked, name))
    for reason, figures in by_reason.items():
        yield ", ".join(figures.values()) + (f": {reason}" if reason else "")


def _difference(checked: CheckedClaim, name: str) -> str:
    shown = grouped if name == "parameters" else scaled
    published = checked.published if isinstance(checked.published, str) else shown(checked.published)
    return f"{published} {name} instead of {shown(checked.computed)}"
