"""The words that mean something in lists of layers and in expressions, and the names that are left."""

from __future__ import annotations

import keyword
import re
import unicodedata

from layerwise.definition import grammar
from layerwise.definition.expressions import INPUT_NAMES
from layerwise.layers import KINDS, MERGES

COMMON = grammar.Common.words()
"""Keys that everything in a list of layers can have."""
STRUCTURE = tuple(
    model.words()[0] for model in (grammar.Stage, grammar.Output, grammar.MainOutput, grammar.From, grammar.Backbone)
)
"""Words that are neither layers nor merges nor blocks."""
BRANCH = {*grammar.Branch.words()}
"""The keys of a branch that is a mapping."""
INPUT = "input"
"""The name under which the input of a block or network is kept."""
RESERVED = {*COMMON, *STRUCTURE, *KINDS, *MERGES, "layers", "branches", "variant", "with", "until"}
"""Names a block cannot have."""
TAKEN = {"true", "false", *INPUT_NAMES, "index", *keyword.kwlist}
"""Names a parameter cannot have: expressions use them already."""
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_BLOCK_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")


def is_name(name: str) -> bool:
    """True where an expression can use a name."""
    return _NAME.fullmatch(name) is not None and name not in TAKEN


def is_visible(text: str) -> bool:
    """True where a name has a character that can be seen, other than spaces and marks on nothing."""
    return any(unicodedata.category(character)[0] in "LNPS" for character in text)


def is_block_name(name: str) -> bool:
    """True where a block can have a name."""
    return _BLOCK_NAME.fullmatch(name) is not None and name not in RESERVED
