"""The machine-readable reference: JSON, CSV and their description in OpenAPI."""
