"""Networks, calculated: a definition in, layers in a graph with their numbers out."""
