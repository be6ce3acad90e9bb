"""What a row of the table of places is made of."""

from __future__ import annotations

from typing import Any, NamedTuple

from tests.support.objects import Stix, identifier
from transforms.minimize import Role

V, T = Role.VICTIM, Role.THREAT
FOREIGN = "extension-definition--11111111-1111-4111-8111-111111111111"
MD5 = "0123456789abcdef0123456789abcdef"
CANARY = "janequ7k3"
"""Stands in everything that must not be left."""


class Row(NamedTuple):
    """A row of the table: an object with something to hide, and what is left of the properties that matter (None: gone)."""

    number: int
    value: Stix
    left: dict[str, Any]
    role: Role = V


def sco(type_name: str, /, **values: Any) -> Stix:
    return {"type": type_name, "spec_version": "2.1", "id": identifier(type_name, "x"), **values}


FILE = {"hashes": {"MD5": MD5}}
USER = identifier("user-account", CANARY)
