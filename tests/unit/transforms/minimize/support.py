"""Minimizers for tests, and keys that never change."""

from __future__ import annotations

import base64
import hmac

import pytest

from schemas.errors import BadInput
from schemas.reasons import HOLD, WITHHOLD
from schemas.sharing.layers import Layer
from tests.support.objects import Stix
from transforms.minimize import Minimizer, Role


def pseudonym(kind: str, value: str) -> str:
    """26 characters of base32 over a keyed digest."""
    return base64.b32encode(hmac.digest(b"a key for tests", f"{kind}\0{value}".encode(), "sha256")).decode().lower()[:26]


def minimizer(profile: str = "standard@1", paths: dict[str, str] | None = None, **more: str) -> Minimizer:
    """One layer, named attribution unless it is said otherwise."""
    return Minimizer([Layer("policy", profile, tuple((paths or {}).items()))], pseudonym, **{"attribution": "named", **more})


def seen(value: Stix, role: Role = Role.VICTIM, profile: str = "standard@1", paths: dict[str, str] | None = None, **more: str) -> Stix:
    """What is left of an object."""
    return minimizer(profile, paths, **more).minimize(value, role).value


def refused(value: Stix, role: Role = Role.VICTIM, profile: str = "standard@1", paths: dict[str, str] | None = None, **more: str) -> str:
    """The reason for which an object does not go out."""
    with pytest.raises(BadInput) as caught:
        minimizer(profile, paths, **more).minimize(value, role)
    return caught.value.reason


def reason_of(problem: BadInput) -> str:
    """The reason of a refusal, which has to be one that is documented."""
    assert problem.reason in HOLD or problem.reason in WITHHOLD
    return problem.reason
