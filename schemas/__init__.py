"""The words that everybody shares. No I/O, no Beam, no Kafka."""
