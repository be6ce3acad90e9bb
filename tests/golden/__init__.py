"""Outputs that may not change by accident: each is compared with a file beside the test."""
