"""The registered domain of a host name, by the bundled public suffix list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import Any
from urllib.parse import urlsplit

import tldextract


class PublicSuffix:
    """Suffix and registered domain. The list is the snapshot that ships with tldextract: it is never fetched."""

    name = "public-suffix"
    asks_others = False

    def __init__(self) -> None:
        self.version = version("tldextract")
        self._extract = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)

    def look_up(self, kind: str, value: str) -> Sequence[Mapping[str, Any]]:
        """`registered_domain` and `public_suffix` for domain names and for the host of a URL."""
        if kind == "url":
            try:
                value = urlsplit(value).hostname or ""
            except ValueError:
                return []
        elif kind != "domain-name":
            return []
        found = self._extract.extract_str(value)
        if not found.suffix or not found.domain:
            return []
        return [{"registered_domain": f"{found.domain}.{found.suffix}", "public_suffix": found.suffix}]
