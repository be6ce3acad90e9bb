"""Words that say what something is and nothing of anybody: the suggested vocabularies of STIX and a few public taxonomies."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from schemas.stix import vocabularies as known
from schemas.stix.registry import MODELS
from transforms.minimize.result import GONE

LABELS = frozenset(
    {
        *known.INDICATOR_TYPE,
        *known.INFRASTRUCTURE_TYPE,
        *known.MALWARE_RESULT,
        *known.MALWARE_TYPE,
        *known.REPORT_TYPE,
        *known.THREAT_ACTOR_TYPE,
        *known.TOOL_TYPE,
        *known.INDUSTRY_SECTOR,
        *("apt", "banker", "brute-force", "c2", "cryptominer", "data-theft", "defacement", "denial-of-service", "exploit", "extortion"),
        *("fraud", "infostealer", "loader", "malware-distribution", "phishing", "scanner", "scanning", "sinkhole", "smishing", "spam"),
        *("spearphishing", "stalkerware", "stealer", "supply-chain", "tor", "vishing", "vpn", "vulnerability", "watering-hole"),
    }
)
"""Labels (§3.2) that may stay; letter case does not count."""

RELATIONSHIPS = frozenset(
    {
        *("analysis-of", "attributed-to", "authored-by", "based-on", "beacons-to", "characterizes", "communicates-with", "compromises"),
        *("consists-of", "controls", "delivers", "derived-from", "downloads", "drops", "duplicate-of", "dynamic-analysis-of"),
        *("exfiltrates-to", "exploits", "has", "hosts", "impersonates", "indicates", "investigates", "located-at", "mitigates"),
        *("originates-from", "owns", "part-of", "related-to", "remediates", "resolves-to", "static-analysis-of", "subtechnique-of"),
        *("targets", "uses", "variant-of"),
    }
)
"""Types of relationships (Appendix B), and those of ATT&CK."""

_LOCKHEED = "reconnaissance weaponization weaponize delivery exploitation installation command-and-control actions-on-objectives"
_MANDIANT = (
    "initial-reconnaissance initial-recon initial-compromise establish-foothold escalate-privileges internal-reconnaissance"
    " internal-recon move-laterally maintain-presence maintain-persistence complete-mission"
)
_ATTACK = (
    "reconnaissance resource-development initial-access execution persistence privilege-escalation defense-evasion stealth"
    " defense-impairment credential-access discovery lateral-movement collection command-and-control exfiltration impact"
    " inhibit-response-function impair-process-control evasion network-effects remote-service-effects"
)
KILL_CHAINS: Mapping[str, frozenset[str]] = {
    "lockheed-martin-cyber-kill-chain": frozenset(_LOCKHEED.split()),
    "mandiant-attack-lifecycle-model": frozenset(_MANDIANT.split()),
    "mitre-attack": frozenset(_ATTACK.split()),
    "mitre-mobile-attack": frozenset(_ATTACK.split()),
    "mitre-ics-attack": frozenset(_ATTACK.split()),
}
"""Public kill chains and their phases."""

_INSTEAD = {
    ("grouping", "context"): "unspecified",
    ("indicator", "pattern_type"): None,
    ("relationship", "relationship_type"): "related-to",
}
"""What stands for a word outside the vocabulary where there must be one; None leaves the word."""

_WORD = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}", re.ASCII)


def labels(item: Any) -> Any:
    """Of a list of labels those of LABELS."""
    return _only(item, lambda word: isinstance(word, str) and word.lower() in LABELS)


def words_of(type_name: str, name: str) -> Callable[[Any], Any]:
    """A function that leaves of a word or list of words those of the property's vocabulary."""
    model = MODELS.get(type_name)
    allowed = RELATIONSHIPS if name == "relationship_type" else getattr(model, "OPEN", {}).get(name, frozenset())
    instead = _INSTEAD.get((type_name, name), GONE)

    def words(item: Any) -> Any:
        if isinstance(item, list):
            return _only(item, lambda word: isinstance(word, str) and word in allowed)
        if not isinstance(item, str) or item in allowed:
            return item if isinstance(item, str) else GONE
        if instead is None:
            return item if _WORD.fullmatch(item) else GONE
        return instead

    return words


def phases(item: Any) -> Any:
    """Of kill chain phases those of public kill chains."""
    return _only(item, _is_phase)


def _is_phase(phase: Any) -> bool:
    if not isinstance(phase, dict) or phase.keys() != {"kill_chain_name", "phase_name"}:
        return False
    chain, name = phase["kill_chain_name"], phase["phase_name"]
    return isinstance(chain, str) and isinstance(name, str) and name in KILL_CHAINS.get(chain, ())


def _only(item: Any, allowed: Callable[[Any], bool]) -> Any:
    if not isinstance(item, list):
        return GONE
    kept = [word for word in item if allowed(word)]
    return item if len(kept) == len(item) else kept or GONE
