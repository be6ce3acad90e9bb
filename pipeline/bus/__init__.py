"""The durable log between the stages: one protocol, three implementations."""
