"""Rows 33 to 36: patterns and their authors, people who are accused, incidents, and the texts of the remaining types."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.leak.canaries import Role
from benchmarks.leak.plant import AMBIGUOUS, MIDNIGHT, Plant, Stix
from benchmarks.leak.values import uuid4


def _quoted(text: str) -> str:
    """As a string of the pattern language holds it."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


VICTIM_PATHS = (
    ("email-message:to_refs[*].value", "email"),
    ("email-message:cc_refs[*].value", "named-email"),
    ("email-message:bcc_refs[*].value", "email"),
    ("user-account:account_login", "account"),
    ("user-account:display_name", "person"),
    ("ipv4-addr:value", "inside-ip"),
    ("network-traffic:src_ref.value", "inside-ip"),
    ("x509-certificate:subject", "named-email"),
    ("domain-name:value", "host"),
    ("windows-registry-key:key", "sid"),
    ("process:command_line", "path"),
    ("directory:path", "path"),
    ("url:value", "login-url"),
    ("url:value", "mail-url"),
)
"""What an indicator's pattern names that is a victim's by its path or its form."""

AMBIGUOUS_PATHS = (("file:name", "document"), ("email-addr:value", "email"), ("url:value", "query-url"), ("mutex:name", "account"))
"""What is as often a threat's: a victim's there is known from nothing in the object."""


def patterns(plant: Plant) -> Iterator[Stix]:
    """33: constants that are somebody's, alone, beside a threat's, in expressions, and in other languages."""
    for path, kind in VICTIM_PATHS:
        yield plant.indicator(f"[{path} = {_quoted(plant.value('indicator.pattern', kind))}]")
    for path, kind in AMBIGUOUS_PATHS:
        yield plant.indicator(f"[{path} = {_quoted(plant.value('indicator.pattern', kind, place=AMBIGUOUS))}]")
    mixed = plant.value("indicator.pattern", "email")
    yield plant.indicator(f"[email-message:to_refs[*].value = {_quoted(mixed)} AND email-message:subject = 'minutes']")
    bad = plant.value("indicator.pattern", "email")
    yield plant.indicator(f"[domain-name:value = 'gate.badhost.example' OR email-message:cc_refs[*].value = {_quoted(bad)}]")
    yield plant.indicator(rf"[directory:path MATCHES '^C:\\\\Users\\\\{plant.value('indicator.pattern', 'account')}\\\\']")
    yield plant.indicator(f"[user-account:user_id LIKE '%{plant.value('indicator.pattern', 'account')}%']")
    author = plant.hidden("indicator.pattern", "person", Role.ANALYST).replace("\\", "\\\\").replace('"', '\\"')
    yield plant.indicator(f'rule Loader {{ meta: author = "{author}" strings: $a = "gate" condition: $a }}', pattern_type="yara")
    contact = plant.value("indicator.pattern", "email", Role.ANALYST)
    yield plant.indicator(f'alert tcp any any -> any 80 (msg:"gate, ask {contact}"; sid:1000001;)', pattern_type="snort")
    user = plant.value("indicator.pattern", "account")
    yield plant.indicator(f"title: Loader\nauthor: {plant.value('indicator.pattern', 'email', Role.ANALYST)}\ndetection:\n  a:\n"
                          f"    User: HOSPITAL\\{user}\n  condition: a\n", pattern_type="sigma")  # fmt: skip


def accused(plant: Plant) -> Iterator[Stix]:
    """34: persons who are called a threat."""
    yield plant.domain(
        "threat-actor", name=plant.hidden("threat-actor.name", "person"), aliases=[plant.hidden("threat-actor.aliases", "person")],
        threat_actor_types=["insider-accidental"], roles=["agent"], goals=[plant.text("threat-actor.goals")],
        description=plant.text("threat-actor.description"), resource_level="individual",
    )  # fmt: skip
    yield plant.domain("intrusion-set", name=plant.hidden("intrusion-set.name", "person"), resource_level="individual",
                       aliases=[plant.hidden("intrusion-set.aliases", "account")])  # fmt: skip
    yield plant.domain("campaign", name="Campaign", objective=plant.text("campaign.objective"))


def incidents(plant: Plant) -> Iterator[Stix]:
    """35: what happened to whom, with an extension as incident suites use them."""
    schema = f"extension-definition--{uuid4(plant.ledger.random)}"
    yield plant.domain(
        "incident", name=plant.text("incident.name"), description=plant.text("incident.description"),
        extensions={schema: {
            "extension_type": "property-extension", "investigation_status": "open",
            "impacted_entity": plant.hidden("incident.extensions.*", "organization"),
            "events": [{"name": plant.hidden("incident.extensions.*", "person"), "at": plant.value("incident.extensions.*", "time")}],
        }},
    )  # fmt: skip
    yield plant.domain("x-impact", description=plant.text("x-impact.description"), start_time=plant.value("x-impact.start_time", "time"))


def remaining(plant: Plant) -> Iterator[Stix]:
    """36: vulnerabilities, remedies, tools and techniques."""
    for name, more in (
        ("vulnerability", {"name": "CVE-2026-0003"}), ("attack-pattern", {"name": "Mail with an archive"}), ("tool", {"name": "Copy tool"}),
        ("infrastructure", {"name": "Gate"}),
    ):  # fmt: skip
        yield plant.domain(name, **more, description=plant.text(f"{name}.description"))
    yield plant.domain("course-of-action", name="Block", description=plant.text("course-of-action.description"),
                       action_bin=plant.packed("course-of-action.action_bin"))  # fmt: skip
    yield plant.domain("tool", name=plant.hidden("tool.name", "account"), tool_version=plant.hidden("tool.tool_version", "account"),
                       aliases=[plant.hidden("tool.aliases", "person")])  # fmt: skip
    yield plant.domain("report", name=plant.text("report.name"), published=MIDNIGHT, object_refs=[plant.creator])
