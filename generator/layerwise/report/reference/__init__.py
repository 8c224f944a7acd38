"""The reference of the definition language: kinds of layers, and keys."""
