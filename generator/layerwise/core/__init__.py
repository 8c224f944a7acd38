"""The ground of everything: errors, limits, shapes, tensors, windows and declared fields; no YAML and no layers."""
