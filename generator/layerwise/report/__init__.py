"""Numbers as text, tables, pictures and data, for any host."""
