"""Rows 1, 9 to 15: who wrote it, people and organisations, where they are, their mail and their accounts."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.leak.canaries import Role
from benchmarks.leak.plant import Plant, Stix


def created_by(plant: Plant) -> Iterator[Stix]:
    """1: a submitter that nobody else is, known by its id and by its name."""
    author = plant.domain(
        "identity", created_by_ref=None, identity_class="organization", name=plant.value("identity.name", "organization", Role.REPORTER),
        contact_information=plant.hidden("identity.contact_information", "email", Role.REPORTER),
    )  # fmt: skip
    plant.whose(author, "created_by_ref", Role.REPORTER)
    yield author
    yield plant.indicator(created_by_ref=author["id"])


def identity(plant: Plant) -> Iterator[Stix]:
    """9: a person, and an organisation that was hit."""
    yield plant.domain(
        "identity", identity_class="individual", name=plant.hidden("identity.name", "person"),
        contact_information=plant.text("identity.contact_information"), roles=[plant.hidden("identity.roles", "account")],
        description=plant.text("identity.description"),
    )  # fmt: skip
    victim = plant.domain(
        "identity", identity_class="organization", name=plant.hidden("identity.name", "organization"), sectors=["healthcare"],
        contact_information=plant.hidden("identity.contact_information", "phone"),
    )  # fmt: skip
    yield victim
    family = plant.malware()
    yield family
    yield plant.link(family, "targets", victim)


def location(plant: Plant) -> Iterator[Stix]:
    """10: an office, to the metre."""
    yield plant.domain(
        "location", latitude=float(plant.value("location.latitude", "degrees")),
        longitude=float(plant.value("location.longitude", "degrees")), precision=25.0,
        country=plant.locale.country.lower(), region="western-europe", city=plant.hidden("location.city", "town"),
        street_address=plant.hidden("location.street_address", "street"), postal_code=plant.hidden("location.postal_code", "postcode"),
        name=plant.hidden("location.name", "organization"),
    )  # fmt: skip


def email_addr(plant: Plant) -> Iterator[Stix]:
    """11: a mailbox and its owner."""
    account = plant.observable("user-account", account_login=plant.value("user-account.account_login", "account"), account_type="unix")
    yield account
    yield plant.observable(
        "email-addr", value=plant.value("email-addr.value", "email"), display_name=plant.hidden("email-addr.display_name", "person"),
        belongs_to_ref=account["id"],
    )  # fmt: skip
    yield plant.observable("email-addr", value=plant.value("email-addr.value", "named-email"))


def _mailbox(plant: Plant, kind: str = "email") -> Stix:
    return plant.observable("email-addr", value=plant.value("email-addr.value", kind))


def email_recipients(plant: Plant) -> Iterator[Stix]:
    """12: to, cc and bcc are victims, from is the threat."""
    to, copy, blind = _mailbox(plant), _mailbox(plant, "named-email"), _mailbox(plant)
    sender = plant.observable("email-addr", value=plant.threat("email-addr.value", "bad-email"))
    mail = plant.observable(
        "email-message", is_multipart=False, from_ref=sender["id"], sender_ref=sender["id"], to_refs=[to["id"]], cc_refs=[copy["id"]],
        bcc_refs=[blind["id"]], subject=plant.hidden("email-message.subject", "person"),
    )  # fmt: skip
    yield from (to, copy, blind, sender, mail)
    yield plant.indicator(f"[email-message:from_ref.value = '{plant.threat('indicator.pattern', 'bad-email')}']")


def email_body(plant: Plant) -> Iterator[Stix]:
    """13: what was written, and the mail as it was."""
    raw = plant.observable(
        "artifact", mime_type="message/rfc822", payload_bin=plant.packed("artifact.payload_bin"), hashes=plant.hashes(),
    )  # fmt: skip
    yield raw
    yield plant.observable(
        "email-message", is_multipart=False, subject=plant.text("email-message.subject"), body=plant.text("email-message.body"),
        raw_email_ref=raw["id"],
    )  # fmt: skip
    yield plant.observable(
        "email-message", is_multipart=True, subject="minutes",
        body_multipart=[
            {"content_type": "text/plain; charset=utf-8", "body": plant.text("email-message.body_multipart.body")},
            {"content_type": "message/rfc822", "body_raw_ref": raw["id"], "content_disposition": plant.hidden(
                "email-message.body_multipart.content_disposition", "document")},
        ],
    )  # fmt: skip


def email_headers(plant: Plant) -> Iterator[Stix]:
    """14: hosts on the way, and headers that name people."""
    yield plant.observable(
        "email-message", is_multipart=False, date=plant.value("email-message.date", "time"),
        message_id=f"<1.{plant.value('email-message.message_id', 'account')}@mail.hospital.example>", subject="minutes",
        received_lines=[
            f"from {plant.value('email-message.received_lines', 'host')}"
            f" ([{plant.value('email-message.received_lines', 'inside-ip')}]) by mx",
        ],
        additional_header_fields={
            "X-Originating-IP": [plant.value("email-message.additional_header_fields", "inside-ip")],
            "Delivered-To": [plant.hidden("email-message.additional_header_fields", "email")],
            "Reply-To": [plant.hidden("email-message.additional_header_fields", "email")],
            "X-Sender": [plant.hidden("email-message.additional_header_fields", "person")],
        },
    )  # fmt: skip


def user_account(plant: Plant) -> Iterator[Stix]:
    """15: an account with everything that it may have, the password too."""
    yield plant.observable(
        "user-account", user_id=plant.hidden("user-account.user_id", "domain-account"), account_type="windows-domain",
        account_login=plant.hidden("user-account.account_login", "account"),
        display_name=plant.hidden("user-account.display_name", "person"),
        credential=plant.hidden("user-account.credential", "secret"), account_created=plant.value("user-account.account_created", "time"),
        account_last_login=plant.value("user-account.account_last_login", "time"),
        credential_last_changed=plant.value("user-account.credential_last_changed", "time"),
        extensions={"unix-account-ext": {
            "gid": 1001, "groups": [plant.hidden("user-account.extensions.unix-account-ext.groups", "account")],
            "home_dir": plant.hidden("user-account.extensions.unix-account-ext.home_dir", "unix-path"), "shell": "/bin/sh",
        }},
    )  # fmt: skip
