"""Decide whether one contribution may go to one recipient at all. Eight steps, of which these are the first five; deny by default.

1 standing    policy, agreement and partner are in force, and the audience is the hub's        transforms.terms, here
2 kind        its type is allowed, it is not the recipient's own, and it was not recalled      here
3 label       each marking is understood, and they combine to one label                       transforms.judge
4 permission  the label lets the recipient have it, or a signed grant of its originator does   transforms.permit
5 need        purpose, topic, producer, age and confidence                                     here
6 minimization, 7 closure, 8 guard                                                             transforms.release
"""

from __future__ import annotations

from datetime import timedelta
from functools import lru_cache

from schemas.ids import CONTRIBUTING
from schemas.labels import WELL_KNOWN_MARKINGS
from schemas.sharing.effective import Effective
from schemas.stix.registry import KNOWN_PROPERTIES
from schemas.timestamps import parse, sort_key, stix
from transforms.entity import Block, Candidate, Contribution
from transforms.terms import Ground, Terms

AGELESS = frozenset({"identity", "marking-definition", "extension-definition"})
"""Types that name or define something: they do not go stale, and all else would go with them."""

WITHOUT_TOPIC = AGELESS | CONTRIBUTING.keys() | {"relationship", "sighting", "note", "opinion", "language-content"}
"""Types that are about other objects, or about no topic: they go where these go."""


def standing_reason(candidate: Candidate, terms: Terms, block: Block) -> str:
    """Steps 1 and 2 without the type: '' or a reason code."""
    if terms.standing:
        return terms.standing
    if candidate.audience != terms.hub.audience or (candidate.producer, candidate.source_id) in block.strangers:
        return "audience-mismatch"
    if candidate.source_id == terms.hub.identity:
        return "own-object"  # the hub alone says who it is
    if candidate.source_id in block.recalled.objects or candidate.current.feed in block.recalled.feeds:
        return "recalled"
    if candidate.modified < block.tightened.get((candidate.producer, candidate.source_id), ""):
        return "newer-refused"
    return ""


def type_reason(candidate: Candidate, terms: Terms, ground: Ground) -> str:
    """Step 2, the rest of it: '' or a reason code.

    A marking definition goes wherever anything goes, if its own rules let it: what hangs on the objects that it marks would tell of these.
    Those that exist once and for all are known to everybody.
    """
    rules = ground.rules
    if terms.hub.audience != rules.audience:
        return "audience-mismatch"
    type_name = candidate.current.value["type"]
    if type_name in rules.types or (type_name == "marking-definition" and rules.types and candidate.source_id not in WELL_KNOWN_MARKINGS):
        return ""
    return "type-not-allowed" if type_name in KNOWN_PROPERTIES else "custom-type"


def purpose_reason(producer: str, rules: Effective, forbidden_purposes: frozenset[str]) -> str:
    """Step 5 for all objects of a producer under the same markings: '' or a reason code."""
    if not rules.purposes - forbidden_purposes:
        return "purpose-not-allowed"
    return "never-with" if producer in rules.never_with else ""


def is_choosy(rules: Effective) -> bool:
    """Whether step 5 has anything to ask of an object by itself."""
    return bool(rules.topics) or rules.max_age_days is not None or rules.min_confidence is not None


def need_reason(candidate: Candidate, version: Contribution, terms: Terms, rules: Effective) -> str:
    """Step 5 for one version of a candidate by itself: '' or a reason code."""
    if rules.topics and not _concerns(version, rules):
        return "topic-not-wanted"
    end = expiry(candidate, rules)
    if end is not None and sort_key(terms.slot_text) >= end:
        return "too-old"
    return "" if is_confident(version, rules) else "low-confidence"


def is_confident(contribution: Contribution, rules: Effective) -> bool:
    """Whether a contribution reaches the least confidence; for indicators, none counts as below it."""
    least = rules.min_confidence
    if least is None:
        return True
    confidence = contribution.value.get("confidence")
    if confidence is None:
        return bool(contribution.value["type"] != "indicator")
    return isinstance(confidence, int) and confidence >= least


def expiry(candidate: Candidate, rules: Effective) -> str | None:
    """When the candidate becomes too old for the recipient, as sortable text; None where it never does."""
    if rules.max_age_days is None or candidate.current.value["type"] in AGELESS:
        return None
    return _outlived(candidate.fresh, rules.max_age_days)


@lru_cache(maxsize=16_384)
def _outlived(fresh: str, days: int) -> str | None:
    try:
        return sort_key(stix(parse(fresh + "Z") + timedelta(days=days)))
    except OverflowError:  # the year 9999 is not outlived
        return None


def topics_of(contribution: Contribution) -> frozenset[str]:
    """What an object concerns: its labels, and attack:ID for each ATT&CK id that it names."""
    value = contribution.value
    found = {item for item in value.get("labels", ()) if isinstance(item, str)}
    for entry in value.get("external_references", ()):
        if entry.get("source_name") == "mitre-attack" and isinstance(entry.get("external_id"), str):
            found.add(f"attack:{entry['external_id']}")
    return frozenset(found)


def _concerns(contribution: Contribution, rules: Effective) -> bool:
    if contribution.value["type"] in WITHOUT_TOPIC:
        return True
    topics = topics_of(contribution)
    return all(topics & group for group in rules.topics)
