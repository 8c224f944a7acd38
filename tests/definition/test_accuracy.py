"""Published accuracies of a definition, and the one that lists and charts show."""

from __future__ import annotations

import pytest

from layerwise.definition import parse

EVERYTHING = (
    "{top1: 76.13, top5: 92.862, source: torchvision 0.29.1, model: resnet50, weights: IMAGENET1K_V1, "
    "test: 224x224, crop: 0.875, extra: ImageNet-21k, url: 'https://example.org/'}"
)


def shown(accuracies: str) -> str | None:
    (variant,) = parse(f"name: T\ninput: 224x224x3\naccuracy: {accuracies}\nlayers: [relu]", "networks/t.yml").variants
    accuracy = variant.metadata.accuracy
    return accuracy.source if accuracy else None


def test_one_accuracy_needs_no_list() -> None:
    texts = (EVERYTHING, f"[{EVERYTHING}]")
    (one,), (other,) = (
        parse(f"name: T\ninput: 8x8x3\naccuracy: {text}\nlayers: [relu]", "networks/t.yml").variants for text in texts
    )
    assert one.metadata.accuracies == other.metadata.accuracies
    (accuracy,) = one.metadata.accuracies
    assert (accuracy.top1, accuracy.top5, accuracy.source) == (76.13, 92.862, "torchvision 0.29.1")
    assert (accuracy.model, accuracy.weights, accuracy.extra) == ("resnet50", "IMAGENET1K_V1", "ImageNet-21k")
    assert (accuracy.test, accuracy.crop, accuracy.url) == ((224, 224), 0.875, "https://example.org/")


@pytest.mark.parametrize(
    ("accuracies", "expected"),
    [
        ("[]", None),
        ("[{top1: 1, source: a}, {top1: 9, source: b}]", "a"),
        ("[{top1: 9, source: a, extra: JFT-300M}, {top1: 1, source: b}]", "b"),
        ("[{top1: 9, source: a, test: 288x288}, {top1: 1, source: b, test: 224x224}]", "b"),
        ("[{top1: 9, source: a, test: 288x288}, {top1: 1, source: b}]", "b"),
        ("[{top1: 1, source: a, test: 224x224, extra: e}, {top1: 9, source: b, test: 288x288}]", "b"),
        ("[{top1: 1, source: a, test: 288x288, extra: e}, {top1: 9, source: b, test: 224x224, extra: e}]", "b"),
        ("{top1: 1, source: a, test: 288x288, extra: e}", "a"),
    ],
)
def test_plain_training_and_the_input_size_come_first(accuracies: str, expected: str | None) -> None:
    assert shown(accuracies) == expected
