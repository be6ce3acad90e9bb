"""Well-known names of things, by which objects of several producers are known to mean the same: external ids such as ATT&CK's or CVE's.

An external id is a claim of whoever writes it, so none counts unless the operator trusts its source by name.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

IDENTIFIED = frozenset(
    {"attack-pattern", "campaign", "course-of-action", "intrusion-set", "malware", "threat-actor", "tool", "vulnerability"}
)
"""Types whose objects public catalogues name. Identities and markings are not among them: nobody speaks for another one's."""


def external_ids(value: Mapping[str, Any], trusted: frozenset[str]) -> list[tuple[str, str]]:
    """(source_name, external_id) of the references (§2.5) of an object that name it in a trusted source, sorted, each once.

    All of them together are its name: an object with one of two is not taken for one with both, so no object can join two others.
    """
    if value["type"] not in IDENTIFIED:
        return []
    found = {
        (reference["source_name"], reference["external_id"])
        for reference in value.get("external_references", ())
        if reference["source_name"] in trusted and reference.get("external_id")
    }
    return sorted(found)
