"""Decide whether one contribution may go to one recipient at all: agreement, type, markings, age, confidence. Deny by default."""

from __future__ import annotations

from datetime import timedelta

from schemas.markings import TLP_BY_ID, Tlp
from schemas.sharing import Agreement
from schemas.stix.registry import KNOWN_PROPERTIES
from schemas.timestamps import parse, sort_key, stix
from transforms.entity import Candidate, Contribution
from transforms.terms import Terms

AGELESS = frozenset({"identity", "marking-definition", "extension-definition"})
"""Types that name or define something: they do not go stale, and all else would go with them."""


def decide(candidate: Candidate, terms: Terms, faults: frozenset[tuple[str, str]], statements: frozenset[str]) -> str:
    """'' where the candidate's current version may be released, else the reason code of the first rule that withholds it.

    `statements` are the ids among its labels that name statement markings; faults are (producer, marking) pairs not to be believed.
    """
    if terms.standing:
        return terms.standing
    current = candidate.current
    if candidate.producer == terms.recipient.id and not terms.policy.release.own_objects:
        return "own-object"
    if candidate.source_id == terms.hub.identity:
        return "own-object"  # the hub alone says who it is
    type_name = current.value["type"]
    release = terms.policy.release
    passed_marking = type_name == "marking-definition" and release.statements == "pass"
    if type_name not in release.types and not passed_marking:
        return "custom-type" if type_name not in KNOWN_PROPERTIES else "type-not-allowed"
    if reason := label_reason(candidate.producer, current, terms, faults, statements):
        return reason
    end = expiry(candidate, terms)
    if end is not None and sort_key(terms.slot_text) >= end:
        return "too-old"
    return "" if is_confident(current, terms) else "low-confidence"


def is_confident(contribution: Contribution, terms: Terms) -> bool:
    """Whether a contribution reaches the policy's minimum confidence; for indicators, none counts as below it."""
    least = terms.policy.release.min_confidence
    if least is None:
        return True
    confidence = contribution.value.get("confidence")
    if confidence is None:
        return bool(contribution.value["type"] != "indicator")
    return isinstance(confidence, int) and confidence >= least


def expiry(candidate: Candidate, terms: Terms) -> str | None:
    """When the candidate becomes too old for the recipient, as sortable text; None where it never does."""
    days = terms.policy.release.max_age_days
    if days is None or candidate.current.value["type"] in AGELESS:
        return None
    try:
        return sort_key(stix(parse(candidate.fresh + "Z") + timedelta(days=days)))
    except OverflowError:  # the year 9999 is not outlived
        return None


def label_reason(
    producer: str, contribution: Contribution, terms: Terms, faults: frozenset[tuple[str, str]], statements: frozenset[str]
) -> str:
    """'' where the markings let the contribution go to the recipient, else a reason code. Cached by label set."""
    word = contribution.tlp_word
    cached = terms._reasons.get(key := (producer, contribution.feed, contribution.labels, statements, word))
    if cached is None:
        cached = terms._reasons[key] = _label_reason(producer, contribution.feed, contribution.labels, word, terms, faults, statements)
    return cached


def _label_reason(
    producer: str,
    feed: str,
    labels: tuple[str, ...],
    word: Tlp | None,
    terms: Terms,
    faults: frozenset[tuple[str, str]],
    statements: frozenset[str],
) -> str:
    covering = [item for item in terms.agreements if producer in item.parties]
    if not covering:
        return "no-agreement"
    if any((producer, label) in faults for label in labels):
        return "marking-mismatch"
    if any(label not in TLP_BY_ID and label not in statements for label in labels):
        return "marking-unknown"
    if statements and terms.policy.release.statements == "withhold":
        return "marking-statement"
    levels = [TLP_BY_ID[label] for label in labels if label in TLP_BY_ID]
    tlp = max(levels) if levels else _unmarked(producer, feed, terms, covering)
    tlp = tlp if word is None else max(tlp, word)  # a word in the text only raises
    return _tlp_reason(tlp, producer, terms, covering)


def _unmarked(producer: str, feed: str, terms: Terms, covering: list[Agreement]) -> Tlp:
    """How an unmarked object is read: as its feed declares, where the agreement says the same or wider; else AMBER+STRICT."""
    agreed = [item.tlp for agreement in covering for item in agreement.unmarked if item.producer == producer]
    declared = terms.unmarked.get(feed)
    if declared is None or not agreed:
        return Tlp.AMBER_STRICT
    return max(declared, min(agreed))


def _tlp_reason(tlp: Tlp, producer: str, terms: Terms, covering: list[Agreement]) -> str:
    if tlp > terms.policy.release.tlp_max:
        return "tlp-above-ceiling"
    if tlp == Tlp.CLEAR:
        return ""
    granted = any(
        grant.producer == producer
        and grant.recipient == terms.recipient.id
        and grant.tlp_max >= tlp
        and (grant.until is None or terms.slot < grant.until)
        for agreement in covering
        for grant in agreement.grants
    )
    if granted:
        return ""
    if tlp == Tlp.GREEN:
        source = terms.partners.get(producer)
        shared = set(source.communities) & set(terms.recipient.communities) if source is not None else set()
        return "" if shared else "tlp-no-community"
    return "tlp-no-grant"
