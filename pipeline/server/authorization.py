"""Read an Authorization header: Basic (RFC 7617), Bearer (RFC 6750) and the `Token` of taxii2-client."""

from __future__ import annotations

import base64
import binascii
from typing import NamedTuple

from pipeline.store.credentials import BASIC, TOKEN
from pipeline.store.secret_forms import split_token

MAX_HEADER = 4096
"""Bytes; longer ones are not read."""


class Presented(NamedTuple):
    """A credential as a client presents it: kind as in the store, user name or token name, and the secret itself."""

    kind: str
    name: str
    secret: str


def read_authorization(header: bytes | None) -> Presented | None:
    """What the header presents, or None where it presents nothing that could be right."""
    if header is None or len(header) > MAX_HEADER:
        return None
    scheme, _, rest = header.strip().partition(b" ")
    match scheme.lower():
        case b"basic":
            return _basic(rest.strip())
        case b"bearer" | b"token":
            token = split_token(rest.strip().decode("latin-1"))
            return None if token is None else Presented(TOKEN, token.name, token.secret)
        case _:
            return None


def _basic(encoded: bytes) -> Presented | None:
    try:
        decoded = base64.b64decode(encoded, validate=True)
    except binascii.Error:
        return None
    try:
        text = decoded.decode()
    except UnicodeDecodeError:
        text = decoded.decode("latin-1")  # what python-requests sends for a name or password beyond ASCII
    name, colon, password = text.partition(":")
    return Presented(BASIC, name, password) if colon else None
