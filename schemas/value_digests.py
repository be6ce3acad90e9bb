"""What an object is about, as digests that can be compared with the values in a text: constants of its pattern, values of an observable."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from schemas.ids import CONTRIBUTING
from schemas.patterns import PatternError, parse
from schemas.patterns.tree import Comparison, Node, Observation, rise
from schemas.value_tokens import canonical, digest, prepared

UBIQUITOUS = frozenset(
    b"cmd.exe svchost.exe explorer.exe rundll32.exe regsvr32.exe powershell.exe conhost.exe winword.exe excel.exe outlook.exe chrome.exe"
    b" firefox.exe iexplore.exe msedge.exe lsass.exe services.exe winlogon.exe taskhost.exe wscript.exe cscript.exe mshta.exe schtasks.exe"
    b" setup.exe install.exe update.exe index.html index.htm index.php default.aspx wp-login.php readme.txt robots.txt favicon.ico"
    b" kernel32.dll ntdll.dll user32.dll advapi32.dll 127.0.0.1 0.0.0.0 255.255.255.255".split()
)
"""Values that stand in texts of every kind, so that to find one tells nothing."""

_ABOUT = {"file": ("name", "hashes"), "artifact": ("hashes", "url"), "x509-certificate": ("hashes", "serial_number")}
"""Observable type -> properties that tell what it is, where these are not its id contributing ones alone."""


def value_digests(value: Mapping[str, Any]) -> frozenset[bytes]:
    """Digests of the values that an object is about. Never raises; a pattern that is broken or not STIX is about nothing."""
    kind = value.get("type")
    words = _of_pattern(value) if kind == "indicator" else _of_observable(str(kind), value)
    found = {canonical(prepared(word)) for word in words}
    return frozenset(digest(item) for item in found if item is not None and item not in UBIQUITOUS)


def _of_observable(kind: str, value: Mapping[str, Any]) -> Iterable[str]:
    for name in _ABOUT.get(kind, CONTRIBUTING.get(kind, ())):
        found = value.get(name)
        if isinstance(found, str):
            yield found
        elif name == "hashes" and isinstance(found, Mapping):
            yield from (item for item in found.values() if isinstance(item, str))


def _of_pattern(value: Mapping[str, Any]) -> Iterable[str]:
    """Constants that something must be equal to, in reading order."""
    pattern = value.get("pattern")
    if value.get("pattern_type") != "stix" or not isinstance(pattern, str):
        return []
    try:
        tree = parse(pattern)
    except PatternError:
        return []
    found: list[str] = []

    def outside(node: Node) -> None:
        if isinstance(node, Observation):
            rise(node.expression, inside, _nothing)

    def inside(node: Node) -> None:
        if isinstance(node, Comparison) and not node.negated and node.operator in ("=", "IN", "LIKE"):
            found.extend(item.value for item in node.operands if item.kind in ("string", "hex"))

    rise(tree, outside, _nothing)
    return found


def _nothing(_node: Node, _below: list[None]) -> None:
    pass
