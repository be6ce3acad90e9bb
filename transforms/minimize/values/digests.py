"""Hashes of files, as far as they are digests and nothing more."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from schemas.stix.hashes import VALUES


def digests(item: object) -> Mapping[str, Any]:
    """Those of some hashes that say nothing but the digest: SSDEEP may have the name of the file behind it."""
    return {name: text for name, text in item.items() if _is_digest(name, text)} if isinstance(item, dict) else {}


def _is_digest(name: str, text: object) -> bool:
    form = VALUES.get(name)
    return form is not None and isinstance(text, str) and "," not in text and bool(form(text))
