"""`mask(text)`: whatever stood there, the same constant stands there now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from transforms.minimize.result import GONE, Treatment
from transforms.minimize.spot import Spot

DEFAULT = "withheld"


def mask(argument: str, _spot: Spot) -> Treatment:
    """The treatment: texts become the constant, a list of texts a list with it alone; anything else cannot hold one and goes."""
    constant = argument or DEFAULT

    def treat(item: Any, _whole: Mapping[str, Any]) -> Any:
        if isinstance(item, str):
            return item if item == constant else constant
        if isinstance(item, list) and all(isinstance(part, str) for part in item):
            return item if item == [constant] else [constant]
        return GONE

    return treat
