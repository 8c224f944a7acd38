"""The definition language: a YAML file in, a checked ``Definition`` out."""

from layerwise.definition.definition import Definition, Variant, load, parse, parse_bytes
from layerwise.definition.metadata import Claim, FileMetadata, Note, Paper

__all__ = ["Claim", "Definition", "FileMetadata", "Note", "Paper", "Variant", "load", "parse", "parse_bytes"]
