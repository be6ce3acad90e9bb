"""The two Beam jobs. Both read ranges of a log and write idempotently; progress is saved after the effect."""
