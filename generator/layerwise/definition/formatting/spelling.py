"""The spelling of single values: what needs no quotes has none."""

from __future__ import annotations

import re

from layerwise.definition.yaml_nodes import plain

_INDEXED = re.compile(r"(\$[A-Za-z_]\w*)((?:\[[0-9]+\])+)(?![0-9.\[])", re.ASCII)
_SIMPLE = re.compile(r"(?:[A-Za-z$(]|[0-9][0-9x]*\$)[A-Za-z0-9 _.$()+*/=<>×-]*", re.ASCII)
"""Strings that mean the same without quotes, also within brackets, unless they are a word or a number."""
_WORDS = {"true", "false", "yes", "no", "on", "off", "null", "y", "n"}
"""Strings that other readers of YAML take for something else."""


def without_brackets(text: str) -> str:
    """``$depths[0]`` as ``$depths.0``, which needs no quotes."""
    return _INDEXED.sub(lambda found: found[1] + found[2].replace("[", ".").replace("]", ""), text)


def spelled(source: str, value: str) -> str:
    """A scalar as it is written in the style; ``source`` is how it is written, ``value`` what that means."""
    short = without_brackets(value)
    if source[:1] not in ("'", '"'):
        return short if source == value else source
    is_simple = _SIMPLE.fullmatch(short) is not None and not short.endswith((" ", ":")) and ": " not in short
    if is_simple and isinstance(plain(short), str) and short.lower() not in _WORDS:
        return short
    if source[0] == "'" and "\\" not in value and '"' not in value and "\n" not in source:
        return f'"{value}"'
    return source
