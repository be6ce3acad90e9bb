"""What goes out for one fixed world, byte for byte, and the keys by which the catalogue and recipients know things.

A change here is a change for people: other keys merge anew what a hub holds, other ids or bytes publish everything once more. Where it
is meant, write the files anew with TEARLINE_WRITE_GOLDEN=1 and say why in the change log.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import orjson
import pytest

from schemas.patterns import pattern_key
from tests.support.objects import (
    Served,
    domain,
    identifier,
    identity,
    indicator,
    malware,
    marked,
    note,
    observable,
    policy,
    record,
    relationship,
    report,
    served,
    sighting,
    statement_marking,
    states,
    terms,
)
from tests.unit.schemas.patterns.test_keys import FOLDS
from transforms.bundle import bundle
from transforms.terms import Terms

HERE = Path(__file__).parent

AUTHOR = identity("author", contact_information="desk@author.example")
COPYRIGHT = statement_marking("copyright")
FIRST = marked(
    indicator("first", created_by_ref=AUTHOR["id"], description="What we saw.", labels=["seen"], confidence=60, x_ticket="T-1"), "green"
)
SECOND = marked(indicator("second", "[ipv4-addr:value = '198.51.100.7/32']", created_by_ref=AUTHOR["id"]), "amber")
THIRD = indicator("third", "[url:value = 'HTTPS://C2.Example/Path']", valid_until="2027-01-01T00:00:00Z")
FAMILY = malware("family", external_references=[{"source_name": "notes", "url": "https://author.example/1", "external_id": "N-1"}])
HOST = observable("domain-name", value="Host.Example", resolves_to_refs=[observable("ipv4-addr", value="198.51.100.7")["id"]])
SAMPLE = observable("file", name="a.exe", hashes={"SHA-256": "a" * 64}, extensions={"ntfs-ext": {"sid": "S-1-5-21"}})
LINKS = [relationship("one", FIRST, FAMILY), relationship("two", SECOND, FAMILY), relationship("three", THIRD, HOST, "based-on")]
WORLD: list[Served] = [
    served(AUTHOR),
    served(COPYRIGHT),
    served(FIRST),
    served(SECOND),
    served({**THIRD, "modified": "2026-02-03T04:05:06.789Z"}, {**THIRD, "modified": "2026-03-01T00:00:00.000Z", "confidence": 10}),
    served(FAMILY),
    served(HOST, enrichment=b'[{"source":"public-suffix","source_version":"1","path":"value","public_suffix":"example"}]'),
    served(SAMPLE),
    *(served(link) for link in LINKS),
    served(sighting("seen", FIRST, where_sighted_refs=[AUTHOR["id"]])),
    served(report("weekly", [FIRST, SECOND, LINKS[0], HOST, identifier("tool", "nobody has it")], created_by_ref=AUTHOR["id"])),
    served(note("remark", [SECOND])),
    served(marked(domain("attack-pattern", "technique", name="Technique"), COPYRIGHT["id"])),
    served(marked(malware("lost"), "red"), producer="other"),
    served({**indicator("ended", "[mutex:name = 'm']"), "revoked": True}),
]
RECIPIENTS = {
    "open": policy("taker", release={"statements": "pass"}, minimize={"enrichment": "keep", "paths": {"*.x_*": "keep"}}),
    "careful": policy(
        "taker",
        release={"tlp_max": "green", "min_confidence": 0},
        minimize={"paths": {"*.created_by_ref": "drop", "*.description": "drop", "*.external_references.url": "drop", "file.name": "drop"}},
    ),
    "nothing": policy("taker", release={"types": []}),
}


def compare(name: str, made: Any) -> None:
    path = HERE / name
    text = orjson.dumps(made, option=orjson.OPT_INDENT_2).decode() + "\n"
    if os.environ.get("TEARLINE_WRITE_GOLDEN"):
        path.write_text(text)
    assert text == path.read_text(), f"{path.name} differs: see the first lines of this module"


def released(under: Terms) -> list[dict[str, Any]]:
    return [
        {
            "handle": item.handle.hex(),
            "decision": item.decision,
            "reason": item.reason,
            "transforms": list(item.transforms),
            "digest": item.digest.hex(),
            "bodies": [body.decode() for body in item.bodies],
        }
        for item in states(WORLD, under)
    ]


@pytest.mark.parametrize("name", RECIPIENTS)
def test_what_goes_out(name: str) -> None:
    compare(f"release_{name}.json", released(terms(rules=RECIPIENTS[name])))


def test_how_it_is_bundled() -> None:
    under = terms(rules=RECIPIENTS["careful"])
    packets = bundle(states(WORLD, under), under, "slot/d0")
    compare("bundle.json", [{"bundle": packet.bundle.decode(), "ledger": orjson.loads(packet.ledger)} for packet in packets])


def test_by_what_keys_it_is_known() -> None:
    keys = {value["id"]: record(value, item.producer).key.hex() for item in WORLD for value in item.versions[-1:]}
    compare("content_keys.json", keys)


def test_what_patterns_mean() -> None:
    compare("pattern_keys.json", {pattern: pattern_key(pattern, "stix") for patterns in FOLDS.values() for pattern in patterns})
