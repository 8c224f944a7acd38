"""What readers get: tables, pages in Markdown, and data."""
