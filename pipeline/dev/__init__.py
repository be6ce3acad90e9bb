"""Services for development and tests, run from their published packages: no container, nothing installed on the system."""
