"""`decode_then(verb)`: the text stays where the detectors find nothing in it nor in what it decodes to; else the verb is applied."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from transforms.minimize import scan
from transforms.minimize.places import Place
from transforms.minimize.result import GONE, Treatment
from transforms.minimize.spot import Spot, on_texts

_BESIDE: Mapping[Place, frozenset[str]] = {
    ("email-addr", "value"): frozenset({"email"}),
    ("ipv4-addr", "value"): frozenset({"ip-private", "phone", "coordinates"}),
    ("ipv6-addr", "value"): frozenset({"ip-private", "phone", "mac"}),
    ("mac-addr", "value"): frozenset({"mac"}),
    ("x509-certificate", "issuer"): frozenset({"dn-person"}),
    ("x509-certificate", "subject"): frozenset({"dn-person"}),
}
"""Place -> the kinds of finds that are what the place is for."""


def decode_then(verb: str, then: Treatment, spot: Spot) -> Treatment:
    """The treatment. Of a list, only the texts with finds are treated."""
    beside = _BESIDE.get(spot.place[:2], frozenset())
    if verb in ("hold_for_review", "withhold_object"):
        reason = "held-personal-data" if spot.residual == "hold" else "residual-personal-data"
        if verb == "withhold_object":
            reason = "path-withheld"

        def refuse(text: str) -> str:
            if not scan.is_clean(text, beside):
                raise spot.refuse(reason)
            return text

        return on_texts(refuse, others=True)

    def treat(item: Any, whole: Mapping[str, Any]) -> Any:
        def change(text: str) -> str | None:
            if scan.is_clean(text, beside):
                return text
            left = then(text, whole)
            return None if left is GONE or not isinstance(left, str) else left

        return on_texts(change, others=True)(item, whole)

    return treat
