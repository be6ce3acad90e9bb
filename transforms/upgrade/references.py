"""References between the members of a container: keys of that container in STIX 2.0, ids in STIX 2.1."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from schemas.ids import IDENTIFIER
from transforms.upgrade.draft import refuse

NAMES = frozenset(
    {
        *("belongs_to_ref", "belongs_to_refs", "resolves_to_refs", "contains_refs", "content_ref", "parent_directory_ref"),
        *("from_ref", "sender_ref", "to_refs", "cc_refs", "bcc_refs", "body_raw_ref", "raw_email_ref"),
        *("src_ref", "dst_ref", "src_payload_ref", "dst_payload_ref", "encapsulates_refs", "encapsulated_by_ref"),
        *("message_body_data_ref", "opened_connection_refs", "creator_user_ref", "image_ref", "parent_ref", "child_refs"),
        *("service_dll_refs",),
    }
)
"""The references that STIX defines on observables (§6)."""

_NO_REFERENCES = frozenset(
    {
        *("additional_header_fields", "document_info_dict", "environment_variables", "exif_tags", "ipfix", "options"),
        *("request_header", "startup_info", "hashes", "file_header_hashes"),
        *("created_by_ref", "external_references", "granular_markings", "object_marking_refs"),
    }
)
"""Dictionaries whose keys are data, and properties that never point into a container."""

Slot = tuple[dict[str, Any], str]
"""A dictionary and the name in it that holds a reference or a list of references."""


def slots(member: dict[str, Any], names: Iterable[str]) -> Iterator[Slot]:
    """Every reference that stands at, or anywhere below, these properties of an observable."""
    stack: list[tuple[Any, Iterable[str]]] = [(member, names)]
    while stack:
        node, among = stack.pop()
        if isinstance(node, list):
            stack.extend((item, item) for item in node if isinstance(item, dict | list))
            continue
        for name in among:
            if name in _NO_REFERENCES or name not in node:
                continue
            if name.endswith(("_ref", "_refs")):
                yield node, name
            elif isinstance(node[name], dict | list):
                stack.append((node[name], node[name]))


def keys_in(slot: Slot) -> Iterator[str]:
    """What one reference property names."""
    item = slot[0][slot[1]]
    yield from (one for one in (item if isinstance(item, list) else [item]) if isinstance(one, str))


def resolve(slot: Slot, ids: Mapping[str, str], within: str) -> None:
    """Put ids in the place of keys.

    Ids that stand there already are kept, and so is what a custom property says that names no member. Raises BadInput, with a path that
    begins with `within`, for a reference of STIX that leads nowhere.
    """
    holder, name = slot
    item = holder[name]
    defined = name in NAMES
    if isinstance(item, list) and name.endswith("_refs"):
        holder[name] = [_resolved(one, ids, defined, within + name) for one in item]
    elif isinstance(item, str) and name.endswith("_ref"):
        holder[name] = _resolved(item, ids, defined, within + name)
    elif defined:
        refuse(within + name)


def _resolved(key: Any, ids: Mapping[str, str], defined: bool, path: str) -> Any:
    if isinstance(key, str):
        if key in ids:
            return ids[key]
        if IDENTIFIER.fullmatch(key):
            return key
    if defined:
        refuse(path)
    return key
