"""Extension definitions that the hub knows: an extension under any other id is unregistered."""

from __future__ import annotations

from schemas.markings import TLP2_EXTENSION

PAP_EXTENSION = "extension-definition--f8d78575-edfd-406e-8e84-6162a8450f5b"
"""The Permissible Actions Protocol, on marking definitions."""

ENRICHMENT_EXTENSION = "extension-definition--8f0f1c3e-6a52-4a0e-9d43-2b3f0c7d5e21"
"""The hub's own property extension, which other hubs may send on."""

KNOWN_EXTENSIONS = frozenset({TLP2_EXTENSION, PAP_EXTENSION, ENRICHMENT_EXTENSION})
