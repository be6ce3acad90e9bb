"""`regenerate`: a text written anew from the structure of the object, with nothing of the producer's wording."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from transforms.minimize import texts
from transforms.minimize.result import GONE, Treatment
from transforms.minimize.spot import Spot


def regenerate(_argument: str, spot: Spot) -> Treatment:
    """The treatment. Where nothing can be written, the text goes, or waits for a person if the type needs it."""
    template = texts.template(spot.type_name, spot.name) if len(spot.place) == 2 else None
    if template is None:
        return _hold(spot) if spot.required else lambda _item, _whole: GONE

    def treat(item: Any, whole: Mapping[str, Any]) -> Any:
        made = template(whole)
        return item if made == item else made

    return treat


def _hold(spot: Spot) -> Treatment:
    reason = "held-text"

    def hold(_item: Any, _whole: Mapping[str, Any]) -> Any:
        raise spot.refuse(reason)

    return hold
