"""What can be said of sharing files without any object: what holds for whom, what is odd, where two differ."""
