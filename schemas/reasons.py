"""Reason codes: why an object was quarantined or withheld. Each is documented in docs/reference/reasons.md (a test checks).

A code is part of the outside face: it may be added, never renamed. It says what rule was met, never a value.
"""

from __future__ import annotations

QUARANTINE: dict[str, str] = {
    "not-json": "The document or object is not JSON.",
    "truncated-json": "The document ends in the middle of a value.",
    "malformed-json": "One object's text breaks the JSON grammar.",
    "too-deep": "An object nests deeper than 64 levels.",
    "too-large": "An object is larger than the configured maximum.",
    "duplicate-key": "An object names a property twice, so its meaning is ambiguous.",
    "non-finite-number": "NaN, Infinity, or a number beyond the range of a double.",
    "number-out-of-range": "An integer beyond 64 bits, which cannot be carried exactly.",
    "invalid-utf8": "The bytes are not UTF-8.",
    "invalid-unicode": "A string holds a lone surrogate.",
    "not-an-object": "An element where a STIX object belongs is something else.",
    "no-objects": "A document holds neither a STIX object nor a list of them.",
    "missing-type": "An object has no type.",
    "missing-id": "An object has no id.",
    "invalid-id": "The id is not `type--UUID`, or names another type.",
    "unsupported-version": "The object is STIX 2.0 or an unknown version.",
    "missing-property": "A property that the type requires is absent.",
    "invalid-property": "A property has the wrong type or form.",
    "invalid-timestamp": "A timestamp is not RFC 3339 in UTC.",
    "invalid-order": "`modified` is before `created`, or `valid_until` is not after `valid_from`.",
    "empty-list": "A list is empty, which STIX forbids.",
    "out-of-range": "A number is outside the range that STIX allows.",
    "custom-content": "The feed's settings refuse custom properties or types.",
    "marking-mismatch": "A marking definition carries a TLP id but another body, or claims TLP under another id.",
    "version-conflict": "Same id and modified as a known version, but other content.",
    "id-conflict": "Another producer owns this id, and the content differs.",
    "created-changed": "A later version changes `created`, which STIX forbids.",
    "revoked-final": "A later version of an object that its producer has revoked.",
    "nothing-left": "After removing what a hub must never keep, nothing useful remains.",
    "unknown-feed": "The feed is no longer in the configuration.",
    "internal-error": "The hub failed on this one object; its neighbours went on.",
}

RELEASE: dict[str, str] = {
    "released": "Released as the producer wrote it.",
    "minimized": "Released after minimization, under an id of the hub.",
}

WITHHOLD: dict[str, str] = {
    "no-agreement": "No valid agreement cited by the policy covers both the producer and the recipient.",
    "agreement-not-valid": "The agreement is not in force at this time.",
    "policy-not-valid": "The recipient's policy is not in force at this time.",
    "recipient-suspended": "The recipient is suspended.",
    "own-object": "The recipient is the producer.",
    "type-not-allowed": "The policy does not allow this type.",
    "custom-type": "A custom type, which the policy does not allow.",
    "marking-unknown": "A marking that the hub does not know; the most restrictive reading applies.",
    "marking-statement": "A statement marking, which the policy does not pass.",
    "marking-mismatch": "The producer served a TLP marking whose id and body disagree.",
    "tlp-above-ceiling": "The TLP label is above the ceiling of the policy.",
    "tlp-no-community": "TLP:GREEN, and producer and recipient share no community.",
    "tlp-no-grant": "TLP:AMBER or above, and no grant of the producer names this recipient.",
    "too-old": "Older than the policy's maximum age.",
    "low-confidence": "Below the policy's minimum confidence, or without one.",
    "path-withheld": "A property is present that the policy answers by withholding the object.",
    "required-dropped": "Minimization would drop a property that the type requires.",
    "closure-missing-end": "An object that this one needs is not released to the recipient.",
    "closure-empty": "Nothing that this container refers to is released to the recipient.",
    "closure-subject-withheld": "A note or opinion about something that is not released.",
    "closure-too-large": "The object's references reach further than the configured bound.",
    "guard-withheld-id": "The final bytes held the id of a withheld object.",
    "release-error": "The hub failed on this one object; its neighbours went on.",
    "revoked": "Its producer has revoked it.",
    "gone": "No contribution supports it any more.",
}

ALL: dict[str, str] = {**QUARANTINE, **RELEASE, **WITHHOLD}
