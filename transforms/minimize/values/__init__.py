"""What can be made of single values: pure functions from text to text, None where nothing may be left."""
