"""Every error in a definition is reported with its line and column, all in one run, and never as a traceback."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest
import yaml

from layerwise.core.errors import DefinitionError
from layerwise.core.limits import GROUPS, NETWORK_LAYERS, WORK
from layerwise.definition import parse, yaml_parser
from layerwise.layers import KINDS, MERGES
from layerwise.network.catalogue import Entry, calculate
from tests.places import check_places

HEAD = "name: Test\ninput: 8x8x3\n"
"""The first two lines of most definitions below, which go on in line 3."""


def read(text: str) -> list[Entry]:
    return calculate(parse(text, "test.yml"), Path("test.yml")).sound().entries


class Case(NamedTuple):
    what: str
    text: str
    diagnostics: list[str]
    """Each message, without the name of the file, in the order of their places."""


def layers(what: str, text: str, *diagnostics: str) -> Case:
    """A definition whose third line is its layers; the text starts in column 9."""
    return Case(what, f"{HEAD}layers: {text}\n", list(diagnostics))


def rest(what: str, text: str, *diagnostics: str) -> Case:
    """A definition whose third line are sound layers; the text starts in line 4."""
    return Case(what, f"{HEAD}layers: [relu]\n{text}\n", list(diagnostics))


def family(what: str, text: str, *diagnostics: str) -> Case:
    """A family of which the text are the variants from line 4 on."""
    return Case(what, f"{HEAD}layers: [{{conv: 3x3x$n}}]\nvariants:\n{text}\nparameters: {{n: }}\n", list(diagnostics))


BLOCK = "\nblocks: {b: {parameters: {w: , s: 1}, layers: [{conv: 3x3x$w, stride: $s}]}}"
"""In line 4: a block b that takes w, and s with a default."""
COMMA = "a comma ends a value here; put a string in quotes, put a list in brackets, or write a number without it"

KEYS = (
    "accuracy, aliases, blocks, claims, dataset, defaults, exports, family, input, layers, let, name, notes, paper, "
    "parameters, related, summary, task, use, variants, year"
)
ADDRESS = "expected a URL like https://arxiv.org/abs/1512.03385, or a DOI like doi:10.1038/nature14539, got "
STRUCTURE_WORDS = ("backbone", "from", "main_output", "output", "stage")
KNOWN_AND_B = ", ".join(sorted([*KINDS, *MERGES, *STRUCTURE_WORDS, "b"]))
KNOWN = ", ".join(sorted([*KINDS, *MERGES, *STRUCTURE_WORDS]))

FUNCTIONS = (
    "elu, gelu, hard_sigmoid, hard_swish, leaky_relu, mish, none, relu, relu6, selu, sigmoid, silu, softmax, tanh"
)

KINDS_AND_OPTIONS = [
    layers("a misspelt kind", "[{cnv: 3x3x4}]", "3:11: unknown layer kind or block 'cnv'; did you mean 'conv'?"),
    layers(
        "a misspelt word", "[relu, max_pol]", "3:16: unknown layer kind or block 'max_pol'; did you mean 'max_pool'?"
    ),
    layers(
        "nothing like a kind",
        "[{zzz: 1}]",
        f"3:11: unknown layer kind or block 'zzz'; known: {KNOWN}",
    ),
    layers("a kind in capitals", "[ReLU]", "3:10: unknown layer kind or block 'ReLU'; did you mean 'relu'?"),
    layers("an expression as a word", "[3x3]", f"3:10: unknown layer kind or block '3x3'; known: {KNOWN}"),
    layers("no kind at all", "[{name: Conv1}]", "3:10: missing layer kind; add one, like conv or fc"),
    layers("an empty layer", "[{}]", "3:10: expected a layer like {conv: 3x3x64} or a word like relu"),
    layers("a number", "[3]", "3:10: expected a layer like {conv: 3x3x64} or a word like relu"),
    layers("nothing", "[~]", "3:10: expected a layer like {conv: 3x3x64} or a word like relu"),
    layers("a truth value", "[true]", "3:10: expected a layer like {conv: 3x3x64} or a word like relu"),
    layers("a list in the list", "[[relu]]", "3:10: expected a layer like {conv: 3x3x64} or a word like relu"),
    layers("an empty text", "['']", f"3:10: unknown layer kind or block ''; known: {KNOWN}"),
    layers("layers as a text", "cnv", "3:9: unknown layer kind or block 'cnv'; did you mean 'conv'?"),
    layers("layers as a number", "3", "3:9: expected a layer like {conv: 3x3x64} or a word like relu"),
    layers(
        "a misspelt option", "[{conv: 3x3x4, strid: 2}]", "3:24: conv.strid: unknown option; did you mean 'stride'?"
    ),
    layers(
        "another kind as an option",
        "[{conv: 3x3x4, relu: }]",
        "3:24: conv.relu: unknown option; did you mean 'activation: relu'?",
    ),
    layers(
        "an option of another kind",
        "[{max_pool: 2x2, groups: 2}]",
        "3:26: max_pool.groups: unknown option; options: ceil, padding, stride",
    ),
    layers(
        "an option of a join",
        "[{add: [identity, [relu]], stride: 1}]",
        "3:36: add.stride: unknown option; options: activation",
    ),
    layers(
        "an option of a bare kind", "[{relu: , inplace: true}]", "3:19: relu.inplace: unknown option; options: none"
    ),
    layers(
        "a size as an option",
        "[{conv: , size: 3x3x4}]",
        "3:19: conv.size: unknown option; write the size as the value of conv",
    ),
    layers("a size that is not taken", "[{relu: 6}]", "3:17: relu takes no size, got 6"),
    layers(
        "a conv as a word",
        "[conv]",
        "3:10: conv needs its size: Kernel height × kernel width × output channels, like 3x3x64; 3x64 for "
        "sequences, 3x3x3x64 for volumes",
    ),
    layers(
        "an fc as a word",
        "[fc]",
        "3:10: fc needs its size: Number of outputs: of fc in total, of linear at each position",
    ),
    layers(
        "a pool without a size",
        "[{max_pool: , stride: 2}]",
        "3:10: max_pool needs its size: Kernel height × kernel width, like 2x2; 2 for sequences, 2x2x2 for volumes",
    ),
    layers(
        "an adaptive pool without",
        "[adaptive_avg_pool]",
        "3:10: adaptive_avg_pool needs its size: Output height × width, like 6x6; 6 for sequences, 1x6x6 for volumes",
    ),
]

CONV_SIZE = (
    "conv: expected kernel height × kernel width × output channels, like 3x3x64; 3x64 for sequences, "
    "3x3x3x64 for volumes, got "
)
INPUT = (
    "input: expected height × width × channels, like 224x224x3; 8000x1 for sequences, 16x112x112x3 for volumes, got "
)
PAIR = "expected a whole number from 1, or one for each side like 1x2, got "
PADDING = (
    "expected a whole number, one for each side like 0x3, top × bottom × left × right like 0x1x0x1, "
    "half, same or valid, got "
)
WHOLE = "expected a whole number from 1, got "


def option(name: str, value: str, message: str) -> Case:
    """A convolution with one wrong option, whose value starts in column 26 + its name."""
    return layers(
        f"{name}: {value}", f"[{{conv: 3x3x4, {name}: {value}}}]", f"3:{26 + len(name)}: conv.{name}: {message}"
    )


OPTION_VALUES = [
    *(
        layers(f"conv: {value}", f"[{{conv: {value}}}]", f"3:17: {CONV_SIZE}{got}")
        for value, got in [
            ("3", "3"),
            ("3x3x3x3x3", "'3x3x3x3x3'"),
            ("3x3x0", "'3x3x0'"),
            ("3x-3x4", "'3x-3x4'"),
            ("3x3xa", "'3x3xa'"),
            ("3x3x", "'3x3x'"),
            ("3 x 3 x 4", "'3 x 3 x 4'; did you mean 3x3x4?"),
            ("3x3x017", "'3x3x017'"),
            ("3X3X4", "'3X3X4'; did you mean 3x3x4?"),
            ("1.5", "1.5"),
            ("true", "true"),
            ("[3, 3, 4]", "[3, 3, 4]; did you mean 3x3x4?"),
            ("same", "'same'"),
        ]
    ),
    layers("a large size", "[{conv: 3x3x100000001}]", "3:17: conv: numbers go up to 100,000,000, got '3x3x100000001'"),
    layers(
        "a huge size", f"[{{conv: 3x3x{'9' * 5000}}}]", "3:17: string too long; a string has at most 2,000 characters"
    ),
    layers(
        "a mapping",
        "[{conv: {size: 3}}]",
        "3:17: conv: its value is not a mapping; "
        "write options after the value, separated by commas, as in {conv: 7x7x64, stride: 2, padding: 3}",
    ),
    *(option(name, "0", f"{PAIR}0") for name in ("stride", "dilation")),
    *(option(name, "-1", f"{PAIR}-1") for name in ("stride", "dilation")),
    *(option(name, "1x2x3x4", f"{PAIR}'1x2x3x4'") for name in ("stride", "dilation")),
    option("stride", "1.5", f"{PAIR}1.5"),
    option("stride", "true", f"{PAIR}true"),
    option("stride", "[1, 2]", f"{PAIR}[1, 2]; did you mean 1x2?"),
    option("stride", "null", f"{PAIR}nothing"),
    option("stride", "1:30", f"{PAIR}'1:30'"),
    option("padding", "-1", f"{PADDING}-1"),
    option("padding", "Same", f"{PADDING}'Same'"),
    option("padding", "1x2x3x4x5", f"{PADDING}'1x2x3x4x5'"),
    option("padding", "true", f"{PADDING}true"),
    option("padding", "null", f"{PADDING}nothing"),
    option("padding", "[1, 1]", f"{PADDING}[1, 1]; did you mean 1x1?"),
    option("groups", "0", f"{WHOLE}0"),
    option("groups", "1x1", f"{WHOLE}'1x1'"),
    option("groups", "2.0", f"{WHOLE}2.0"),
    option("bias", "no", "expected true, false or untied, got 'no'"),
    option("bias", "0", "expected true, false or untied, got 0"),
    option("bias", "True", "expected true, false or untied, got 'True'"),
    option("bias", "null", "expected true, false or untied, got nothing"),
    option("activation", "rellu", "unknown name 'rellu'; did you mean 'relu'?"),
    option("activation", "[relu]", "unknown name ['relu']; did you mean 'relu'?"),
    option("activation", "1", f"unknown name 1; choose from: {FUNCTIONS}"),
    option("norm", "batchnorm", "unknown name 'batchnorm'; did you mean 'batch_norm'?"),
    option("norm", "true", "unknown name true; choose from: batch_norm, instance_norm, layer_norm, none"),
    layers("fc of no units", "[{fc: 0}]", f"3:15: fc: {WHOLE}0"),
    layers("fc of a map", "[{fc: 1x1}]", f"3:15: fc: {WHOLE}'1x1'"),
    layers(
        "rate of one", "[{fc: 9, dropout: 1}]", "3:27: fc.dropout: expected a rate from 0 to below 1, like 0.5, got 1"
    ),
    layers("rate in percent", "[{dropout: 50}]", "3:20: dropout: expected a rate from 0 to below 1, like 0.5, got 50"),
    layers(
        "rate as text", "[{dropout: half}]", "3:20: dropout: expected a rate from 0 to below 1, like 0.5, got 'half'"
    ),
    layers("ceil as a word", "[{max_pool: 2x2, ceil: yes}]", "3:32: max_pool.ceil: expected true or false, got 'yes'"),
    layers("lrn of nothing", "[{lrn: 0}]", f"3:16: lrn: {WHOLE}0"),
    layers("affine as text", "[{batch_norm: , affine: x}]", "3:33: batch_norm.affine: expected true or false, got 'x'"),
    layers(
        "activation of a join",
        "[{add: [identity, [relu]], activation: relo}]",
        "3:48: add.activation: unknown name 'relo'; did you mean 'relu'?",
    ),
]

KEYS_OF_ALL = [
    layers("when as a number", "[{relu: , when: 1}]", "3:25: when: expected true or false, got 1"),
    layers("when as a word", "[{relu: , when: yes}]", "3:25: when: expected true or false, got 'yes'"),
    layers("when without a value", "[{relu: , when: }]", "3:19: when: expected a value"),
    layers(
        "repeat as a string",
        "[{relu: , repeat: twice}]",
        "3:27: repeat: expected a whole number up to 10,000, got 'twice'",
    ),
    layers("repeat below none", "[{relu: , repeat: -1}]", "3:27: repeat: expected a whole number up to 10,000, got -1"),
    layers(
        "repeat as truth", "[{relu: , repeat: true}]", "3:27: repeat: expected a whole number up to 10,000, got true"
    ),
    layers(
        "repeat as a list", "[{relu: , repeat: [1]}]", "3:27: repeat: expected a whole number up to 10,000, got [1]"
    ),
    layers(
        "repeat too often", "[{relu: , repeat: 99999}]", "3:27: repeat: expected a whole number up to 10,000, got 99999"
    ),
    layers("repeat without a value", "[{relu: , repeat: ~}]", "3:27: repeat: expected a value"),
    layers("a name that is a list", "[{relu: , name: [a]}]", "3:25: name: expected a string, got ['a']"),
    layers(
        "a name that is a truth", "[{relu: , name: true}]", "3:25: name: expected a string, got true; put it in quotes"
    ),
    layers("a name without a value", "[{relu: , name: }]", "3:19: name: expected a value"),
    layers("an empty name", "[{relu: , name: ''}]", "3:25: name: expected a string, got ''"),
    layers("first without repeat", "[{conv: 1x1x3, first: {stride: 2}}]", "3:24: first requires repeat"),
    layers(
        "first of a misspelt option",
        "[{conv: 1x1x3, repeat: 2, first: {strid: 2}}]",
        "3:43: conv.strid: unknown option; did you mean 'stride'?",
    ),
    layers("first of a wrong value", "[{conv: 1x1x3, repeat: 2, first: {stride: 0}}]", f"3:51: conv.stride: {PAIR}0"),
    layers(
        "first that is no mapping",
        "[{conv: 1x1x3, repeat: 2, first: 2}]",
        "3:42: expected a mapping of options or arguments to values",
    ),
    layers(
        "first of a join",
        "[{add: [identity, [relu]], repeat: 2, first: {activation: relu}}]",
        "3:47: first works with layers and blocks, not with add",
    ),
    layers(
        "first of a stage",
        "[{stage: a, layers: [relu], repeat: 2, first: {}}]",
        "3:48: first works with layers and blocks, not with stage",
    ),
    layers("as without a name", "[{relu: , as: }]", "3:19: as: expected a name, got nothing"),
    layers("as a list", "[{relu: , as: [a]}]", "3:23: as: expected a name, got ['a']"),
    layers(
        "as an expression without a value",
        "[{relu: , as: $(true), repeat: 2}, {from: $(1 + 1)}]",
        "3:23: as: expected a string, got true",
    ),
    layers(
        "from a name that no iteration has",
        "[{relu: , as: skip$index, repeat: 2}, {from: skip2}]",
        "3:54: no output has been kept as 'skip2' yet",
    ),
    layers(
        "from an expression for nothing",
        "[{relu: , as: skip$index, repeat: 2}, {from: skip$(1 + 1)}]",
        "3:54: no output has been kept as 'skip2' yet",
    ),
    layers(
        "from a name that no expression can become",
        "[{relu: , as: skip$index, repeat: 2}, {from: ship1}]",
        "3:54: no output is kept as 'ship1'; kept: none",
    ),
    layers(
        "as input",
        "[{relu: , as: input}]",
        "3:23: as: 'input' is the input of the block or network; choose another name",
    ),
    layers(
        "as an expression for input",
        "[{relu: , as: in$(word), repeat: 2}, {from: in$word}]\nlet: {word: put}",
        "3:23: as: 'input' is the input of the block or network; choose another name",
    ),
    layers(
        "a name of the iteration without repeat",
        "[{relu: , index: n, name: a$n}]",
        "3:19: index requires repeat",
        "3:35: $n is not known here; known: none",
    ),
    layers(
        "a name of the iteration that is taken",
        "[{relu: , repeat: 2, index: w, name: a$w}]\nlet: {w: 1}",
        "3:37: index: 'w' is already a name here; choose another",
    ),
    layers(
        "a name of the iteration of an outer one",
        "[{stage: a$n, repeat: 2, index: n, layers: [{relu: , repeat: 2, index: n}]}]",
        "3:80: index: 'n' is already a name here; choose another",
    ),
    layers(
        "a bad name of the iteration",
        "[{relu: , repeat: 2, index: in_channels}, {relu: , repeat: 2, index: 3}]",
        "3:37: index: expected a name of letters, digits and underscores, got 'in_channels'",
        "3:78: index: expected a name of letters, digits and underscores, got 3",
    ),
    layers(
        "index by its other name",
        "[{relu: , repeat: 2, index: n, name: $index}]",
        "3:46: $index is not known here; known: n",
    ),
    layers(
        "an iteration whose name nothing uses",
        "[{relu: , repeat: 2, index: n}]",
        "3:37: the number of iterations 'n' is never used; use it as $n, or delete index",
    ),
    layers(
        "a named iteration in repeat",
        "[{relu: , repeat: $(n + 1), index: n}]",
        "3:27: `$n` is not available in `when` and `repeat`: they are evaluated once, before the first iteration",
    ),
    layers(
        "when on an identity",
        "[{add: [{identity: , when: false}, relu, tanh]}]",
        "3:30: when has no effect on an identity; to skip the branch, write it as {when: …}",
    ),
    layers(
        "when on a from alone in a branch",
        "[{add: [[{from: input, when: false}], relu, tanh]}]",
        "3:32: when skips this entry, and without it the branch is an identity; to skip the branch, write it as "
        "{from: …, when: …}",
    ),
    layers(
        "layers with a name",
        "[{layers: [relu], name: A}]",
        "3:27: layers without a stage have no name; remove name, or add stage",
    ),
    layers(
        "layers with an option",
        "[{layers: [relu], first: {stride: 2}, repeat: 2, stride: 1}]",
        "3:27: first works with layers and blocks, not with layers",
        "3:58: unknown key 'stride' next to layers; known: as, first, index, name, repeat, share, when",
    ),
    layers(
        "a slot that is not given",
        "[{b: }]\nblocks: {b: {slots: [body], layers: [$body]}}",
        "3:11: b needs body",
    ),
    layers(
        "a slot that is not placed",
        "[{b: [relu]}]\nblocks: {b: {slots: [body], layers: [relu]}}",
        "4:22: slot 'body' is never used; place its layers with $body, or delete it",
    ),
    layers(
        "a slot with arguments",
        "[{b: [relu]}]\nblocks: {b: {slots: [body], layers: [{$body: 3}]}}",
        "4:46: $body is a list of layers, which takes no values",
    ),
    layers(
        "a slot called like a parameter",
        "[{b: {w: relu}}]\nblocks: {b: {parameters: [w], slots: [w], layers: [{conv: 1x1x$w}]}}",
        "3:11: b needs w",
        "4:39: slots: 'w' is a parameter; choose another name",
    ),
    layers(
        "slots called badly",
        "[{b: {a: relu}}]\nblocks: {b: {slots: [in_channels: relu, a: , a], layers: [relu]}}",
        "4:22: 'in_channels' is not a valid name for a slot",
        "4:46: duplicate name in this list",
    ),
    layers(
        "slots as a number",
        "[b]\nblocks: {b: {slots: 3, layers: [relu]}}",
        "4:21: expected a list like [main, shortcut: identity]: each entry is a slot or has default layers",
    ),
    layers(
        "a slot in an expression",
        "[{b: [relu]}]\nblocks: {b: {slots: [body], layers: [{conv: 1x1x$body}, $body]}}",
        "4:45: $body is not known here; known: in_channels, in_depth, in_height, in_length, in_width",
    ),
    layers(
        "an error in the layers of a slot",
        "[{b: [{cnv: 3x3x4}]}]\nblocks: {b: {slots: [body], layers: [$body]}}",
        "3:16: unknown layer kind or block 'cnv'; did you mean 'conv'?",
    ),
    layers(
        "a shape in the layers of a slot",
        "[{b: [{conv: 9x9x4}]}]\nblocks: {b: {slots: [body], layers: [$body]}}",
        "3:22: Conv (conv): a window of 9×9 does not fit into 8×8×3 (in b)",
    ),
    layers(
        "from what is not kept",
        "[{relu: , as: skip1}, {from: skip2}]",
        "3:38: no output is kept as 'skip2'; did you mean 'skip1'?",
    ),
    layers(
        "exports of what is not kept",
        "[b]\nblocks: {b: {exports: [a, xx, $x], layers: [{relu: , as: x}, {add: [{from: x}, identity]}]}}",
        "4:24: no output is kept as 'a'; kept: x",
        "4:27: no output is kept as 'xx'; did you mean 'x'?",
        "4:31: exports: expected a name without expressions, got '$x'",
    ),
    layers(
        "exports that are no list",
        "[b]\nblocks: {b: {exports: x, layers: [{relu: , as: x}, {add: [{from: x}, identity]}]}}",
        "4:23: exports: expected a list of names",
    ),
    layers(
        "a stage that nobody sees",
        "[{stage: '\u3000', layers: [relu]}]",
        "3:18: stage: expected a string, got '\\u3000'",
    ),
    layers("a layer that nobody sees", "[{relu: , name: ' '}]", "3:25: name: expected a string, got ' '"),
    layers(
        "an output that nobody sees",
        "[{relu: , as: '\u0301'}, {add: [{from: '\u0301'}, identity]}]",
        "3:23: as: expected a name, got '\u0301'",
        "3:43: from: expected a name, got '\u0301'",
    ),
    layers("from where nothing is kept", "[relu, {from: skip}]", "3:23: no output is kept as 'skip'; kept: none"),
    layers(
        "a main output in a side output",
        "[relu, {output: [{main_output: [{fc: 2}]}, {fc: 3}]}]",
        "3:27: a side output has no output of the main network (in output)",
    ),
    layers(
        "a main output with an option",
        "[{main_output: [{fc: 2}], size: 3}]",
        "3:35: unknown key 'size' next to main_output; known: as, first, index, name, repeat, share, when",
    ),
    layers(
        "shared weights of other shapes",
        "[{conv: 3x3x4, share: a}, {conv: 3x3x4, share: a}]",
        "3:56: share: conv of 3×3×4×4 + 4 cannot use the weights of conv of 3×3×3×4 + 4",
    ),
    layers(
        "shared weights of another kind",
        "[{conv: 1x1x3, bias: false, share: a}, {depthwise_conv: 1x3, bias: false, share: a}]",
        "3:90: share: depthwise_conv of 1×3×1×3 cannot use the weights of conv of 1×1×3×3",
    ),
    layers(
        "shared weights of more layers",
        "[{conv: 1x1x3, share: a}, {conv: 1x1x3, norm: batch_norm, share: a}]",
        "3:74: share: 'a' has 2 layers with weights here, but 1 at its first use",
    ),
    layers("shared weights of none", "[{relu: , share: a}]", "3:26: share has no effect: no layer here has weights"),
    layers("share without a value", "[{conv: 1x1x3, share: }]", "3:24: share: expected a value"),
    layers(
        "like what is not kept",
        "[{resize: , like: a}]",
        "3:27: no output is kept as 'a'; kept: none",
    ),
    layers(
        "like what is kept later",
        "[{resize: , like: later}, {relu: , as: later}]",
        "3:27: no output has been kept as 'later' yet",
    ),
    layers("like a vector", "[{fc: 3, as: a}, {resize: , like: a}]", "3:43: like: 'a' is a vector, which has no size"),
    layers(
        "a size and like",
        "[{relu: , as: a}, {resize: 4x4, like: a}]",
        "3:41: resize takes a size or like, not both",
    ),
    layers(
        "from what is kept later",
        "[{from: later}, {relu: , as: later}]",
        "3:17: no output has been kept as 'later' yet",
    ),
    layers(
        "from what is skipped", "[{relu: , as: a, when: false}, {from: a}]", "3:47: no output has been kept as 'a' yet"
    ),
    layers(
        "from a list",
        "[relu, {from: [a]}]",
        "3:23: from: expected a name, got ['a']",
        """3:23: no output is kept as "['a']"; kept: none""",
    ),
]

STRUCTURE = [
    layers("a stage without layers", "[{stage: a}]", "3:10: a stage needs layers"),
    layers("a stage with nothing", "[{stage: a, layers: }]", "3:21: expected a list of layers"),
    layers("a stage without a name", "[{stage: , layers: [relu]}]", "3:11: stage: expected a string, got nothing"),
    layers(
        "a stage with two names",
        "[{stage: a, name: b, layers: [relu]}]",
        "3:21: a stage is named by the value of stage; remove name",
    ),
    layers(
        "another name of what is no layer",
        "[{stage: a, also: b, layers: [relu]}, {add: [[relu], identity], also: sum}]",
        "3:21: also works with layers, not with stage",
        "3:73: also works with layers, not with add",
    ),
    layers(
        "another name that is no string",
        "[{relu: , also: true}]",
        "3:25: also: expected a string, got true; put it in quotes",
    ),
    layers(
        "a stage with an option",
        "[{stage: a, stride: 2, layers: [relu]}]",
        "3:21: unknown key 'stride' next to stage; known: as, first, index, layers, name, repeat, share, when",
    ),
    layers(
        "an output with an option",
        "[relu, {output: [relu], size: 2}]",
        "3:33: unknown key 'size' next to output; known: as, first, index, name, repeat, share, when",
    ),
    layers(
        "layers next to an output",
        "[relu, {output: [relu], layers: []}]",
        "3:33: unknown key 'layers' next to output; known: as, first, index, name, repeat, share, when",
    ),
    layers("an output of nothing", "[relu, {output: }]", "3:17: expected a list of layers"),
    layers("one branch", "[{add: [[relu]]}]", "3:11: add needs at least two branches"),
    layers("no branch", "[{concat: {}}]", "3:11: concat needs at least two branches"),
    layers(
        "branches as a word", "[{add: identity}]", "3:16: add needs branches, like {main: [...], shortcut: identity}"
    ),
    layers("branches missing", "[add]", "3:10: add needs branches, like {main: [...], shortcut: identity}"),
    layers("a branch of nothing", "[{add: {a: , b: identity}}]", "3:17: expected a list of layers"),
    layers(
        "a branch as a number",
        "[{add: {a: 3, b: identity}}]",
        "3:20: expected a layer like {conv: 3x3x64} or a word like relu",
    ),
    layers(
        "a branch with a misspelt kind",
        "[{add: [identity, [rellu]]}]",
        "3:28: unknown layer kind or block 'rellu'; did you mean 'relu'?",
    ),
    layers(
        "no branch left",
        "[{add: [{when: false}, {when: false}]}]",
        "3:11: no branch of add is left",
    ),
    layers("no layer left", "[{relu: , when: false}]", "3:9: Test: no layer is left"),
    layers("nothing but a side output", "[{output: [relu]}]", "3:9: Test: no layer is left"),
    layers("an empty list", "[]", "3:9: a network needs layers"),
    layers("layers without a value", "", "3:1: a network needs layers"),
]

BLOCKS = [
    layers(
        "an unknown block",
        "[{a: 1}]" + BLOCK,
        f"3:11: unknown layer kind or block 'a'; known: {KNOWN_AND_B}",
    ),
    layers(
        "a misspelt block",
        "[botleneck]\nblocks: {bottleneck: {layers: [relu]}}",
        "3:10: unknown layer kind or block 'botleneck'; did you mean 'bottleneck'?",
    ),
    layers("a missing argument", "[{b: }]" + BLOCK, "3:11: b needs w"),
    layers("a missing argument of a word", "[b]" + BLOCK, "3:10: b needs w"),
    layers("a missing one next to another", "[{b: {s: 1}}]" + BLOCK, "3:11: b needs w"),
    layers(
        "an unknown argument", "[{b: {w: 1, wide: 2}}]" + BLOCK, "3:21: b has no parameter 'wide'; parameters: s, w"
    ),
    layers("too many values", "[{b: [1, 1, 1]}]" + BLOCK, "3:11: too many values for b, got 3; it takes w, s"),
    layers(
        "values without a list",
        "[{b: 1, 64, name: x}]" + BLOCK,
        f"3:17: unknown key '64' next to b; {COMMA}",
    ),
    layers(
        "a value for none",
        "[{b: 1}]\nblocks: {b: {layers: [relu]}}",
        "3:11: too many values for b, got 1; it takes none",
    ),
    layers(
        "an argument next to a block",
        "[{b: 1, stride: 2}]" + BLOCK,
        "3:17: unknown key 'stride' next to b; known: as, first, index, name, repeat, share, when",
    ),
    layers(
        "an unknown argument in first",
        "[{b: 1, repeat: 2, first: {t: 2}}]" + BLOCK,
        "3:36: b has no parameter 't'; parameters: s, w",
    ),
    layers("an argument of a wrong type", "[{b: x}]" + BLOCK, f"4:55: {CONV_SIZE}'3x3xx' (in b)"),
    layers(
        "an argument as a list",
        "[{b: [[1, 2]]}]" + BLOCK,
        "4:55: only a number or a string can be inserted into a string, not [1, 2] (in b)",
    ),
    layers(
        "an argument as a mapping",
        "[{b: {w: {x: 1}}}]" + BLOCK,
        "3:18: expected a number, a truth value, a string or a list, not a mapping",
    ),
    layers("an argument without a value", "[{b: {w: $(1 / 0)}}]" + BLOCK, "3:18: division by zero: 1 / 0"),
    layers("a later value without a value", "[{b: [1, $(1 / 0)]}]" + BLOCK, "3:18: division by zero: 1 / 0"),
    layers(
        "a first without a value", "[{b: 1, repeat: 2, first: {s: $(1 / 0)}}]" + BLOCK, "3:39: division by zero: 1 / 0"
    ),
    layers("a block by an unknown name", "[{$which: 1}]" + BLOCK, "3:19: $which is not known here; known: none"),
    layers(
        "a block by a wrong name",
        "[{$p: 1}]" + BLOCK + "\nparameters: {p: a}",
        "3:15: unknown block 'a'; blocks: b",
    ),
    layers("a block by a list", "[{$p: 1}]" + BLOCK + "\nparameters: {p: [b]}", "3:15: unknown block ['b']; blocks: b"),
    layers("a named block's missing argument", "[{$p: }]" + BLOCK + "\nparameters: {p: b}", "3:11: b needs w"),
    layers("blocks as a list", "[relu]\nblocks: [b]", "4:9: blocks: expected name: value"),
    layers("a block as a list", "[relu]\nblocks: {b: [relu]}", "4:13: block 'b' needs layers"),
    layers(
        "a block without layers",
        "[b]\nblocks: {b: {layer: [relu]}}",
        "4:10: block 'b' needs layers",
        "4:14: unknown key 'layer' in a block; did you mean 'layers'?",
    ),
    layers("a block with nothing", "[b]\nblocks: {b: {layers: }}", "4:14: expected a list of layers"),
    layers(
        "a block called like a kind",
        "[relu]\nblocks: {conv: {layers: [relu]}}",
        "4:10: 'conv' is not a valid block name; it is a kind of layer",
    ),
    layers(
        "a block called like a key",
        "[relu]\nblocks: {name: {layers: [relu]}}",
        "4:10: 'name' is not a valid block name; it is a key of lists of layers",
    ),
    layers(
        "a block called badly",
        "[relu]\nblocks: {a b: {layers: [relu]}}",
        "4:10: 'a b' is not a valid block name; "
        "a name consists of letters, digits, _ and -, and starts with a letter or _",
    ),
    layers(
        "parameters as a number",
        "[b]\nblocks: {b: {parameters: 3, layers: [relu]}}",
        "4:26: expected a list like [width, stride: 1]: each entry is a name or has a default",
    ),
    layers(
        "a parameter twice",
        "[b]\nblocks: {b: {parameters: [w, w], layers: [relu]}}",
        "3:10: b needs w",
        "4:30: duplicate name in this list",
    ),
    layers(
        "a parameter called badly",
        "[relu]\nblocks: {b: {parameters: {a-b: 1}, layers: [relu]}}",
        "4:27: 'a-b' is not a valid parameter name",
    ),
    layers(
        "a parameter called like an operator",
        "[relu]\nblocks: {b: {parameters: {or: 1}, layers: [relu]}}",
        "4:27: 'or' is not a valid parameter name",
    ),
    layers(
        "a parameter that is taken",
        "[relu]\nblocks: {b: {parameters: {in_channels: 1}, layers: [relu]}}",
        "4:27: 'in_channels' is not a valid parameter name",
    ),
    layers(
        "let as a list", "[b]\nblocks: {b: {let: [x], layers: [relu]}}", "4:19: expected a mapping of names to values"
    ),
    layers(
        "a let called badly",
        "[b]\nblocks: {b: {let: {1: x}, layers: [relu]}}",
        "4:20: '1' is not a valid name for a value",
    ),
    layers(
        "an error in a block that is not used",
        "[relu]\nblocks: {b: {layers: [{cnv: 1}]}}",
        "4:24: unknown layer kind or block 'cnv'; did you mean 'conv'?",
    ),
    layers(
        "a block that uses itself",
        "[b]\nblocks: {b: {layers: [b]}}",
        f"4:23: blocks, stages and branches nest at most {GROUPS} deep; does a block use itself? (in b › "
        "b › b › … › b › b › b)",
    ),
    layers(
        "blocks that use each other",
        "[a]\nblocks: {a: {layers: [b]}, b: {layers: [{add: [a, identity]}]}}",
        f"4:48: blocks, stages and branches nest at most {GROUPS} deep; does a block use itself? (in a › "
        "b › 1 › … › a › b › 1)",
    ),
]
ONCE = "`$index` is not available in `when` and `repeat`: they are evaluated once, before the first iteration"
NAMES = [
    layers(
        "an unknown name",
        "[{conv: 1x1x$wdth}]\nlet: {width: 3}",
        "3:17: $wdth is not known here; did you mean 'width'?",
    ),
    layers("no names at all", "[{conv: 1x1x$w}]", "3:17: $w is not known here; known: none"),
    layers("index without repeat", "[{relu: , name: a$index}]", "3:25: $index is not known here; known: none"),
    layers("index in when", "[{relu: , repeat: 2, when: $(index > 0)}]", f"3:36: {ONCE}"),
    layers("index in repeat", "[{relu: , repeat: $(index + 1)}]", f"3:27: {ONCE}"),
    layers(
        "in_channels outside of blocks",
        "[{conv: 1x1x$in_channels}]",
        "3:17: $in_channels is not known here; known: none",
    ),
    layers(
        "a height without one",
        "[flatten, b]\nblocks: {b: {layers: [{fc: $in_height}]}}",
        "4:28: 'in_height' has no value here: the input of the block has no such side (in b)",
    ),
    layers(
        "two unknown names",
        "[{conv: $(a)x$(b)x1}]",
        "3:17: $a is not known here; known: none",
        "3:17: $b is not known here; known: none",
    ),
    layers("a malformed expression", "[{conv: 1x1x$(1 +)}]", "3:17: invalid expression '1 +'"),
    layers(
        "a dollar alone",
        "[{relu: , name: 5$}]",
        "3:25: expected a name or an expression in parentheses after $: '5$'",
    ),
    layers("a size of a wrong type", "[{conv: $x}]\nlet: {x: true}", f"3:17: {CONV_SIZE}true"),
    layers("a stride of a wrong type", "[{conv: 1x1x1, stride: $x}]\nlet: {x: 0}", f"3:32: conv.stride: {PAIR}0"),
    layers(
        "a size without a value", "[{conv: $(5 / 2)x1x1}]", "3:17: 5 / 2 is not a whole number; use // to round down"
    ),
    layers(
        "an index beyond", "[{conv: '1x1x$x[2]'}]\nlet: {x: [1, 2]}", "3:17: index 2 is out of range; 'x' has 2 values"
    ),
    layers("let as a text", "[relu]\nlet: x", "4:6: let: expected name: value"),
    layers("let of a later name", "[{fc: $a}]\nlet: {a: $b, b: 1}", "4:10: 'b' has no value here"),
    layers("let of itself", "[relu]\nlet: {a: $a}", "4:10: 'a' has no value here"),
    layers("let called badly", "[relu]\nlet: {größe: 1}", "4:7: 'größe' is not a valid name for a value"),
    layers(
        "let of a mapping",
        "[relu]\nlet: {a: {b: 1}}",
        "4:10: expected a number, a truth value, a string or a list, not a mapping",
    ),
    layers(
        "let of nothing that is used",
        "[{conv: 1x1x$a}]\nlet: {a: }",
        "3:17: only a number or a string can be inserted into a string, not nothing",
    ),
    layers("defaults as a text", "[relu]\ndefaults: x", "4:11: defaults: expected name: value"),
    layers(
        "defaults of an unknown kind",
        "[relu]\ndefaults: {cnv: {bias: false}}",
        "4:12: unknown layer kind 'cnv'; did you mean 'conv'?",
    ),
    layers(
        "defaults of an unknown option",
        "[relu]\ndefaults: {conv: {bia: false}}",
        "4:19: conv.bia: unknown option; did you mean 'bias'?",
    ),
    layers(
        "defaults of a wrong value",
        "[relu]\ndefaults: {conv: {bias: 0}}",
        "4:25: conv.bias: expected true, false or untied, got 0",
    ),
    layers("defaults as a list", "[relu]\ndefaults: {conv: [bias]}", "4:18: expected a mapping of options to values"),
    layers(
        "texts that double",
        "[{fc: $a59}]\nlet:\n  a0: xx\n" + "".join(f"  a{n}: $a{n - 1}$a{n - 1}\n" for n in range(1, 60)),
        "14:7: the resulting string has more than 1,000 characters",
    ),
    layers(
        "lists that double",
        "[{fc: $a59}]\nlet:\n  a0: [1]\n" + "".join(f"  a{n}: [$a{n - 1}, $a{n - 1}]\n" for n in range(1, 60)),
        "14:7: a list has at most 1,000 values, including the characters of its strings",
    ),
]

WRITE_GROUPS = "did you mean to write groups: $groups in one of the layers?"
UNUSED = [
    layers(
        "an unused parameter of a block that is called like an option",
        "[{b: [4, 2]}]\nblocks: {b: {parameters: [w, groups], layers: [{conv: 3x3x$w}]}}",
        f"4:30: parameter 'groups' of block 'b' is never used; {WRITE_GROUPS}",
    ),
    layers(
        "an option that is not the parameter",
        "[{b: 4}]\nblocks: {b: {parameters: {w: , groups: 1}, layers: [{conv: 3x3x$w, groups: 1}]}}",
        f"4:32: parameter 'groups' of block 'b' is never used; {WRITE_GROUPS}",
    ),
    layers(
        "a name without its dollar",
        "[{b: 4}]\nblocks:\n  b: {parameters: [width], layers: [{c: width}]}\n"
        "  c: {parameters: [w], layers: [{relu: , name: $w}]}",
        "5:20: parameter 'width' of block 'b' is never used; did you mean $width in line 5?",
    ),
    layers(
        "an unused value of a block",
        "[{b: 4}]\nblocks: {b: {parameters: [w], let: {out: $(4 * w)}, layers: [{conv: 3x3x$w}]}}",
        "4:37: value 'out' of block 'b' is never used; use it as $out, or delete it",
    ),
    layers(
        "an unused parameter of the file, along with what cannot be calculated",
        "[{max_pool: 9x9}]\nparameters: {stride: 1}",
        "3:21: MaxPool (max_pool): a window of 9×9 does not fit into 8×8×3",
        "4:14: parameter 'stride' is never used; did you mean to write stride: $stride in one of the layers?",
    ),
    layers(
        "an unused value of the file that a block has for itself",
        "[{b: 4}]\nlet: {w: 3}\nblocks: {b: {parameters: [w], layers: [{conv: 3x3x$w}]}}",
        "4:7: value 'w' is never used; use it as $w, or delete it",
    ),
    layers(
        "defaults of a kind that only an option makes",
        "[{conv: 3x3x4, norm: batch_norm}]\ndefaults: {conv: {bias: false}, batch_norm: {affine: false}}",
        "4:33: the defaults of 'batch_norm' are never used; delete them",
    ),
    layers(
        "an output that is kept twice and not used, next to one that is used",
        "[{relu: , as: a}, {relu: , as: b}, {relu: , as: a}, {add: [{from: b}, identity]}]",
        "3:23: output `a` is never used; add `from: a` or remove `as: a`",
    ),
    layers(
        "an output that a block keeps and only its user asks for",
        "[{b: }, {add: [{from: x}, identity]}]\nblocks: {b: {layers: [{relu: , as: x}]}}",
        "3:31: 'x' is kept inside block 'b' only; use `as: x` where the block is used, "
        "or add `exports: [x]` to the block",
    ),
    layers(
        "an output that a block keeps and no block asks for",
        "[{relu: , as: x}, {b: }, {add: [{from: x}, identity]}]\nblocks: {b: {layers: [{relu: , as: x}]}}",
        "4:36: output `x` is never used; add `from: x` or remove `as: x`",
    ),
    layers(
        "layers before a from",
        "[{relu: , as: a}, {conv: 1x1x3}, tanh, {from: a}, {add: [[sigmoid, {from: a}], identity]}]",
        "3:42: Tanh: its output is not used; remove the layer, or keep its output with `as`",
        "3:67: Sigmoid: its output is not used; remove the layer, or keep its output with `as`",
    ),
    layers(
        "layers of a block before a from, in each use of it",
        "[{relu: , as: a}, {b: , repeat: 3}]\nblocks: {b: {layers: [tanh, {from: a}, relu]}}",
        "4:23: Tanh: its output is not used; remove the layer, or keep its output with `as`",
    ),
    layers(
        "blocks that only each other use",
        "[relu]\nblocks: {b: {layers: [c]}, c: {layers: [b]}}",
        "4:10: block 'b' is never used; use it like a layer kind, or delete it",
        "4:28: block 'c' is never used; use it like a layer kind, or delete it",
    ),
    layers(
        "a block that no parameter names",
        "[{$p: }]\nparameters: {p: b}\nblocks: {b: {layers: [relu]}, c: {layers: [relu]}}",
        "5:31: block 'c' is never used; use it like a layer kind, or delete it",
    ),
    layers(
        "a block that is always skipped",
        "[relu, {b: , when: false}]\nblocks: {b: {layers: [relu]}}",
        "4:10: block 'b' is never used; use it like a layer kind, or delete it",
    ),
]

USED = [
    "layers: [{relu: , name: $p}]\nparameters: {p: x}",
    "layers: [{relu: , when: $p}]\nparameters: {p: true}",
    "layers: [{relu: , repeat: $p}]\nparameters: {p: 2}",
    "layers: [{conv: 1x1x3, repeat: 2, first: {stride: $p}}]\nparameters: {p: 2}",
    "layers: [{stage: a$p, layers: [relu]}]\nparameters: {p: 2}",
    "layers: [{add: [{when: $p}, [relu]]}]\nparameters: {p: true}",
    "layers: [relu, {output: [{fc: $p}]}]\nparameters: {p: 2}",
    "layers: [{b: {w: $p}}]\nparameters: {p: 2}\nblocks: {b: {parameters: [w], layers: [{fc: $w}]}}",
    "layers: [{b: 1}]\nblocks: {b: {parameters: {w: , v: $w}, layers: [{fc: $v}]}}",
    "layers: [{b: 1}]\nblocks: {b: {parameters: [w], let: {v: $w}, layers: [{fc: $v}]}}",
    "layers: [{b: 1}]\nlet: {v: 2}\nblocks: {b: {parameters: [w], let: {v: $(v + w)}, layers: [{fc: $v}]}}",
    "layers: [b]\nparameters: {p: 2}\nblocks: {b: {layers: [{fc: $p}]}}",
    "layers: [{fc: 2}]\nparameters: {p: 2}\nlet: {q: $p}\ndefaults: {fc: {bias: $(q == 2)}}",
    "layers: [relu, {output: {b: 1}}]\ndefaults: {fc: {bias: false}}\n"
    "blocks: {b: {parameters: [w], layers: [{fc: $w}]}}",
    "layers: [{relu: , as: x}, {b: 1}]\nblocks: {b: {parameters: [w], layers: [{from: x, when: $(w == 2)}]}}",
    # in a default, the name is that of the block that contains the layer
    "layers: [{b: 1}]\nparameters: {groups: 1}\ndefaults: {conv: {groups: $groups}}\n"
    "blocks: {b: {parameters: [groups], layers: [{conv: 1x1x3}]}}",
    "layers: [{fc: $n}]\nparameters: {p: 1, n: }\nvariants: {A: {with: {n: $p}}}",
    # blocks and parameters that one variant alone uses
    "layers: [{$p: }]\nparameters: {p: b}\nvariants: {A: , B: {with: {p: c}}}\n"
    "blocks: {b: {layers: [relu]}, c: {layers: [d]}, d: {layers: [relu]}}",
    "layers: [relu, {b: $n, when: $(n > 0)}]\nparameters: {n: 0}\nvariants: {A: , B: {with: {n: 2}}}\n"
    "blocks: {b: {parameters: [w], layers: [{fc: $w}]}}",
    "layers: [{$a$n: }]\nparameters: {a: block, n: 1}\nblocks: {block1: {layers: [relu]}}",
]

SHAPES = [
    layers(
        "a kernel larger than the map",
        "[{conv: 9x9x4, name: Conv1}]",
        "3:17: Conv1 (conv): a window of 9×9 does not fit into 8×8×3",
    ),
    layers(
        "in a stage and a block",
        "[{stage: conv2_x, layers: [{c: , name: first}]}]\nblocks: {c: {layers: [{max_pool: 9x9}]}}",
        "4:34: MaxPool (max_pool): a window of 9×9 does not fit into 8×8×3 (in conv2_x › first)",
    ),
    layers(
        "in the second of three",
        "[{max_pool: 3x3, repeat: 3}]",
        "3:21: MaxPool (max_pool): a window of 3×3 does not fit into 2×2×3",
    ),
    layers(
        "groups that do not divide",
        "[{conv: 1x1x4, groups: 2}]",
        "3:17: Conv (conv): 3 input and 4 output channels do not divide into 2 groups",
    ),
    layers(
        "conv on a vector",
        "[{fc: 9}, {conv: 1x1x4}]",
        "3:26: Conv (conv): needs a feature map of height × width × channels, got 9",
    ),
    layers(
        "a kernel without channels",
        "[{conv: 3x3}]",
        "3:17: Conv (conv): needs a sequence of length × channels, got 8×8×3; did you mean 3x3x64? The output "
        "channels come last",
    ),
    layers(
        "a kernel of three sides",
        "[{conv: 3x3x3x8}]",
        "3:17: Conv (conv): needs a volume of depth × height × width × channels, got 8×8×3; did you mean 3x3x8?",
    ),
    layers(
        "a pool of one side",
        "[{max_pool: 2}]",
        "3:21: MaxPool (max_pool): needs a sequence of length × channels, got 8×8×3; did you mean 2x2?",
    ),
    layers(
        "an adaptive pool of one side",
        "[{adaptive_avg_pool: 7}]",
        "3:30: AdaptiveAvgPool (adaptive_avg_pool): needs a sequence of length × channels, got 8×8×3; "
        "did you mean 7x7?",
    ),
    *(
        layers(
            f"a {option} of three sides",
            f"[{{conv: 3x3x4, {option}: 1x2x3}}]",
            f"3:17: Conv (conv): a {option} of 1×2×3 does not fit 2 sides",
        )
        for option in ("stride", "padding", "dilation")
    ),
    layers(
        "an interpolation of three sides",
        "[{upsample: 2, mode: trilinear}]",
        "3:21: Upsample (upsample): cannot have mode trilinear on 8×8×3; use bilinear",
    ),
    Case(
        "an image without its channels",
        "name: T\ninput: 224x224\nlayers: [{conv: 3x3x8}]\n",
        [
            "3:17: Conv (conv): needs a feature map of height × width × channels, got 224×224; "
            "did you mean input: 224x224x3?"
        ],
    ),
    Case(
        "a kernel of a map on a sequence",
        "name: T\ninput: 8000x1\nlayers: [{conv: 3x3x8}]\n",
        ["3:17: Conv (conv): needs a feature map of height × width × channels, got 8000×1; did you mean 3x8?"],
    ),
    layers(
        "add of different shapes",
        "[{add: {main: [{conv: 3x3x3}], shortcut: identity}, name: sum}]",
        "3:11: sum (add): branches to add must have the same shape or sides of one, got 6×6×3, 8×8×3; is "
        "a padding missing in one of them?",
    ),
    layers(
        "concat of different sizes",
        "[{concat: {a: identity, b: [{max_pool: 2x2}]}}]",
        "3:11: Concat (concat): branches to concatenate must have the same height and width, "
        "got 8×8×3, 4×4×3; is a stride missing in one of them?",
    ),
    layers(
        "in a branch",
        "[{concat: {a: identity, b: [{conv: 9x9x1}]}, name: 3a}]",
        "3:44: Conv (conv): a window of 9×9 does not fit into 8×8×3 (in b)",
    ),
    layers(
        "in two branches",
        "[{add: {a: [{conv: 9x9x1}], b: [{fc: 2}, {lrn: 3}], c: identity}}]",
        "3:28: Conv (conv): a window of 9×9 does not fit into 8×8×3 (in a)",
        "3:56: LRN (lrn): needs a feature map of height × width × channels, got 2 (in b)",
    ),
    layers(
        "in branches of branches",
        "[{add: {a: [{add: [[{conv: 9x9x1}], [{lrn: 0}]]}], b: identity}}]",
        f"3:52: lrn: {WHOLE}0",
    ),
    layers(
        "a side output",
        "[relu, {output: [{conv: 9x9x1}], name: aux}]",
        "3:33: Conv (conv): a window of 9×9 does not fit into 8×8×3 (in aux)",
    ),
]

TOO_MUCH = [
    layers(
        "too many layers",
        "[{stage: a, repeat: 101, layers: [{relu: , repeat: 100}]}]",
        f"3:43: too many layers; a network has at most {NETWORK_LAYERS:,} (in a)",
    ),
    layers(
        "too many in branches",
        "[{add: [[{relu: , repeat: 5000}], [relu]]}]",
        f"3:44: too many layers; a network has at most {NETWORK_LAYERS:,} (in 2)",
    ),
    layers(
        "repeats of repeats of nothing",
        "[{stage: a, repeat: 10000, layers: [{stage: b, repeat: 10000, layers: [{relu: , when: false}]}]}]",
        f"3:80: too many steps; all networks of a file expand in at most {WORK:,} (in a › b)",
    ),
    layers(
        "blocks that double",
        "[{b9: }]\nblocks:\n  b0: {layers: [{relu: , when: false}]}\n"
        + "".join(f"  b{n}: {{layers: [{', '.join([f'b{n - 1}'] * 8)}]}}\n" for n in range(1, 10)),
        f"6:33: too many steps; all networks of a file expand in at most {WORK:,} (in b9 › b8 › b7 › … › b3 › b2 › b1)",
    ),
    layers(
        "channels that double",
        "[{concat: [identity, identity], repeat: 9999}]",
        "3:19: Concat: its output has more than 100,000,000 rows, columns or channels",
    ),
    layers(
        "sides that grow",
        "[{max_pool: 1x1, padding: 30000000x0, repeat: 9999}]",
        "3:21: MaxPool: its output has more than 100,000,000 rows, columns or channels",
    ),
]

HEADS = [
    Case("no name", "input: 8x8x3\nlayers: [relu]\n", ["1:1: name is missing"]),
    Case("no input", "name: Test\nlayers: [relu]\n", ["1:1: Test: input is missing; add one like input: 224x224x3"]),
    Case("no layers", HEAD, ["1:1: a network needs layers"]),
    Case(
        "nothing but a name",
        "name: Test\n",
        ["1:1: Test: input is missing; add one like input: 224x224x3", "1:1: a network needs layers"],
    ),
    Case("an empty mapping", "{}\n", ["1:1: a network needs layers", "1:1: name is missing"]),
    Case("a list", "[1]\n", ["1:1: expected a mapping with name, input and layers"]),
    Case("a text", "LeNet-5\n", ["1:1: expected a mapping with name, input and layers"]),
    Case("nothing", "", ["1:1: expected a mapping with name, input and layers"]),
    Case(
        "a name without a value", "name:\ninput: 8x8x3\nlayers: [relu]\n", ["1:1: name: expected a string, got nothing"]
    ),
    *(
        Case(
            f"input: {value}",
            f"name: Test\nlayers: [relu]\ninput: {value}\n",
            [f"3:8: {INPUT}{got}"],
        )
        for value, got in [
            ("224", "224"),
            ("224x", "'224x'"),
            ("0x8x3", "'0x8x3'"),
            ("8x8x8x3x1", "'8x8x8x3x1'"),
            ("[8, 8, 3]", "[8, 8, 3]"),
            ("true", "true"),
            ("1.5", "1.5"),
            ("axbxc", "'axbxc'"),
            ("{h: 8}", "{'h': 8}"),
            ("8x8x999999999", "'8x8x999999999'"),
            ("$n", "'$n'"),
        ]
    ),
    rest("an unknown key", "yeer: 2015", "4:1: unknown key 'yeer'; did you mean 'year'?"),
    rest("a key of the layers", "layer: [relu]", "4:1: unknown key 'layer'; did you mean 'layers'?"),
    rest(
        "a merge key",
        "<<: {year: 2015}",
        f"4:1: unknown key '<<'; keys: {KEYS}",
    ),
    rest(
        "a key of a variant",
        "slug: test",
        f"4:1: unknown key 'slug'; keys: {KEYS}",
    ),
    *(
        rest(f"year: {value}", f"year: {value}", f"4:7: year: expected a year from 1950 to 2100, got {got}")
        for value, got in [
            ("1900", "1900"),
            ("20155", "20155"),
            ("2012-09-30", "'2012-09-30'"),
            ("true", "true"),
            ("[2015]", "[2015]"),
            ("2015.5", "2015.5"),
        ]
    ),
    rest(
        "a year in quotes", "year: '2015'", "4:7: year: expected a year from 1950 to 2100, without quotes, got '2015'"
    ),
    rest(
        "accuracy in quotes",
        "accuracy: {top1: '70.1', source: s}",
        "4:18: accuracy.top1: expected a percentage from 0 to 100, without quotes, got '70.1'",
    ),
    rest(
        "accuracy as a truth",
        "accuracy: {top1: true, source: s}",
        "4:18: accuracy.top1: expected a percentage from 0 to 100, got true",
    ),
    rest("paper as a text", "paper: LeCun", "4:8: paper: expected a mapping, got 'LeCun'"),
    rest("paper without a title", "paper: {url: 'https://example.org/'}", "4:8: paper.title is missing"),
    rest(
        "paper with a bad address",
        "paper: {title: T, url: nowhere}",
        f"4:24: paper.url: {ADDRESS}'nowhere'",
    ),
    rest(
        "paper with another scheme",
        "paper: {title: T, url: 'javascript:alert(1)'}",
        f"4:24: paper.url: {ADDRESS}'javascript:alert(1)'",
    ),
    *(
        rest(f"url: {value[:30]}", f"paper: {{title: T, url: '{value}'}}", f"4:24: paper.url: {message}'{value}'")
        for value, message in [
            ("ftp://example.org/", ADDRESS),
            ("//example.org/", ADDRESS),
            ("data:text/html,x", ADDRESS),
            ("file:///etc/passwd", ADDRESS),
            ("https://example.org/a b", ADDRESS),
            ("https://example.org/<b>", ADDRESS),
            ("https://exämple.org/", ADDRESS),
            ("https://[::1]/", ADDRESS),
            ("https://user:word@example.org/", "a URL must not contain a user name or password, got "),
            ("https://user@example.org/", "a URL must not contain a user name or password, got "),
            ("doi:", "expected a DOI like doi:10.1038/nature14539, got "),
            ("doi:11.1000/x", "expected a DOI like doi:10.1038/nature14539, got "),
            ("doi:10.1000/../x y", "expected a DOI like doi:10.1038/nature14539, got "),
        ]
    ),
    rest(
        "paper with a misspelt key",
        "paper: {title: T, autors: A}",
        "4:19: unknown key 'autors'; did you mean 'authors'?",
    ),
    rest("a title as a list", "paper: {title: [T]}", "4:16: paper.title: expected a string, got ['T']"),
    rest("an empty summary", "summary: ' '", "4:10: summary: expected a string, got ' '"),
    rest("aliases as a text", "aliases: A", "4:10: aliases: expected a list, got 'A'"),
    rest("an alias as a list", "aliases: [A, [B]]", "4:14: aliases.1: expected a string, got ['B']"),
    rest(
        "related by name",
        "related: [LeNet 5]",
        "4:11: related.0: expected lowercase letters and digits separated by hyphens, like resnet-50, got 'LeNet 5'",
    ),
    rest("related as a number", "related: [5]", "4:11: related.0: expected a string, got 5; put it in quotes"),
    rest("notes as a text", "notes: N", "4:8: notes: expected a list, got 'N'"),
    rest("a note as a list", "notes: [[a]]", "4:9: notes.0.text: expected a string, got ['a']"),
    rest("an empty note", "notes: ['']", "4:9: notes.0.text: expected a string, got ''"),
    rest("a note without a text", "notes: [{about: Conv1}]", "4:9: notes.0.text is missing"),
    rest(
        "accuracy above all",
        "accuracy: {top1: 101, source: s}",
        "4:18: accuracy.top1: expected a percentage from 0 to 100, got 101",
    ),
    rest("accuracy without a source", "accuracy: {top1: 70}", "4:11: accuracy.source is missing"),
    rest(
        "an unknown task",
        "task: image classification",
        "4:7: task: expected 'classification', 'detection', 'segmentation', 'pose estimation', 'text recognition', "
        "'keypoint detection', 'verification', "
        "'super-resolution', 'denoising', 'optical flow', 'speech recognition', "
        "'generation' or 'reinforcement learning', got 'image classification'",
    ),
    rest("a dataset as a list", "dataset: [COCO]", "4:10: dataset: expected a string, got ['COCO']"),
    rest(
        "a second accuracy without a source",
        "accuracy: [{top1: 70, source: s}, {top1: 71}]",
        "4:35: accuracy.1.source is missing",
    ),
    rest(
        "an unknown key of an accuracy",
        "accuracy: [{top1: 70, source: s, weigths: w}]",
        "4:34: unknown key 'weigths'; did you mean 'weights'?",
    ),
    *(
        rest(
            f"accuracy, {given}",
            f"accuracy: {{top1: 70, source: s, {given}}}",
            f"4:{35 + len(given.partition(':')[0])}: accuracy.{message}",
        )
        for given, message in [
            ("test: 224", "test: expected height × width, like 224x224, got 224"),
            ("test: 224x224x3", "test: expected height × width, like 224x224, got '224x224x3'"),
            ("test: 0x224", "test: expected height × width, like 224x224, got '0x224'"),
            ("crop: 0", "crop: expected a fraction greater than 0, at most 1, got 0"),
            ("crop: 1.1", "crop: expected a fraction greater than 0, at most 1, got 1.1"),
            ("crop: '0.875'", "crop: expected a fraction greater than 0, at most 1, without quotes, got '0.875'"),
            ("extra: true", "extra: expected a string, got true; put it in quotes"),
        ]
    ),
    rest("accuracy as a number", "accuracy: 70", "4:11: accuracy: expected a mapping or a list of mappings, got 70"),
]

TEXTS = {
    "name": "name: {}",
    "family": "name: T\nfamily: {}",
    "summary": "name: T\nsummary: {}",
    "dataset": "name: T\ndataset: {}",
    "aliases.1": "name: T\naliases: [T, {}]",
    "notes.0.text": "name: T\nnotes: [{}]",
    "notes.1.text": "name: T\nnotes: [n, {{text: {}}}]",
    "notes.0.about": "name: T\nnotes: [{{text: n, about: {}}}]",
    "paper.title": "name: T\npaper: {{title: {}}}",
    "paper.authors": "name: T\npaper: {{title: t, authors: {}}}",
    "paper.venue": "name: T\npaper: {{title: t, venue: {}}}",
    "paper.url": "name: T\npaper: {{title: t, url: {}}}",
    "accuracy.source": "name: T\naccuracy: {{top1: 1, source: {}}}",
    "claims.0.source": "name: T\nclaims: [{{macs: 0, source: {}}}]",
    "claims.0.model": "name: T\nclaims: [{{macs: 0, source: s, model: {}}}]",
    "claims.0.of": "name: T\nclaims: [{{macs: 0, source: s, of: {}}}]",
    "claims.0.url": "name: T\nclaims: [{{macs: 0, source: s, url: {}}}]",
    "claims.0.note": "name: T\nclaims: [{{macs: 0, source: s, note: {}}}]",
    "claims.0.differs": "name: T\nclaims: [{{macs: 0, source: s, differs: {}}}]",
    "related.0": "name: T\nrelated: [{}]",
    "slug": "name: T\nvariants: {{A: {{slug: {}}}}}",
}
"""Definitions with a place for a string in their last line, by the name of that place."""


def no_text(name: str, text: str, value: str) -> Case:
    """A definition with a value that is not a string where the braces are."""
    before = text.format("|").partition("|")[0].split("\n")
    place = f"{len(before)}:{len(before[-1]) + 1}"
    message = f"{place}: {name}: expected a string, got {value}; put it in quotes"
    return Case(f"{name}: {value}", f"{text.format(value)}\ninput: 8x8x3\nlayers: [relu]\n", [message])


TEXTS_THAT_ARE_NONE = [
    *(no_text(name, text, value) for name, text in TEXTS.items() for value in ("1.10", "3", "true")),
    no_text("name", "name: {}", "null"),
    layers(
        "a name that is a decimal",
        "[{relu: , name: 1.10}]",
        "3:25: name: expected a string, got 1.10; put it in quotes",
    ),
    layers(
        "a stage that is a decimal",
        "[{stage: 2.50, layers: [relu]}]",
        "3:18: stage: expected a string, got 2.50; put it in quotes",
    ),
    layers(
        "an as that is a truth",
        "[{relu: , as: false}]",
        "3:23: as: expected a name, got false; put it in quotes",
    ),
]

FIGURE = "expected a whole number, or a rounded one like 60 M, 3.8 G or 3.8 × 10⁹, got "

CLAIMS = [
    rest(
        "claims as a mapping",
        "claims: {source: s, macs: 0}",
        "4:9: claims: expected a list, got {'source': 's', 'macs': 0}",
    ),
    rest("a claim as a text", "claims: [s]", "4:10: claims.0: expected a mapping, got 's'"),
    rest("a claim without a source", "claims: [{macs: 0}]", "4:10: claims.0.source is missing"),
    rest(
        "a claim without figures",
        "claims: [{source: s}]",
        "4:10: a claim needs at least one figure: parameters, main_parameters, buffers, memory_bytes, macs, "
        "activations, depth, receptive_field",
    ),
    rest(
        "a claim with an unknown figure",
        "claims: [{source: s, params: 0}]",
        "4:22: unknown key 'params'; did you mean 'parameters'?",
    ),
    rest(
        "a claim of a string and a number with commas",
        "claims: [{source: paper, Table 1, parameters: 1,248}]",
        f"4:26: unknown key 'Table 1'; {COMMA}",
        f"4:49: unknown key '248'; {COMMA}",
    ),
    rest(
        "a claim with commas",
        "claims: [{source: s, parameters: '60,965,224'}]",
        "4:34: claims.0.parameters: expected 60965224, without commas, got '60,965,224'",
    ),
    *(
        rest(
            f"parameters: {value[:20]}",
            f"claims: [{{source: s, parameters: {value}}}]",
            f"4:34: claims.0.parameters: {FIGURE}{got}",
        )
        for value, got in [
            ("many", "'many'"),
            ("60 Q", "'60 Q'"),
            ("1_000", "'1_000'"),
            ("1.2.3 M", "'1.2.3 M'"),
            ("true", "true"),
            ("[1]", "[1]"),
            ("3.8 × 9", "'3.8 × 9'"),
            ("1 x 10^999", "'1 x 10^999'"),
            ("~60 M", "'~60 M'"),
            ("9" * 30, "'999999999999999999999999999999'"),
            ("-60 M", "'-60 M'"),
            ("-1.5", "-1.5"),
            ("-1", "-1"),
            ("1.10", "1.1"),
            ("-0", "'-0'"),
        ]
    ),
    rest(
        "a claim that disagrees",
        "claims: [{source: s, parameters: 1}]",
        "4:34: Test: s says parameters 1, but the calculation gives 0; if both are correct, explain why under differs",
    ),
    rest(
        "a claim that differs and agrees",
        "claims: [{source: s, parameters: 0, differs: so}]",
        "4:34: Test: parameters 0 agrees with the calculation; remove differs",
    ),
    rest("a claim of nothing there", "claims: [{source: s, of: Conv9, macs: 0}]", "4:26: Test has no 'Conv9'"),
    rest(
        "a depth of a layer",
        "claims: [{source: s, of: ReLU, depth: 0}]",
        "4:39: depth is defined for whole networks only, not for 'ReLU'",
    ),
    rest(
        "two claims that disagree",
        "claims:\n- {source: s, parameters: 1}\n- {source: s, macs: 2}",
        "5:27: Test: s says parameters 1, but the calculation gives 0; if both are correct, explain why under differs",
        "6:21: Test: s says macs 2, but the calculation gives 0; if both are correct, explain why under differs",
    ),
    Case(
        "a field that is the whole input",
        f"{HEAD}layers: [{{fc: 1}}]\nclaims: [{{source: s, receptive_field: 8}}]\n",
        ["4:39: Test has no receptive_field: it is the whole input"],
    ),
]

FAMILIES = [
    family("no variants", "  {}", "5:3: expected at least one variant"),
    family("variants without a value", "", "4:1: expected at least one variant"),
    family("variants as a list", "  [A, B]", "5:3: variants: expected name: value"),
    family("a variant as a number", "  A: 3", "5:6: expected a mapping like {with: {depth: 16}}"),
    family("a variant as a list", "  A: []", "5:6: expected a mapping like {with: {depth: 16}}"),
    family(
        "with as a list", "  A: {with: [1]}\n  B: {with: {n: 1}}", "5:13: expected a mapping of parameters to values"
    ),
    family(
        "with as nothing much",
        "  A: {with: 0}\n  B: {with: {n: 1}}",
        "5:13: expected a mapping of parameters to values",
    ),
    family(
        "a parameter that nothing uses",
        "  A: {with: {n: 1, depth: 3}}",
        "5:20: unknown parameter 'depth'; parameters: n",
    ),
    family("a parameter without a value", "  A: {with: {n: 1}}\n  B:", "3:17: 'n' has no value here"),
    family("a parameter of a wrong value", "  A: {with: {n: x}}", f"3:17: {CONV_SIZE}'3x3xx'"),
    family(
        "errors in two variants",
        "  A: {with: {n: 0}}\n  B: {with: {n: -1}}",
        f"3:17: {CONV_SIZE}'3x3x-1'",
        f"3:17: {CONV_SIZE}'3x3x0'",
    ),
    family("a parameter without value here", "  A: {with: {n: $m}}", "5:17: $m is not known here; known: n"),
    family(
        "an unknown key of a variant",
        "  A: {wiht: {n: 1}}\n  B: {with: {n: 1}}",
        "5:7: unknown key 'wiht'; did you mean 'with'?",
    ),
    family(
        "a key of files only",
        "  A: {with: {n: 1}, name: a}",
        "5:21: unknown key 'name'; keys: accuracy, aliases, claims, dataset, input, notes, paper, slug, summary, task, "
        "with, year",
    ),
    family(
        "a bad year of a variant",
        "  A: {with: {n: 1}, year: 1}",
        "5:27: year: expected a year from 1950 to 2100, got 1",
    ),
    family(
        "a slug in capitals",
        "  A: {with: {n: 1}, slug: A}",
        "5:27: slug: expected lowercase letters and digits separated by hyphens, like resnet-50, got 'A'",
    ),
    family(
        "a name without a slug",
        "  ×: {with: {n: 1}}",
        "5:3: cannot make a slug from '×'; it needs a slug, like slug: resnet-50",
    ),
    family(
        "a claim of the family",
        "  A: {with: {n: 1}}\nclaims: [{source: s, macs: 0}]",
        "6:1: a file with variants has no claims of its own; move this to the variants",
    ),
    family(
        "an accuracy of the family",
        "  A: {with: {n: 1}}\naccuracy: {top1: 70, source: s}",
        "6:1: a file with variants has no accuracy of its own; move this to the variants",
    ),
    family(
        "a claim that disagrees",
        "  A: {with: {n: 1}, claims: [{source: s, parameters: 27}]}",
        "5:54: A: s says parameters 27, but the calculation gives 28; if both are correct, explain why under differs",
    ),
    Case(
        "no input in one variant",
        "name: T\nlayers: [relu]\nvariants:\n  A: {input: 8x8x3}\n  B:\n",
        ["5:3: B: input is missing; add one like input: 224x224x3"],
    ),
    Case(
        "parameters as a number",
        f"{HEAD}layers: [relu]\nparameters: 3\n",
        ["4:13: expected a list like [width, stride: 1]: each entry is a name or has a default"],
    ),
    Case(
        "parameters as a list of lists",
        f"{HEAD}layers: [relu]\nparameters: [[a]]\n",
        ["4:13: expected a list like [width, stride: 1]: each entry is a name or has a default"],
    ),
    Case(
        "a parameter twice in the file",
        f"{HEAD}layers: [{{conv: 1x1x$a}}]\nparameters: [a: 1, a: 2]\n",
        ["4:20: duplicate name in this list"],
    ),
    Case(
        "a parameter called badly",
        f"{HEAD}layers: [relu]\nparameters: {{a b: 1}}\n",
        ["4:14: 'a b' is not a valid parameter name"],
    ),
    Case(
        "a parameter that is taken",
        f"{HEAD}layers: [relu]\nparameters: {{index: 1}}\n",
        ["4:14: 'index' is not a valid parameter name"],
    ),
    Case(
        "a parameter of later ones",
        f"{HEAD}layers: [{{fc: $a}}]\nparameters: {{a: $b, b: 1}}\n",
        ["4:17: 'b' has no value here"],
    ),
]

SEVERAL = [
    Case(
        "one of each kind",
        "name: Test\n"
        "input: 8x8x\n"
        "year: last\n"
        "paper: {titel: T}\n"
        "defaults: {conv: {bias: 1}}\n"
        "let: {a: $b}\n"
        "blocks:\n"
        "  b: {layers: [{cnv: 1}, {fc: 0}]}\n"
        "claims: [{source: s}]\n"
        "layers:\n"
        "  - {conv: 3x, strid: 2, padding: sam}\n"
        "  - {add: [rellu, {conv: 1x1x1, groups: x}], activation: 1}\n"
        "  - {stage: s, layers: [{b: 1}]}\n",
        [
            f"2:8: {INPUT}'8x8x'",
            "3:7: year: expected a year from 1950 to 2100, got 'last'",
            "4:8: paper.title is missing",
            "4:9: unknown key 'titel'; did you mean 'title'?",
            "5:25: conv.bias: expected true, false or untied, got 1",
            "6:10: $b is not known here; known: a",
            "8:17: unknown layer kind or block 'cnv'; did you mean 'conv'?",
            "8:31: fc: expected a whole number from 1, got 0",
            f"11:12: {CONV_SIZE}'3x'",
            "11:16: conv.strid: unknown option; did you mean 'stride'?",
            f"11:35: conv.padding: {PADDING}'sam'",
            "12:12: unknown layer kind or block 'rellu'; did you mean 'relu'?",
            "12:41: conv.groups: expected a whole number from 1, got 'x'",
            f"12:58: add.activation: unknown name 1; choose from: {FUNCTIONS}",
            "13:26: too many values for b, got 1; it takes none",
        ],
    ),
    Case(
        "the same kind again",
        f"{HEAD}layers: [cnv, cnv, {{cnv: 1}}]\n",
        [
            "3:10: unknown layer kind or block 'cnv'; did you mean 'conv'?",
            "3:15: unknown layer kind or block 'cnv'; did you mean 'conv'?",
            "3:21: unknown layer kind or block 'cnv'; did you mean 'conv'?",
        ],
    ),
    Case(
        "YAML, of which only the first is reported",
        "name: T\nname: U\ninput: &a 8x8x3\n",
        ["2:1: duplicate key 'name'; first used in line 1"],
    ),
]

CASES = [
    *KINDS_AND_OPTIONS, *OPTION_VALUES, *KEYS_OF_ALL, *STRUCTURE, *BLOCKS, *NAMES, *UNUSED, *SHAPES, *TOO_MUCH, *HEADS,
    *TEXTS_THAT_ARE_NONE, *CLAIMS, *FAMILIES, *SEVERAL,
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.what)
def test_every_error_has_its_message_and_place(case: Case) -> None:
    with pytest.raises(DefinitionError) as error:
        read(case.text)
    assert [str(diagnostic).removeprefix("test.yml:") for diagnostic in error.value.diagnostics] == case.diagnostics
    check_places(error.value, case.text.encode())


def test_values_that_other_yaml_parsers_convert_are_strings() -> None:
    for value in ("no", "2024-01-01", "1_0", "017", "0o17", "0x1F", "1:30", "1e3", "True", "-0", "1.", ".5", "1.2.3"):
        texts = (f"name: {value}", f"aliases: [{value}]", f"claims: [{{source: {value}, macs: 0}}]")
        for text in texts:
            (entry,) = read(f"input: 8x8x3\nlayers: [relu]\n{'' if text.startswith('name') else 'name: T'}\n{text}\n")
            metadata = entry.network.variant.metadata
            assert value in (entry.network.name, *metadata.aliases, *(claim.source for claim in metadata.claims))


@pytest.mark.parametrize("text", USED)
def test_what_is_used_in_any_way_is_used(text: str) -> None:
    assert read(f"{HEAD}{text}\n")


@pytest.mark.parametrize(
    ("written", "linked"),
    [
        ("https://arxiv.org/abs/1512.03385", "https://arxiv.org/abs/1512.03385"),
        ("http://example.org:8080/a?b=c&d#e", "http://example.org:8080/a?b=c&d#e"),
        ("doi:10.1038/nature14539", "https://doi.org/10.1038/nature14539"),
        # a closing parenthesis would end a link in Markdown
        ("doi:10.1016/0893-6080(89)90020-8", "https://doi.org/10.1016/0893-6080%2889%2990020-8"),
    ],
)
def test_addresses(written: str, linked: str) -> None:
    paper = parse(f"{HEAD}layers: [relu]\npaper: {{title: T, url: '{written}'}}\n", "t").metadata.paper
    assert paper is not None
    assert paper.url == linked


@pytest.mark.skipif(not hasattr(yaml, "CBaseLoader"), reason="there is but one parser without libyaml")
def test_places_do_not_depend_on_the_parser(monkeypatch: pytest.MonkeyPatch) -> None:
    def places() -> list[str]:
        found = []
        for case in CASES:
            try:
                nodes = yaml_parser.read(case.text, "test.yml").walk()
                found.append(str([(node.place, node.key_place) for node in nodes]))
            except DefinitionError as error:
                found.append(str(error))
        return found

    with_libyaml = places()
    monkeypatch.setattr(yaml_parser, "_PARSER", yaml.BaseLoader)
    assert places() == with_libyaml
