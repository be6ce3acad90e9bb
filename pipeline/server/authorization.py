"""Read what a request presents: Basic (RFC 7617), Bearer (RFC 6750), the `Token` of taxii2-client, or a token in an API-key header."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable
from typing import NamedTuple

from pipeline.store.credential_reader import BASIC, TOKEN
from pipeline.store.secret_forms import split_token

MAX_HEADER = 4096
"""Bytes; longer ones are not read."""


class Presented(NamedTuple):
    """A credential as a client presents it: kind as in the store, user name or token name, and the secret itself."""

    kind: str
    name: str
    secret: str


class Unusable(Exception):
    """What is presented cannot be right: malformed, or several at once, of which nobody can say which one counts."""


def read_presented(headers: Iterable[tuple[bytes, bytes]], api_key_header: bytes | None) -> Presented | None:
    """The one credential among the headers of a request, whose names are in lower case; None where there is none.

    Raises Unusable where there is more than one, or it is malformed.
    """
    found = None
    for name, value in headers:
        if name == b"authorization":
            read = _read_authorization
        elif name == api_key_header:
            read = _read_token
        else:
            continue
        if found is not None or len(value) > MAX_HEADER:
            raise Unusable
        found = read(value.strip())
    return found


def _read_authorization(value: bytes) -> Presented:
    scheme, _, rest = value.partition(b" ")
    match scheme.lower():
        case b"basic":
            return _read_basic(rest.strip())
        case b"bearer" | b"token":
            return _read_token(rest.strip())
        case _:
            raise Unusable


def _read_token(value: bytes) -> Presented:
    token = split_token(value.decode("latin-1"))
    if token is None:
        raise Unusable
    return Presented(TOKEN, token.name, token.secret)


def _read_basic(encoded: bytes) -> Presented:
    try:
        decoded = base64.b64decode(encoded, validate=True)
    except binascii.Error:
        raise Unusable from None
    try:
        text = decoded.decode()
    except UnicodeDecodeError:
        text = decoded.decode("latin-1")  # what python-requests sends for a name or password beyond ASCII
    name, colon, password = text.partition(":")
    if not colon:
        raise Unusable
    return Presented(BASIC, name, password)
