"""Nouns: code that turns one kind of source into pages."""
