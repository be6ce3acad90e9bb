"""Object paths of patterns: which ones are about somebody who is not the threat, whatever the constant is."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise

from schemas.patterns.resolve import kinds
from schemas.patterns.tree import Path
from transforms.minimize.patterns.constants import is_hash

_OTHERS = frozenset(
    {
        *("to_refs", "cc_refs", "bcc_refs", "body", "body_multipart", "raw_email_ref", "received_lines", "message_id"),
        *("belongs_to_ref", "display_name", "creator_user_ref", "credential", "environment_variables", "owner_sid", "sid"),
        *("window_title", "windows_title", "startup_info", "payload_bin", "decryption_key", "content_ref", "src_payload_ref"),
        *("dst_payload_ref", "message_body_data_ref", "ipfix", "swid", "comment", "alternate_data_streams", "descriptions"),
    }
)
"""Steps that lead to recipients, users, contents and secrets (privacy: paths that are never a threat's)."""

_ACCOUNT = frozenset(
    {"account_type", "is_service_account", "is_privileged", "can_escalate_privs", "is_disabled", "account_expires", "type", "defanged"}
)
"""What of a user account says nothing of the user."""

_KEYS = {
    "request_header": frozenset(
        {
            *("accept", "accept-charset", "accept-encoding", "accept-language", "cache-control", "connection", "content-encoding"),
            *("content-length", "content-type", "host", "pragma", "transfer-encoding", "upgrade", "user-agent"),
        }
    ),
    "additional_header_fields": frozenset(
        {"content-language", "content-transfer-encoding", "content-type", "mime-version", "precedence", "subject", "user-agent", "x-mailer"}
    ),
    "document_info_dict": frozenset({"creationtool", "pdfversion", "producer", "trapped"}),
    "exif_tags": frozenset({"bitspersample", "colorspace", "compression", "exifversion", "orientation"}),
}
"""Dictionaries whose other keys are about persons; letter case does not count."""

_DE_FACTO = {
    ("app", "id"),
    ("app", "cert", "md5"),
    ("app", "cert", "sha1"),
    ("app", "cert", "sha256"),
    ("android-property", "name"),
    ("configuration-profile", "id"),
    ("file", "path"),
    ("process", "name"),
}
"""Paths that STIX does not define, but that public feeds use for what is the threat's."""

UNKNOWN = frozenset({"unknown"})


@lru_cache(maxsize=4096)
def kinds_at(path: Path) -> frozenset[str]:
    """The kinds of value at a path; {"unknown"} for paths in common use that STIX does not define; empty where nothing may stay."""
    names = tuple(step for step in path.steps if isinstance(step, str))
    if any(step in _OTHERS for step in names):
        return frozenset()
    if _has_user(path.object_type, names):
        return frozenset()
    for name, key in pairwise(names):
        if name in _KEYS and key.lower() not in _KEYS[name]:
            return frozenset()
    found = frozenset(kind for kind in kinds(path) if not kind.startswith("hash ") or is_hash(kind.removeprefix("hash ")))
    return found or (UNKNOWN if (path.object_type, *names) in _DE_FACTO else frozenset())


def _has_user(object_type: str, names: tuple[str, ...]) -> bool:
    return object_type == "user-account" and (not names or names[0] not in _ACCOUNT)
