"""Tables: one module for each subject, and printers for HTML and Markdown."""
