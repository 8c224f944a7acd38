"""The pages of the site: which there are, and how they are rendered."""
