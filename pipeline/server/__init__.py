"""The TAXII 2.1 server: reads views.db and nothing else of the hub."""
