"""The TAXII 2.1 server: reads views.db, and hands what partners send to an inbox that it is given; it knows no bus and no catalogue."""
