"""Somebody wants more than he may have: each case goes through a whole hub to the bytes that a TAXII client receives."""
