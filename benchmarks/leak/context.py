"""Rows 2 to 8 of every object: times, references, labels, texts, unknown properties, translations, ids."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.leak.canaries import Role
from benchmarks.leak.plant import LATER, MIDNIGHT, Plant, Stix
from benchmarks.leak.recipients import TLP_IDS
from benchmarks.leak.values import uuid4


def times(plant: Plant) -> Iterator[Stix]:
    """2: when somebody works, and to the millisecond which of their programs wrote it."""
    made = plant.value("indicator.created", "time", Role.REPORTER)
    yield plant.indicator(created=made, modified=made, valid_from=made)
    yield plant.malware(
        created=(made := plant.value("malware.created", "time", Role.REPORTER)), modified=made,
        first_seen=(seen := plant.value("malware.first_seen", "time", Role.REPORTER)), last_seen=seen,
    )  # fmt: skip
    yield plant.domain("campaign", name="Campaign", first_seen=plant.value("campaign.first_seen", "time", Role.REPORTER))


def references(plant: Plant) -> Iterator[Stix]:
    """3: tickets, intranet pages, and who wrote them."""
    at = "external_references"
    yield plant.indicator(external_references=[
        {"source_name": "helpdesk", "external_id": plant.hidden(f"{at}.external_id", "ticket", Role.REPORTER),
         "url": plant.value(f"{at}.url", "intranet", Role.REPORTER), "description": plant.text(f"{at}.description", Role.REPORTER)},
        {"source_name": plant.hidden(f"{at}.source_name", "organization", Role.REPORTER), "external_id": "1"},
        {"source_name": "cve", "external_id": "CVE-2026-0001", "description": plant.text(f"{at}.description", Role.REPORTER)},
    ])  # fmt: skip


def labels(plant: Plant) -> Iterator[Stix]:
    """4: tags that name somebody."""
    yield plant.indicator(
        labels=["phishing", f"victim:{plant.hidden('labels', 'person')}", plant.hidden("labels", "ticket", Role.REPORTER)]
    )


def texts(plant: Plant) -> Iterator[Stix]:
    """5: names and descriptions of what is passed on."""
    yield plant.indicator(name=plant.text("indicator.name"), description=plant.text("indicator.description"))
    yield plant.malware(
        name=plant.hidden("malware.name", "person"), description=plant.text("malware.description"),
        aliases=[plant.hidden("malware.aliases", "person")],
    )  # fmt: skip
    yield plant.domain("campaign", name=plant.text("campaign.name"), description=plant.text("campaign.description"),
                       objective=plant.text("campaign.objective"))  # fmt: skip
    yield plant.domain(
        "intrusion-set", name="Set", goals=[plant.text("intrusion-set.goals")], description=plant.text("intrusion-set.description")
    )
    subject = plant.malware()
    yield subject
    yield plant.domain(
        "report", name=plant.text("report.name"), description=plant.text("report.description"), published=MIDNIGHT,
        report_types=[plant.hidden("report.report_types", "ticket", Role.REPORTER)], object_refs=[subject["id"]],
    )  # fmt: skip
    yield plant.domain("grouping", name=plant.text("grouping.name"), context=plant.hidden("grouping.context", "ticket"),
                       description=plant.text("grouping.description"), object_refs=[subject["id"]])  # fmt: skip
    yield plant.domain("infrastructure", name=plant.text("infrastructure.name"), description=plant.text("infrastructure.description"))
    yield plant.link(plant_indicator := plant.indicator(), "indicates", subject, description=plant.text("relationship.description"))
    yield plant_indicator


def unknown(plant: Plant) -> Iterator[Stix]:
    """6: properties that nobody has defined, extensions in extensions, and a property whose very name is somebody's."""
    schema = f"extension-definition--{uuid4(plant.ledger.random)}"
    yield plant.domain(
        "extension-definition", id=schema, name=plant.hidden("extension-definition.name", "organization", Role.REPORTER), version="1.0",
        schema=plant.value("extension-definition.schema", "intranet", Role.REPORTER), extension_types=["property-extension"],
        description=plant.text("extension-definition.description", Role.REPORTER),
    )  # fmt: skip
    yield plant.indicator(
        x_victim=plant.hidden("x_victim", "person"), **{plant.value("x_*", "name-property"): True},
        extensions={schema: {
            "extension_type": "property-extension", "victim": plant.hidden("extensions.*", "email"),
            "more": {"extensions": {"inner": {"contact": [plant.hidden("extensions.*.extensions.*", "phone")]}}},
        }},
    )  # fmt: skip
    yield plant.malware(
        contact_person=plant.hidden("unknown", "person"), victims=[{"mail": plant.hidden("unknown", "email")}],
        extensions={f"extension-definition--{uuid4(plant.ledger.random)}": {"extension_type": "toplevel-property-extension"}},
    )  # fmt: skip
    yield plant.domain("x-ticket", subject=plant.hidden("x-ticket.subject", "person"), body=plant.text("x-ticket.body"))


def translations(plant: Plant) -> Iterator[Stix]:
    """7: the same in another language, of an object and of one that is marked RED."""
    subject = plant.domain("campaign", name="Campaign", description="Mail with an archive.")
    yield subject
    yield plant.domain("language-content", object_ref=subject["id"], object_modified=MIDNIGHT, contents={
        "de": {"description": plant.text("language-content.contents")}, "fr": {"name": plant.hidden("language-content.contents", "person")},
    })  # fmt: skip
    hidden = plant.domain(
        "campaign", name=plant.hidden("campaign.name", "codename", Role.VICTIM, tlp="red"), object_marking_refs=[TLP_IDS["red"]]
    )
    plant.whose(hidden, "campaign.id", Role.VICTIM, "red")
    yield hidden
    yield plant.domain("language-content", object_ref=hidden["id"], contents={
        "es": {"name": plant.hidden("language-content.contents", "codename", Role.VICTIM, tlp="red")},
    })  # fmt: skip


def ids(plant: Plant) -> Iterator[Stix]:
    """8: ids that are made of a value, also where only the id stands."""
    mailbox = plant.observable("email-addr", value=plant.value("email-addr.id", "email"))
    page = plant.observable("url", value=plant.value("url.id", "query-url"))
    account = plant.observable("user-account", account_login=plant.value("user-account.id", "account"))
    for item in (mailbox, page, account):
        plant.whose(item, f"{item['type']}.id", Role.VICTIM)
        yield item
    yield plant.domain("report", name="Week 6", published=MIDNIGHT, object_refs=[mailbox["id"], page["id"], account["id"]])


def marked_parts(plant: Plant) -> Iterator[Stix]:
    """Parts of a sharable object that are marked RED: a text, the second of two equal labels, one reference of two."""
    label = plant.hidden("labels", "ticket", Role.VICTIM, tlp="red")
    yield plant.indicator(
        description=plant.text("indicator.description", tlp="red"), labels=["phishing", label, "phishing"], confidence=0,
        external_references=[
            {"source_name": "cve", "external_id": "CVE-2026-0002"},
            {"source_name": "helpdesk", "external_id": plant.hidden("external_references", "ticket", Role.REPORTER, tlp="red")},
        ],
        granular_markings=[{"marking_ref": TLP_IDS["red"], "selectors": ["description", "labels.[1]", "external_references.[1]"]}],
    )  # fmt: skip
    yield plant.malware(
        name="Loader", aliases=[plant.hidden("malware.aliases", "codename", Role.VICTIM, tlp="red"), "Loader B"], modified=LATER,
        granular_markings=[{"marking_ref": TLP_IDS["red"], "selectors": ["aliases.[0]"]}],
    )  # fmt: skip
