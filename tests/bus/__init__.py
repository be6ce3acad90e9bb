"""The bus: one battery for all three, and what each one alone must survive."""
