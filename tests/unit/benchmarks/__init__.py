"""Tests of what measures: a benchmark that finds nothing must be known to find."""
