"""From what was found to figures: leaks by class and channel, what was kept, what was held."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from benchmarks.leak.canaries import IDENTIFIER, Canary, Hit, Role
from benchmarks.leak.oracle import Oracle
from benchmarks.leak.outputs import ANYBODY, NOBODY, TAXII, Output
from benchmarks.leak.plant import AMBIGUOUS, STRING, STRUCTURED, TEXT
from benchmarks.leak.recipients import PROFILES, STANDARD, TRUSTED, VERBATIM, entitled

WANTED_KEPT = 0.99
CLEAN, CARRYING = "indicators without anybody's data", "indicators that carry somebody's data"


@dataclass
class Found:
    """What the oracle found: by recipient what its client has, and what should not have been there by canary, channel and owner."""

    seen: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    leaks: set[tuple[int, str, str, str]] = field(default_factory=set)
    """(number of the canary, how it stood there, channel, whose)."""

    searched: int = 0


def search(canaries: Sequence[Canary], outputs: Iterable[Output]) -> Found:
    """One pass over all outputs."""
    oracle, found = Oracle(canaries), Found()
    for output in outputs:
        found.searched += len(output.data)
        hits = oracle.glance(output.data) if output.sealed else oracle.find(output.data)
        if output.bare:
            hits |= oracle.bare(output.data)
        for hit in hits:
            if output.channel == TAXII:
                found.seen[output.whose].add(hit.number)
            if _is_leak(canaries[hit.number], hit, output):
                found.leaks.add((*hit, output.channel, output.whose))
    return found


def _is_leak(canary: Canary, hit: Hit, output: Output) -> bool:
    if output.whose == ANYBODY:
        return not (canary.allowed or (canary.place == AMBIGUOUS and entitled(canary.producer, canary.tlp)))
    if output.whose == NOBODY:
        return not (hit.how == IDENTIFIER and output.channel.startswith("operator")) and not _asked(canary, output)
    return output.whose not in canary.allowed


def _asked(canary: Canary, output: Output) -> bool:
    """An operator who names an object to `explain` sees its id again."""
    return canary.kind == "id" and output.channel == "operator: tearline explain"


def assess(canaries: Sequence[Canary], found: Found) -> dict[str, Any]:
    """Every figure of the report that comes from the search."""
    return {
        "canaries": _planted(canaries),
        "bytes_searched": found.searched,
        "leaks": _leaks(canaries, found),
        "channels": _channels(canaries, found),
        "details": _details(canaries, found),
        "control": _control(canaries, found),
        "text": _text(canaries, found),
        "kept": {name: _kept(canaries, found, name) for name in PROFILES},
        "hard_negatives": {name: _ratio(canaries, found, name, Role.BENIGN) for name in PROFILES},
    }


def bound(leaked: int, trials: int) -> float | None:
    """The upper end of the 95 % interval of the leak rate where nothing leaked (the rule of three); None where something did."""
    return min(1.0, 3 / trials) if trials and not leaked else None


def _planted(canaries: Sequence[Canary]) -> dict[str, Any]:
    private = [canary for canary in canaries if canary.private]
    return {
        "private": len(private),
        "others": len(canaries) - len(private),
        **{name: dict(sorted(Counter(getattr(canary, name) for canary in private).items())) for name in _FACETS},
    }


_FACETS = ("role", "place", "kind", "encoding", "locale", "row")


def _leaks(canaries: Sequence[Canary], found: Found) -> list[dict[str, Any]]:
    """For each profile and class of place: trials, and how many canaries reached a recipient of that profile who may not see them.

    `by markings` are those in objects or parts that no marking lets the recipient have; the others are the profile's own work.
    """
    rows = []
    for profile in (STANDARD, TRUSTED, VERBATIM):
        names = {name for name, own in PROFILES.items() if own == profile}
        leaked = {number for number, _, _, whose in found.leaks if whose in names}
        for place in (STRUCTURED, STRING, TEXT, AMBIGUOUS):
            for barred in (False, True):
                numbers = {
                    number
                    for number, canary in enumerate(canaries)
                    if canary.private and canary.place == place and names - canary.allowed and _barred(canary, names) == barred
                }
                if numbers:
                    out = len(numbers & leaked)
                    rows.append({
                        "profile": profile, "place": place, "kept_back_by": "markings" if barred else "profile", "trials": len(numbers),
                        "leaked": out, "upper_95": bound(out, len(numbers)),
                    })  # fmt: skip
    return rows


def _barred(canary: Canary, names: set[str]) -> bool:
    return not entitled(canary.producer, canary.tlp) & names


def _control(canaries: Sequence[Canary], found: Found) -> dict[str, int]:
    """People's canaries that somebody may have, and how many were found there: a search that finds none of these proves nothing."""
    wanted = [(number, name) for number, canary in enumerate(canaries) if canary.private for name in canary.allowed]
    return {"wanted": len(wanted), "found": sum(number in found.seen[name] for number, name in wanted)}


def _channels(canaries: Sequence[Canary], found: Found) -> list[dict[str, Any]]:
    """Channels that belong to no recipient: trials are all canaries, since none may stand there."""
    leaked = Counter(channel for _, channel in {(n, channel) for n, _, channel, whose in found.leaks if whose in (ANYBODY, NOBODY)})
    if not leaked:
        return [{"channel": "all of them", "trials": len(canaries), "leaked": 0, "upper_95": bound(0, len(canaries))}]
    return [{"channel": name, "trials": len(canaries), "leaked": number, "upper_95": None} for name, number in sorted(leaked.items())]


def _details(canaries: Sequence[Canary], found: Found) -> list[dict[str, Any]]:
    """Leaks grouped by where they were planted and to whom they went, most first; the example is a line of the ground truth."""
    groups: dict[tuple[object, ...], set[int]] = defaultdict(set)
    channels: dict[tuple[object, ...], set[str]] = defaultdict(set)
    for number, how, channel, whose in found.leaks:
        canary = canaries[number]
        key = (PROFILES.get(whose, "-"), canary.row, canary.path, canary.kind, str(canary.role), canary.place, how)
        groups[key].add(number)
        channels[key].add(channel)
    names = ("profile", "row", "path", "kind", "role", "place", "how")
    return [
        {
            **dict(zip(names, key, strict=True)),
            "leaked": len(numbers),
            "encodings": sorted({canaries[number].encoding for number in numbers}),
            "channels": sorted(channels[key]),
            "example": min(numbers) + 1,
        }
        for key, numbers in sorted(groups.items(), key=lambda item: (str(item[0][0]), -len(item[1]), str(item[0])))
    ]


def _text(canaries: Sequence[Canary], found: Found) -> dict[str, Any]:
    """Indicators with somebody in their texts, whose pattern names a threat: passed on without the text, held back, or with it."""
    threats = {canary.object_id: number for number, canary in enumerate(canaries) if canary.role == Role.THREAT and _is_pattern(canary)}
    rows = {}
    for name in PROFILES:
        outcome: Counter[str] = Counter()
        for number, canary in enumerate(canaries):
            if canary.place == TEXT and canary.private and canary.object_id in threats and name in entitled(canary.producer, canary.tlp):
                there = threats[canary.object_id] in found.seen[name]
                outcome["passed" if number in found.seen[name] else "regenerated" if there else "held or withheld"] += 1
        rows[name] = dict(outcome)
    return rows


def _kept(canaries: Sequence[Canary], found: Found, name: str) -> dict[str, Any]:
    """Threat values of CLEAR and GREEN objects that the recipient has, of those that its markings let it have."""
    return {
        label: _ratio(canaries, found, name, Role.THREAT, pattern=pattern, carrying=carrying)
        for label, pattern, carrying in (
            (CLEAN, True, False),
            (CARRYING, True, True),
            ("observables", False, None),
        )
    }


def _ratio(
    canaries: Sequence[Canary], found: Found, name: str, role: Role, *, pattern: bool | None = None, carrying: bool | None = None
) -> dict[str, Any]:
    private = {canary.object_id for canary in canaries if canary.private}
    wanted = [
        number
        for number, canary in enumerate(canaries)
        if canary.role == role and canary.tlp in ("clear", "green") and name in canary.allowed
        and pattern in (None, _is_pattern(canary)) and carrying in (None, canary.object_id in private)
    ]  # fmt: skip
    kept = sum(number in found.seen[name] for number in wanted)
    return {"wanted": len(wanted), "kept": kept, "share": kept / len(wanted) if wanted else None}


def _is_pattern(canary: Canary) -> bool:
    return canary.path == "indicator.pattern"


def failures(figures: Mapping[str, Any]) -> list[str]:
    """What is not as it is wanted, in words; the command ends with the number of these."""
    wrong = [
        f"{row['leaked']} canaries leaked: {row['profile']}, {row['place']}, kept back by {row['kept_back_by']}"
        for row in figures["leaks"]
        if row["leaked"] and not _is_accepted(row)
    ]
    if figures["control"]["wanted"] and not figures["control"]["found"]:
        wrong.append("nobody has any of the canaries that they may have: the search proves nothing")
    wrong += [f"{row['leaked']} canaries in a channel that is nobody's: {row['channel']}" for row in figures["channels"] if row["leaked"]]
    for name, kept in figures["kept"].items():
        counted = [item for label, item in kept.items() if label == CLEAN or (label == CARRYING and PROFILES[name] == STANDARD)]
        wanted, got = sum(item["wanted"] for item in counted), sum(item["kept"] for item in counted)
        if wanted and got / wanted < WANTED_KEPT:
            wrong.append(f"{name} has {100 * got / wanted:.1f} % of the threat indicators of CLEAR and GREEN objects")
    return wrong


def _is_accepted(row: Mapping[str, Any]) -> bool:
    """Whether the profile does not promise it: trusted@1 passes words on; no profile knows whose an ambiguous constant is."""
    words = row["profile"] == TRUSTED and row["place"] != STRUCTURED
    return bool(row["kept_back_by"] == "profile" and (words or row["place"] == AMBIGUOUS))
