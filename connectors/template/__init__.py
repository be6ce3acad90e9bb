"""The text files that scaffold.py fills in."""
