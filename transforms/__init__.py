"""Verbs: pure functions that turn raw objects into released ones; beam.py wraps them."""
