"""The tensors saved for the backward pass, compared with those PyTorch saves.

The expected values are the tensors that ``torch.autograd.graph.saved_tensors_hooks`` reported in PyTorch 2.14.1 for the
module that the comment names, on one image of 6×6×8 and without parameters and buffers. Activation functions that can
work in place did.
"""

from __future__ import annotations

import pytest

from layerwise.layers.memory import INPUT, NOTHING, Saved
from layerwise.site.renderer import example

OUTPUT = Saved(output=True)
MAP = 6 * 6 * 8
SCORES = 36 * 9 * 2


@pytest.mark.parametrize(
    ("layer", "expected"),
    [
        ("{conv: 3x3x4}", INPUT),
        ("{depthwise_conv: 3x3}", INPUT),
        ("{transposed_conv: 2x2x4}", INPUT),
        ("{conv: 3x3x4, fixed: true}", NOTHING),
        ("{channel_conv: 3}", INPUT),  # Conv1d
        # timm's ScaledStdConv2d: the standardized weight, mean and deviation of each filter, and its scaled gain
        ("{conv: 3x3x4, gain: true}", Saved((0,), batch_bytes=4 * (3 * 3 * 8 * 4 + 3 * 4))),
        ("{fc: 10}", INPUT),
        ("{linear: 10}", INPUT),
        ("{radial_basis: 10}", Saved(values=MAP * 10)),  # ((x − w) ** 2).sum(1)
        ("batch_norm", Saved((0,), batch_bytes=4 * (8 + 8))),
        ("layer_norm", Saved((0,), is_wide=True, bytes=4 * (36 + 36))),
        ("{group_norm: 4}", Saved((0,), is_wide=True, bytes=4 * (4 + 4))),
        ("instance_norm", Saved((0,), bytes=4 * (8 + 8))),
        ("{instance_norm: , affine: true}", Saved((0,), bytes=4 * (8 + 8 + 8))),
        ("global_response_norm", Saved((0,), values=MAP + 8 + 8 + 1, copied_values=MAP)),  # timm's GlobalResponseNorm
        ("{lrn: 5}", Saved((0,), values=36 * (8 + 4), wide_values=MAP + MAP)),
        ("{max_pool: 2x2}", Saved((0,), bytes=8 * 3 * 3 * 8)),
        ("{avg_pool: 2x2}", INPUT),
        ("global_avg_pool", NOTHING),
        ("global_max_pool", Saved((0,), bytes=8 * 8)),  # AdaptiveMaxPool2d(1)
        ("{adaptive_avg_pool: 3x3}", INPUT),
        ("{adaptive_avg_pool: 1x1}", NOTHING),
        ("layer_scale", INPUT),
        ("{scale: 1}", INPUT),
        ("prelu", INPUT),
        ("{upsample: 2}", NOTHING),
        ("{local_conv: 3x3x4}", INPUT),
        ("{deformable_conv: 3x3x4, padding: 1}", Saved((0,), values=36 * 18)),
        # 36 positions of 5 units: four gates and a cell, as PyTorch's fused cells keep them
        ("tokens, {lstm: 5}", Saved((0,), output=True, values=36 * 5 * 5)),
        ("tokens, {gru: 5, last: true}", Saved((0,), values=36 * 5 * 6)),
        ("tokens, {simple_rnn: 5}", Saved((0,), output=True)),
        ("{resize: 4x4, mode: bilinear}", NOTHING),  # upsample_bilinear2d_backward needs sizes alone
        ("{depth_to_space: 2x2}", NOTHING),  # PixelShuffle
        ("{space_to_depth: 2x2}", NOTHING),  # PixelUnshuffle
        ("{channel_shuffle: 2}", NOTHING),
        ("{pad_channels: 12}", NOTHING),
        ("position_embedding", NOTHING),
        ("flatten", NOTHING),
        ("{dropout: 0.5}", Saved(bytes=MAP)),  # on a GPU
        ("{add: {a: identity, b: [relu]}}", NOTHING),
        ("{concat: {a: identity, b: [relu]}}", NOTHING),
        ("{multiply: {a: identity, b: [global_avg_pool]}}", Saved((0, 1))),
        *((name, OUTPUT) for name in ("relu", "leaky_relu", "elu", "selu", "sigmoid", "tanh", "softmax")),
        *((name, INPUT) for name in ("relu6", "silu", "gelu", "mish", "hard_sigmoid", "hard_swish")),
        # 12 tokens of 8 channels and 2 heads: the result of scaled_dot_product_attention is saved with its inputs
        ("tokens, {attention: 2}", Saved((0,), values=4 * MAP, bytes=4 * 36 * 2)),
        # torchvision's ShiftedWindowAttention: five tensors of the map's size, and 9 scores for each position and head
        ("{window_attention: 3x3, heads: 2}", Saved(values=5 * MAP + SCORES, copied_values=SCORES)),
        ("{grid_attention: 3x3, heads: 2}", Saved(values=5 * MAP + SCORES, copied_values=SCORES)),
        # torchvision's ShiftedWindowAttentionV2: eight, four norms and twice the scores; 25 relative positions
        (
            "{window_attention: 3x3, heads: 2, version: 2}",
            Saved(
                values=8 * MAP + 36 * 2 * 4 + 2 * SCORES, copied_values=SCORES, batch_bytes=4 * (25 * 512 + 2 * 9 * 9)
            ),
        ),
    ],
)
def test_saved_tensors_of_a_layer(layer: str, expected: Saved) -> None:
    assert example(layer, on="6x6x8").layers[-1].stats.saved == expected


@pytest.mark.parametrize(
    ("layer", "expected"),
    [
        ("{conv: 1x1x8, activation: relu}", Saved((0,), output=True)),
        ("{conv: 1x1x8, activation: relu6}", Saved((0,), values=MAP)),  # before the function
        ("{fc: 10, dropout: 0.5}", Saved((0,), bytes=10)),
        ("{fc: 10, activation: relu, dropout: 0.5}", Saved((0,), values=10, bytes=10)),  # between the two
        ("{fc: 10, activation: gelu, dropout: 0.5}", Saved((0,), values=10, bytes=10)),
        ("{fc: 10, activation: relu, dropout: 0}", Saved((0,), output=True)),
        ("{add: {a: identity, b: [{conv: 1x1x8}]}, activation: relu}", OUTPUT),
    ],
)
def test_options_save_tensors_too(layer: str, expected: Saved) -> None:
    assert example(layer, on="6x6x8").layers[-1].stats.saved == expected
