"""Production and exercises never meet: what is of another audience than the hub's is not taken in, nor any other version of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from schemas.labels import audience_of


def crosses(value: Mapping[str, Any], hub_audience: str) -> bool:
    """Whether an object is of another audience than the hub's.

    value: the object, or the marking definition. An id that was once of another audience stays there: the catalogue remembers it.
    """
    return any(audience != hub_audience for audience in audience_of(value))
