"""The verbs of minimization: their grammar, and one order of restriction over them.

verb     = name | name "(" argument ")"
keep · drop · withhold (= withhold_object) · withhold_object · hold_for_review · pseudonym · regenerate · tokenize
mask(text) or mask: the text may hold anything but brackets · generalize(how) · bucket(5,10,25) · decode_then(verb)
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

GENERALIZATIONS: frozenset[str] = frozenset(
    {
        *("ip:24", "ip:48", "geo:1deg", "time:1h", "time:1d", "path:user-segment"),
        *("url:strip", "domain:registered", "sector"),
    }
)
"""What `generalize` can do."""

ORDER: tuple[str, ...] = (
    *("keep", "bucket", "generalize", "pseudonym", "tokenize", "mask", "regenerate"),
    *("drop", "hold_for_review", "withhold_object"),
)
"""From the verb that leaves most to the one that leaves nothing. `decode_then` stands where the verb inside it stands."""

_COARSER = {("time:1h", "time:1d"): "time:1d"}
"""Pairs of generalizations of which one contains the other. ip:24 is for IPv4, ip:48 for IPv6: neither contains the other."""

_FORM = re.compile(r"(?P<name>[a-z_]+)(?:\((?P<argument>[^()]*(?:\([^()]*\))?)\))?")
_BOUNDS = re.compile(r"\d{1,9}(?:\s*,\s*\d{1,9})*", re.ASCII)
_PLAIN = frozenset({"keep", "drop", "withhold_object", "hold_for_review", "pseudonym", "regenerate", "tokenize"})


@dataclass(frozen=True, slots=True)
class Verb:
    """What is done with a value: a verb, and what stands in its brackets ('' without)."""

    name: str
    argument: str = ""

    def __str__(self) -> str:
        return f"{self.name}({self.argument})" if self.argument else self.name


DROP = Verb("drop")


def parse_verb(text: str) -> Verb:
    """The verb that a text means, written one way only. Raises ValueError that says what would be right."""
    match = _FORM.fullmatch(text.strip())
    if match is None:
        message = "no verb; write keep, drop, withhold_object, mask(text), generalize(ip:24) and so on"
        raise ValueError(message)
    name, argument = match["name"], match["argument"]
    name = "withhold_object" if name == "withhold" else name
    if name in _PLAIN:
        if argument is not None:
            message = f"{name} takes nothing in brackets"
            raise ValueError(message)
        return Verb(name)
    match name:
        case "mask":
            return _mask(argument)
        case "generalize":
            return _generalize(argument or "")
        case "bucket":
            return _bucket(argument or "")
        case "decode_then":
            return _decode_then(argument or "")
    message = f"{name} is no verb; known are {', '.join((*ORDER, 'decode_then'))}"
    raise ValueError(message)


def restriction(verb: Verb) -> int:
    """The verb's place in ORDER: of two verbs of different kinds the one with the greater number restricts more."""
    return ORDER.index(inner(verb).name)


def inner(verb: Verb) -> Verb:
    """The verb that decides: for `decode_then` the one in its brackets."""
    return parse_verb(verb.argument) if verb.name == "decode_then" else verb


def strictest(verbs: Iterable[Verb]) -> Verb:
    """The most restrictive of any number, in whatever order they come; `keep` of none.

    Two that cannot be compared make `drop` even where a third one of them all ranks higher: one rule more never shows more.
    """
    each = sorted(set(verbs), key=str)
    found = Verb("keep")
    for place, one in enumerate(each):
        for other in each[place:]:
            both = stricter(one, other)
            found = both if restriction(both) > restriction(found) else stricter(found, both)
    return found


def stricter(one: Verb, other: Verb) -> Verb:
    """The more restrictive of two, whichever comes first; `drop` where both take away, but neither all that the other does."""
    if one == other:
        return one
    low, high = sorted((one, other), key=lambda verb: (restriction(verb), str(verb)))
    if low == inner(high) or high == inner(low):  # the same verb, once also behind an encoding
        return low if high.name == "decode_then" else high
    if restriction(low) != restriction(high):
        return high
    match low.name, high.name:
        case "generalize", "generalize":
            coarser = _COARSER.get((low.argument, high.argument)) or _COARSER.get((high.argument, low.argument))
            return Verb("generalize", coarser) if coarser else DROP
        case "bucket", "bucket":
            common = sorted(_numbers(low.argument) & _numbers(high.argument))
            return Verb("bucket", ",".join(map(str, common))) if common else DROP
        case "mask", "mask":
            return low  # both leave a constant
    return DROP


def _mask(argument: str | None) -> Verb:
    text = (argument or "").strip()
    if "(" in text or len(text) > 64 or not text.isprintable():
        message = "mask takes up to 64 printable characters without brackets"
        raise ValueError(message)
    return Verb("mask", text)


def _generalize(argument: str) -> Verb:
    how = argument.strip()
    if how not in GENERALIZATIONS:
        message = f"generalize takes one of {', '.join(sorted(GENERALIZATIONS))}"
        raise ValueError(message)
    return Verb("generalize", how)


def _bucket(argument: str) -> Verb:
    if not _BOUNDS.fullmatch(argument.strip()):
        message = "bucket takes whole numbers: bucket(5,10,25)"
        raise ValueError(message)
    return Verb("bucket", ",".join(str(number) for number in sorted(_numbers(argument))))


def _numbers(argument: str) -> frozenset[int]:
    return frozenset(int(number) for number in argument.split(","))


def _decode_then(argument: str) -> Verb:
    wanted = parse_verb(argument)
    if wanted.name == "decode_then":
        message = "decode_then takes a verb other than itself; it decodes nested encodings by itself"
        raise ValueError(message)
    return Verb("decode_then", str(wanted))
