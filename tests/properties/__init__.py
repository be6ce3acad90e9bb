"""Laws that hold for every input, looked for with Hypothesis."""
