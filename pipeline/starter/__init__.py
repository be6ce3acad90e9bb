"""A working hub to begin with, and content for it: reserved names and addresses only (RFC 2606, RFC 3849, RFC 5737)."""
