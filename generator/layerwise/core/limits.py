"""Limits of a definition, so that no file can break the build, slow it down or exhaust the memory.

Each limit is far above the needs of real networks, and has its own message. ``TABLE`` lists them for pages.
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
USED_FILES = 20
USE_DEPTH = 5
NETWORKS = 5_000
SHOWN_ERRORS = 100


class Limit(NamedTuple):
    """A limit, as the documentation prints it."""

    name: str
    value: int
    meaning: str


TABLE = (
    Limit("FILE_BYTES", FILE_BYTES, "bytes in a file"),
    Limit("NESTING", NESTING, "levels of nested mappings and lists in a file"),
    Limit("MAPPING_KEYS", MAPPING_KEYS, "keys of a mapping, and therefore variants, blocks and parameters of a file"),
    Limit("KEY_CHARACTERS", KEY_CHARACTERS, "characters in a key"),
    Limit("LIST_ENTRIES", LIST_ENTRIES, "entries in a list in a file"),
    Limit("TEXT_CHARACTERS", TEXT_CHARACTERS, "characters in a string"),
    Limit("COMBINING_MARKS", COMBINING_MARKS, "combining marks on one letter"),
    Limit("DIGITS", DIGITS, "digits before or after the decimal point of a number; with more, it is a string"),
    Limit("SIDE", SIDE, "rows, columns, channels or any other size"),
    Limit(
        "FIGURE",
        FIGURE,
        "parameters, MACs or any other figure; 8 bytes each stay below 2⁵³, the limit of exact integers in JavaScript",
    ),
    Limit("EXPRESSION_CHARACTERS", EXPRESSION_CHARACTERS, "characters in an expression"),
    Limit("EXPRESSION_NESTING", EXPRESSION_NESTING, "levels of nesting in an expression"),
    Limit("RESULT", RESULT, "results of arithmetic, including intermediate results"),
    Limit(
        "VALUES", VALUES, "values of a list plus the characters of its strings; characters of a string with expressions"
    ),
    Limit("VALUE_NESTING", VALUE_NESTING, "levels of nested lists"),
    Limit("COMPARED", COMPARED, "values in a list that is compared"),
    Limit("NAME_CHARACTERS", NAME_CHARACTERS, "characters in the name of a layer, block, stage or network"),
    Limit("SLUG_CHARACTERS", SLUG_CHARACTERS, "characters in a slug, the address of a page"),
    Limit("CLAIMS", CLAIMS, "claims of a network"),
    Limit("GROUPS", GROUPS, "levels of nested blocks, stages and branches"),
    Limit("LAYERS", LAYERS, "layers of a file, with all its variants"),
    Limit("NETWORK_LAYERS", NETWORK_LAYERS, "layers of a network; its page is then about 200 KB compressed"),
    Limit(
        "WORK", WORK, "steps in expanding a file: one for each layer, block, stage, iteration and part of an expression"
    ),
    Limit("USED_FILES", USED_FILES, "files that a definition uses, directly or through others"),
    Limit("USE_DEPTH", USE_DEPTH, "levels of files that use each other"),
    Limit("NETWORKS", NETWORKS, "networks in a catalogue"),
    Limit("SHOWN_ERRORS", SHOWN_ERRORS, "errors shown for a file"),
)
