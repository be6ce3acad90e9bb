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
from benchmarks.leak.utility import CARRYING, CLEAN, kept_threats, ratio, texts

WANTED_KEPT = 0.99


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
        "text": texts(canaries, found.seen),
        "kept": {name: kept_threats(canaries, found.seen, name) for name in PROFILES},
        "hard_negatives": {name: ratio(canaries, found.seen, name, Role.BENIGN) for name in PROFILES},
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

    What markings keep back counts whoever's value it is; what the profile keeps back is people's values in objects that the recipient
    may have. Of several recipients one canary may be tried in both ways.
    """
    rows = []
    for profile in (STANDARD, TRUSTED, VERBATIM):
        names = frozenset(name for name, own in PROFILES.items() if own == profile)
        for place in (STRUCTURED, STRING, TEXT, AMBIGUOUS):
            here = {number: canary for number, canary in enumerate(canaries) if canary.place == place}
            for cause, barred in (("profile", False), ("markings", True)):
                trials = sum(bool(_kept_back(canary, barred=barred) & names) for canary in here.values())
                leaked = {
                    number
                    for number, _, _, whose in found.leaks
                    if number in here and whose in names & _kept_back(here[number], barred=barred)
                }
                if trials:
                    rows.append({
                        "profile": profile, "place": place, "kept_back_by": cause, "trials": trials, "leaked": len(leaked),
                        "upper_95": bound(len(leaked), trials),
                    })  # fmt: skip
    return rows


def _kept_back(canary: Canary, *, barred: bool) -> frozenset[str]:
    """From whom markings keep a canary back, or from whom only the profile does."""
    may = entitled(canary.producer, canary.tlp)
    return frozenset(PROFILES) - may if barred else may - canary.allowed


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
