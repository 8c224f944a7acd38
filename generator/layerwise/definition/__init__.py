"""The definition language: a YAML file in, a checked ``Definition`` out."""

from layerwise.definition.definition import Definition, Variant
from layerwise.definition.metadata import Claim, FileMetadata, Note, Paper
from layerwise.definition.parsing import load, parse, parse_bytes

__all__ = ["Claim", "Definition", "FileMetadata", "Note", "Paper", "Variant", "load", "parse", "parse_bytes"]
