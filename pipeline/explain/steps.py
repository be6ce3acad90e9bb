"""The eight steps of a decision with the outcome of each, read from what the stages that decide have left."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Literal

from pipeline.explain.labels import label_of_candidate, said_by_markings
from pipeline.explain.model import Reference, Step
from schemas.sharing.effective import DEFAULT
from transforms.entity import Candidate
from transforms.release import Release

NAMES = ("standing", "kind", "label", "permission", "need", "minimization", "closure", "guard")

_REASONS: Mapping[str, Sequence[str]] = {
    "standing": ("no-agreement", "agreement-not-valid", "policy-not-valid", "recipient-suspended", "audience-mismatch"),
    "kind": ("own-object", "type-not-allowed", "custom-type", "recalled", "newer-refused", "revoked"),
    "label": ("marking-unknown", "marking-mismatch", "classification-refused"),
    "permission": (
        *("marking-statement", "tlp-above-ceiling", "tlp-no-community", "tlp-no-grant", "originator-control", "iep-not-in-force"),
        *("iep-not-accepted", "iep-attribution", "pap-not-accepted", "acs-refused", "not-releasable-to", "no-foreign"),
        *("handling-refused", "grade-too-low"),
    ),
    "need": ("purpose-not-allowed", "never-with", "topic-not-wanted", "too-old", "low-confidence"),
    "minimization": (
        *("type-withheld", "sighting-aggregated", "sighting-too-few", "pattern-personal-data", "person-withheld", "nothing-useful"),
        *("path-withheld", "required-dropped", "held-text", "held-personal-data", "held-by-policy", "residual-personal-data"),
    ),
    "closure": ("closure-missing-end", "closure-empty", "closure-subject-withheld", "closure-too-large"),
    "guard": (
        *("guard-withheld-id", "guard-withheld-value", "guard-partner-name", "guard-personal-data", "guard-victim-pattern"),
        *("guard-marking", "guard-undecodable", "guard-failed"),
    ),
}

NOWHERE = frozenset({"gone", "release-error"})
"""Reasons that belong to no step: there was nothing to decide, or deciding failed."""

_NOTHING = frozenset({"none", "unbounded", "false"})

STEP_OF: Mapping[str, int] = {reason: NAMES.index(name) + 1 for name, reasons in _REASONS.items() for reason in reasons}
"""Reason -> the step that gives it."""


def steps(state: Release, candidate: Candidate, reason: str, references: Sequence[Reference]) -> list[Step]:
    """The steps for one candidate; reason: why it does not go out, '' where it does."""
    last = len(NAMES) + 1 if not reason else STEP_OF.get(reason, 0)
    found = []
    for number, name in enumerate(NAMES, 1):
        outcome: Literal["passed", "stopped", "not reached"] = "passed" if number < last else "stopped" if number == last else "not reached"
        told = list(_TOLD[name](state, candidate)) if number <= last else []
        if name == "closure" and number <= last:
            told += [f"{item.refers_to}: {item.seen_as or item.reason}" for item in references]
        found.append(Step(number=number, name=name, outcome=outcome, reason=reason if number == last else "", told=told))
    return found


def _standing(state: Release, candidate: Candidate) -> Iterator[str]:
    yield f"policy {state.terms.citation}"
    ground = state.terms.ground(candidate.producer)
    if ground is None:
        yield f"no agreement in force that it cites covers {candidate.producer} and {state.terms.recipient.id}"
        return
    for agreement in ground.agreements:
        yield f"agreement {agreement.reference}, on {', '.join(agreement.bases(state.terms.slot))}"


def _kind(state: Release, candidate: Candidate) -> Iterator[str]:
    yield f"type {candidate.current.value['type']}"
    yield from _made(state, candidate, "types", "audience")


def _label(state: Release, candidate: Candidate) -> Iterator[str]:
    yield label_of_candidate(state, candidate)
    for item in said_by_markings(state, candidate):
        yield f"{item.marking}{f' on {item.where}' if item.where else ''}: {item.says}{' (kept back)' if item.hidden else ''}"


def _permission(state: Release, candidate: Candidate) -> Iterator[str]:
    ground = state.terms.ground(candidate.producer)
    if ground is not None:
        shared = ground.giver.communities & state.terms.taker.communities
        yield f"communities in common: {', '.join(sorted(shared)) or 'none'}"
        if ground.granted is not None:
            yield f"an agreement grants up to {_word(ground.granted)}"
        if ground.is_client:
            yield f"{state.terms.recipient.id} is a client of {candidate.producer}"
    judged = state.sight.judge(candidate)
    if judged.grant:
        yield f"signed grant {judged.grant}"
    if judged.hidden:
        yield f"parts that the recipient may not have: {len(judged.hidden)}"
    yield from _made(state, candidate, "tlp_max", "pap_max", "statements", "honour_grants", "refuse_handling")


def _need(state: Release, candidate: Candidate) -> Iterator[str]:
    yield from _made(state, candidate, "purposes", "topics", "never_with", "max_age_days", "min_confidence")


def _minimization(state: Release, candidate: Candidate) -> Iterator[str]:
    ground = state.terms.ground(candidate.producer)
    for layer in ground.rules.layers if ground is not None else ():
        paths = "1 path" if len(layer.paths) == 1 else f"{len(layer.paths)} paths"
        yield f"{layer.origin}: {layer.profile or 'no profile'}, {paths} of its own"
    yield from _made(state, candidate, "attribution", "residual", "enrichment")


def _closure(state: Release, candidate: Candidate) -> Iterator[str]:
    del candidate
    if not state.block.complete:
        yield "it hangs on more than is looked at in one piece"


def _guard(state: Release, candidate: Candidate) -> Iterator[str]:
    yield from guard_findings(state, candidate)


def guard_findings(state: Release, candidate: Candidate) -> list[str]:
    """What the guard found in the final bytes of a candidate."""
    return [reason for stopped, reason in state.stopped if stopped is candidate]


_TOLD: Mapping[str, Callable[[Release, Candidate], Iterator[str]]] = {
    "standing": _standing,
    "kind": _kind,
    "label": _label,
    "permission": _permission,
    "need": _need,
    "minimization": _minimization,
    "closure": _closure,
    "guard": _guard,
}


def _made(state: Release, candidate: Candidate, *names: str) -> Iterator[str]:
    """Settings of the intersection of all files, each with the files that made it so; those that nobody speaks of and that ask for
    nothing are left out.
    """
    ground = state.terms.ground(candidate.producer)
    if ground is None:
        return
    for name in names:
        value, origins = _word(getattr(ground.rules, name)), ground.rules.origins.get(name, ())
        if value not in _NOTHING or origins != (DEFAULT,):
            yield f"{name} {value} ({', '.join(origins)})"


def _word(value: object) -> str:
    if isinstance(value, frozenset | tuple):
        return ", ".join(sorted(map(_word, value))) or "none"
    if value is None:
        return "unbounded"
    name = getattr(value, "name", None)
    return str(value if name is None else name).lower().replace("amber_strict", "amber+strict")
