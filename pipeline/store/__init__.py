"""What the hub knows (catalogue) and what each recipient holds (views), in SQLite."""
