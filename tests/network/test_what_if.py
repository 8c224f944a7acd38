"""Networks with other input sizes and numbers of classes.

Counts with other classes are those of torchvision's models with ``num_classes``, and of timm's ViT for larger images.
"""

from __future__ import annotations

import pytest

from layerwise.core.shape import Shape
from layerwise.network.catalogue import Catalogue
from layerwise.network.graph import Network
from layerwise.network.what_if import (
    TASKS,
    Question,
    WhatIfError,
    ask,
    classifiers,
    number_of_classes,
    question,
    resizes_weights,
)
from layerwise.report.library import loads

TINY = "name: Tiny\ninput: 8x8x3\ntask: classification\nlayers:\n"


def asked(network: Network, size: str = "", classes: str = "") -> Network:
    return ask(network, question(size, classes))


def test_question_is_read() -> None:
    assert question("448", "") == Question((448,), None)
    assert question("320 × 240", "10") == Question((320, 240), 10)
    assert question("", "") == Question()


@pytest.mark.parametrize("size", ["0", "-1", "a", "4.5", "x", "100000001"])
def test_size_must_be_positive(size: str) -> None:
    with pytest.raises(WhatIfError, match=r"^input size: expected one side like 448, or height × width like 320x240$"):
        question(size, "")


@pytest.mark.parametrize("classes", ["0", "-1", "ten", "1.5", "٣", "100000001"])
def test_classes_must_be_positive(classes: str) -> None:
    with pytest.raises(WhatIfError, match=r"^classes: expected a whole number from 1 to 100,000,000$"):
        question("", classes)


@pytest.mark.parametrize(
    ("size", "message"),
    [("1x2x3", "has height × width, not 1×2×3"), ("1x2x3x4", "has height × width, not 1×2×3×4")],
)
def test_size_has_the_sides_of_the_input(size: str, message: str, catalogue: Catalogue) -> None:
    with pytest.raises(WhatIfError, match=f"^input size: the input 224×224×3 {message}$"):
        asked(catalogue.entry("resnet-50").network, size)


def test_volumes_and_sequences_are_resized(catalogue: Catalogue) -> None:
    video = catalogue.entry("r3d-18").network
    longer = asked(video, "32x112x112")
    assert longer.input == Shape((32, 112, 112, 3))
    assert longer.macs - 512 * 400 == 2 * (video.macs - 512 * 400)
    assert asked(loads(TINY.replace("8x8x3", "8x3") + "  - {conv: 3x4}\n  - {fc: 2}\n"), "8").macs == 6 * 3 * 3 * 4 + 48


def test_macs_of_convolutions_grow_with_the_area(catalogue: Catalogue) -> None:
    usual = catalogue.entry("resnet-50").network
    large = asked(usual, "448")
    assert large.input == Shape((448, 448, 3))
    assert large.parameters == 25_557_032
    assert large.macs - 2048 * 1000 == 4 * (usual.macs - 2048 * 1000)
    assert asked(usual, "448x224").activations - 1000 - 2048 == 2 * (usual.activations - 1000 - 2048)


def test_usual_values_change_nothing(catalogue: Catalogue) -> None:
    usual = catalogue.entry("resnet-50").network
    assert asked(usual) is asked(usual, "224", "1000") is usual


@pytest.mark.parametrize(
    ("slug", "parameters"),
    [("resnet-50", 23_528_522), ("vgg-16", 134_301_514), ("mobilenetv2-1-0", 2_236_682), ("lenet-5", 61_706)],
)
def test_parameters_with_ten_classes(slug: str, parameters: int, catalogue: Catalogue) -> None:
    assert asked(catalogue.entry(slug).network, classes="10").parameters == parameters


def test_auxiliary_classifiers_have_the_same_classes(catalogue: Catalogue) -> None:
    usual = catalogue.entry("googlenet").network
    changed = asked(usual, classes="10")
    removed = 990 * (1024 + 1)
    assert changed.main.parameters == usual.main.parameters - removed
    assert changed.side.parameters == usual.side.parameters - 2 * removed


def test_scores_are_upsampled_with_their_classes(catalogue: Catalogue) -> None:
    changed = asked(catalogue.entry("fcn-8s").network, classes="2")
    assert changed.layers[-1].output == Shape((500, 500, 2))


def test_position_embeddings_grow_with_the_image(catalogue: Catalogue) -> None:
    usual = catalogue.entry("vit-b-16").network
    large = asked(usual, "384")
    assert large.parameters == 86_859_496
    assert resizes_weights(usual, large)
    assert not resizes_weights(usual, asked(usual, classes="10"))


def test_size_and_classes_change_together(catalogue: Catalogue) -> None:
    changed = asked(catalogue.entry("resnet-50").network, "320x256", "10")
    assert (changed.parameters, changed.layers[-1].output) == (23_528_522, Shape((10,)))


def test_fully_connected_layer_forbids_another_size(catalogue: Catalogue) -> None:
    network = catalogue.entry("vgg-16").network
    message = (
        "FC1 (fc): its 7×7×512×4096 + 4096 weights are for an input of 7×7×512; "
        "an image of 448×448 would give it 14×14×512"
    )
    with pytest.raises(WhatIfError) as error:
        asked(network, "448")
    assert str(error.value) == message
    assert asked(network, "230").parameters == network.parameters  # the map before it is as large


def test_windows_must_fit(catalogue: Catalogue) -> None:
    with pytest.raises(WhatIfError, match="a window of 11×11 does not fit into 8×8×3"):
        asked(catalogue.entry("alexnet").network, "8")
    with pytest.raises(WhatIfError, match="divide"):
        asked(catalogue.entry("maxvit-t").network, "200")


def test_every_classifier_is_known(catalogue: Catalogue) -> None:
    networks = [entry.network for entry in catalogue.entries]
    unknown = [of.slug for of in networks if of.variant.metadata.task in TASKS and not classifiers(of)]
    assert unknown == []
    expected = {"lenet-5": 10, "resnet-50": 1000, "squeezenet-1-0": 1000, "fcn-8s": 21, "unet": 2, "srcnn-9-1-5": None}
    assert {slug: number_of_classes(catalogue.entry(slug).network) for slug in expected} == expected


@pytest.mark.parametrize(
    "layers",
    [
        "  - {concat: {a: [{conv: 1x1x5}], b: [{conv: 1x1x5}]}}\n",
        "  - {depthwise_conv: 3x3}\n",
        "  - {conv: 1x1x10}\n  - flatten\n",
    ],
)
def test_classes_of_several_layers_are_unknown(layers: str) -> None:
    network = loads(TINY + layers)
    assert classifiers(network) == ()
    with pytest.raises(WhatIfError, match=r"^classes: no single layer of this network sets the number of classes$"):
        asked(network, classes="7")


def test_outputs_of_other_tasks_are_no_classes() -> None:
    assert classifiers(loads(TINY.replace("classification", "detection") + "  - {fc: 4}\n")) == ()
