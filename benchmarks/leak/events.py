"""Rows 29 to 32: what was seen, by whom, what was written about it, and what holds others together."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.leak.canaries import Role
from benchmarks.leak.plant import MIDNIGHT, Plant, Stix
from benchmarks.leak.recipients import TLP_IDS


def observed(plant: Plant) -> Iterator[Stix]:
    """29: a victim's telemetry, and the old container with objects inside."""
    address = plant.observable("ipv4-addr", value=plant.value("ipv4-addr.value", "inside-ip"))
    yield address
    yield plant.domain(
        "observed-data", first_observed=(at := plant.value("observed-data.first_observed", "time")), last_observed=at, number_observed=1,
        object_refs=[address["id"]],
    )  # fmt: skip
    yield plant.domain(
        "observed-data", first_observed=(at := plant.value("observed-data.first_observed", "time")), last_observed=at, number_observed=3,
        objects={
            "0": {"type": "email-addr", "value": plant.value("observed-data.objects", "email"),
                  "display_name": plant.hidden("observed-data.objects", "person")},
            "1": {"type": "user-account", "account_login": plant.value("observed-data.objects", "account")},
        },
    )  # fmt: skip


def sightings(plant: Plant) -> Iterator[Stix]:
    """30: who saw it, in their own words, and when."""
    where = plant.domain("identity", identity_class="organization", name=plant.hidden("identity.name", "organization", Role.REPORTER))
    plant.whose(where, "sighting.where_sighted_refs", Role.REPORTER)
    subject = plant.indicator()
    yield from (where, subject)
    yield plant.domain(
        "sighting", sighting_of_ref=subject["id"], where_sighted_refs=[where["id"]], count=7,
        summary=False, description=plant.text("sighting.description", Role.REPORTER),
        first_seen=(at := plant.value("sighting.first_seen", "time", Role.REPORTER)), last_seen=at,
    )  # fmt: skip


def notes(plant: Plant) -> Iterator[Stix]:
    """31: analysts, by name and by what they write."""
    subject = plant.indicator()
    yield subject
    yield plant.domain(
        "note", content=plant.text("note.content", Role.ANALYST), abstract=plant.text("note.abstract", Role.ANALYST),
        authors=[plant.hidden("note.authors", "person", Role.ANALYST)], object_refs=[subject["id"]],
    )  # fmt: skip
    yield plant.domain(
        "opinion", opinion="agree", explanation=plant.text("opinion.explanation", Role.ANALYST),
        authors=[plant.hidden("opinion.authors", "person", Role.ANALYST)], object_refs=[subject["id"]],
    )  # fmt: skip


def containers(plant: Plant) -> Iterator[Stix]:
    """32: what refers to an object that nobody may have: by its id alone it would be known."""
    red = {"object_marking_refs": [TLP_IDS["red"]]}
    hidden = plant.malware(name=plant.hidden("malware.name", "codename", Role.VICTIM, tlp="red"), **red)
    plant.whose(hidden, "object_refs", Role.VICTIM, "red")
    machine = plant.observable("file", name=plant.hidden("file.name", "document", tlp="red"), **red)
    plant.whose(machine, "malware-analysis.host_vm_ref", Role.VICTIM, "red")
    subject = plant.indicator()
    yield from (hidden, machine, subject)
    yield plant.domain("report", name="Week 7", published=MIDNIGHT, object_refs=[subject["id"], hidden["id"]])
    yield plant.domain("report", name="Week 8", published=MIDNIGHT, object_refs=[hidden["id"]])
    yield plant.domain("grouping", context="suspicious-activity", object_refs=[hidden["id"], subject["id"]])
    yield plant.link(subject, "indicates", hidden)
    yield plant.malware(sample_refs=[machine["id"]])
    yield plant.domain(
        "malware-analysis", product="sandbox", result="malicious", sample_ref=machine["id"], analysis_sco_refs=[machine["id"]]
    )
    yield plant.domain("note", content="See above.", object_refs=[subject["id"], hidden["id"]])
