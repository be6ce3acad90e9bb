"""Offline look-ups behind one small protocol. None of them ever resolves, fetches or runs what an indicator names."""
