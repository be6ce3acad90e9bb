"""Extension definitions that the hub knows: an extension under any other id is unregistered."""

from __future__ import annotations

from schemas.markings import TLP2_EXTENSION

PAP_EXTENSION = "extension-definition--f8d78575-edfd-406e-8e84-6162a8450f5b"
"""The Permissible Actions Protocol, on marking definitions."""

ENRICHMENT_EXTENSION = "extension-definition--8f0f1c3e-6a52-4a0e-9d43-2b3f0c7d5e21"
"""The hub's own property extension, which other hubs may send on."""

IEP_EXTENSION = "extension-definition--762e2e97-ee51-43e5-a9ea-165fbb862c4a"
"""Information Exchange Policy 2.0 (FIRST), on marking definitions."""

ACS_EXTENSION = "extension-definition--3a65884d-005a-4290-8335-cb2d778a83ce"
"""Access Control Specification 3.0 (ISA), on marking definitions."""

HANDLING_EXTENSION = "extension-definition--0c9d6a5e-7b1f-4e58-9a3d-64f1b2c8e7a0"
"""The hub's own: handling codes, grades, originator control, releasability, audiences and classifications; see docs/markings.md."""

KNOWN_EXTENSIONS = frozenset({TLP2_EXTENSION, PAP_EXTENSION, IEP_EXTENSION, ACS_EXTENSION, HANDLING_EXTENSION, ENRICHMENT_EXTENSION})
