"""The definition language: a YAML file in, a checked ``Definition`` out."""

from generator.definition.definition import Definition, Variant, load, parse
from generator.definition.head import Claim, Head, Note, Paper

__all__ = ["Claim", "Definition", "Head", "Note", "Paper", "Variant", "load", "parse"]
