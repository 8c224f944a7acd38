"""Import of models of other frameworks: a trace of a model in, the draft of a definition out."""
