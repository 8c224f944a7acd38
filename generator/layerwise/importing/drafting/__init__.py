"""From a graph of layers to a definition that a person can read."""
