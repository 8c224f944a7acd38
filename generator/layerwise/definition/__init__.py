"""The definition language: a YAML file in, a checked ``Definition`` out."""

from layerwise.definition.definition import Definition, Variant, load, parse
from layerwise.definition.metadata import Claim, Head, Note, Paper

__all__ = ["Claim", "Definition", "Head", "Note", "Paper", "Variant", "load", "parse"]
