"""Wiring and running: configuration, bus, store, jobs, server, command line."""
