"""What a definition may hold at most, so that no file can break the build, slow it down or fill the memory.

Each limit is far above what real networks need, and has a message of its own. ``TABLE`` lists them for pages to print.
"""

from __future__ import annotations

from typing import NamedTuple

FILE_BYTES = 100_000
NESTING = 40
MAPPING_KEYS = 100
KEY_CHARACTERS = 100
LIST_ENTRIES = 1_000
TEXT_CHARACTERS = 2_000
COMBINING_MARKS = 7
DIGITS = 15
SIDE = 10**8
FIGURE = 10**15
EXPRESSION_CHARACTERS = 300
EXPRESSION_NESTING = 30
RESULT = 10**12
VALUES = 1_000
VALUE_NESTING = 30
COMPARED = 100
NAME_CHARACTERS = 100
SLUG_CHARACTERS = 60
CLAIMS = 100
GROUPS = 24
LAYERS = 10_000
NETWORK_LAYERS = 5_000
WORK = 300_000
NETWORKS = 5_000
MISTAKES = 100


class Limit(NamedTuple):
    """A limit as the documentation prints it."""

    name: str
    value: int
    meaning: str


TABLE = (
    Limit("FILE_BYTES", FILE_BYTES, "bytes of a file"),
    Limit("NESTING", NESTING, "levels of mappings and lists in a file"),
    Limit("MAPPING_KEYS", MAPPING_KEYS, "keys of a mapping, so also variants, blocks and parameters of a file"),
    Limit("KEY_CHARACTERS", KEY_CHARACTERS, "characters of a key"),
    Limit("LIST_ENTRIES", LIST_ENTRIES, "entries of a list in a file"),
    Limit("TEXT_CHARACTERS", TEXT_CHARACTERS, "characters of a text"),
    Limit("COMBINING_MARKS", COMBINING_MARKS, "combining marks on one letter"),
    Limit("DIGITS", DIGITS, "digits of a number before or behind its point; with more it is a text"),
    Limit("SIDE", SIDE, "rows, columns, channels or any other size"),
    Limit(
        "FIGURE", FIGURE, "parameters, MACs, or any other figure; 8 bytes for each stay below 2⁵³, exact in JavaScript"
    ),
    Limit("EXPRESSION_CHARACTERS", EXPRESSION_CHARACTERS, "characters of an expression"),
    Limit("EXPRESSION_NESTING", EXPRESSION_NESTING, "levels of an expression"),
    Limit("RESULT", RESULT, "result of arithmetic, also between its steps"),
    Limit("VALUES", VALUES, "values of a list with the characters of its texts; characters of a text with expressions"),
    Limit("VALUE_NESTING", VALUE_NESTING, "levels of lists in lists"),
    Limit("COMPARED", COMPARED, "values of a list that is compared"),
    Limit("NAME_CHARACTERS", NAME_CHARACTERS, "characters of the name of a layer, block, stage or network"),
    Limit("SLUG_CHARACTERS", SLUG_CHARACTERS, "characters of a slug, the address of a page"),
    Limit("CLAIMS", CLAIMS, "claims of a network"),
    Limit("GROUPS", GROUPS, "levels of blocks, stages and branches"),
    Limit("LAYERS", LAYERS, "layers of a file, those of all its variants together"),
    Limit("NETWORK_LAYERS", NETWORK_LAYERS, "layers of a network, whose page is then about 200 KB as it is sent"),
    Limit("WORK", WORK, "steps of expanding a file: each layer, block, stage and turn, and each part of an expression"),
    Limit("NETWORKS", NETWORKS, "networks of a catalogue"),
    Limit("MISTAKES", MISTAKES, "mistakes of a file that are told"),
)
