"""grants/: what counts, what does not and why, and the commands for originators and for the hub."""

from __future__ import annotations

import json
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

from pipeline.cli.grant import app
from pipeline.grant_keys import public_half, read_signing_key, write_signing_key
from pipeline.grants import STATES, Grants, judge, read_grants
from schemas.errors import ConfigError
from schemas.sharing import Partner
from schemas.sharing.grants import GrantSet, sign
from tests.support.hubs import write_yaml

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OLD = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
FOREIGN = Ed25519PrivateKey.from_private_bytes(bytes(range(2, 34)))
OBJECT = "indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f"
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
KEYS: list[dict[str, Any]] = [
    {"id": "k-1", "key": public_half(KEY).key},
    {"id": "k-0", "key": public_half(OLD).key, "until": "2026-05-01"},
]
PARTNERS = {
    "giver": Partner.model_validate({"id": "giver", "name": "G", "kind": "csirt", "grant_keys": KEYS}),
    "other": Partner.model_validate(
        {"id": "other", "name": "O", "kind": "csirt", "grant_keys": [{"id": "k-1", "key": public_half(FOREIGN).key}]}
    ),
    "taker": Partner(id="taker", name="T", kind="csirt"),
}


def grant(key: Ed25519PrivateKey = KEY, **changes: Any) -> bytes:
    base = {
        "statement": "grant",
        "id": "g1",
        "originator": "giver",
        "recipients": ["taker"],
        "scope": {"objects": [OBJECT]},
        "valid_from": "2026-04-01T00:00:00Z",
        "valid_until": "2026-09-01T00:00:00Z",
        "issued": "2026-04-01T00:00:00Z",
        "key": "k-1",
    }
    return sign({**base, **changes}, key)


def revocation(key: Ed25519PrivateKey = KEY, **changes: Any) -> bytes:
    base = {"statement": "revocation", "revokes": "g1", "originator": "giver", "issued": "2026-05-01T00:00:00Z", "key": "k-1"}
    return sign({**base, **changes}, key)


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TEARLINE_CLOCK", NOW.isoformat())
    (tmp_path / "tearline.yaml").write_text("")
    (tmp_path / "partners").mkdir()
    for name, partner in PARTNERS.items():
        content = {"id": name, "name": partner.name, "kind": "csirt"}
        keys = [{"id": item.id, "key": item.key} | ({"until": "2026-05-01"} if item.until else {}) for item in partner.grant_keys]
        write_yaml(tmp_path / "partners" / f"{name}.yaml", {**content, "grant_keys": keys})
    (tmp_path / "grants").mkdir()
    return tmp_path


def put(hub: Path, **files: bytes) -> Grants:
    for name, body in files.items():
        (hub / "grants" / f"{name.replace('_', '.')}.json").write_bytes(body)
    return read_grants(hub, PARTNERS, "hub")


def states(found: Grants, now: datetime = NOW) -> dict[str, str]:
    return {file.name: file.state(now) for file in found.files}


def covers(found: GrantSet, **changes: Any) -> str | None:
    asked: dict[str, Any] = {"producer": "giver", "recipient": "taker", "feed": "f", "source_id": OBJECT, "type": "indicator"}
    return found.covering(**{**asked, "labels": (), "tlp": None, "slot": NOW, **changes})


def test_a_folder_without_grants_grants_nothing(tmp_path: Path) -> None:
    assert read_grants(tmp_path, PARTNERS, "hub") == Grants()


def test_a_grant_in_order_counts_in_its_time(hub: Path) -> None:
    found = put(hub, g1=grant())
    assert states(found) == {"g1.json": "in force"}
    assert covers(found.set) == "g1"
    assert found.mistakes(NOW) == []
    assert states(found, NOW - timedelta(days=90)) == {"g1.json": "not yet"}
    assert found.mistakes(NOW - timedelta(days=90)) == []
    assert states(found, NOW + timedelta(days=92)) == {"g1.json": "expired"}
    assert found.mistakes(NOW + timedelta(days=92))[0].startswith("grants/g1.json: expired: its time is over")


@pytest.mark.parametrize(
    ("body", "state"),
    [
        (b"", "broken"),
        (grant()[:-40], "broken"),
        (json.dumps(json.loads(grant()), indent=1).encode(), "broken"),
        (grant(id="g2"), "misnamed"),
        (grant(hub="another"), "other hub"),
        (grant(originator="stranger"), "unknown originator"),
        (grant(originator="taker"), "unknown key"),
        (grant().replace(b'"k-1"', b'"k-9"'), "unknown key"),
        (grant(FOREIGN), "forged"),
        (grant(OLD), "forged"),
        (grant().replace(b'"taker"', b'"other"'), "forged"),
        (grant(originator="other"), "forged"),
    ],
)
def test_what_is_not_wholly_in_order_never_counts_and_is_listed(hub: Path, body: bytes, state: str) -> None:
    found = put(hub, g1=body, g3=grant(id="g3", scope={"feed": "f"}))
    assert states(found) == {"g1.json": state, "g3.json": "in force"}
    assert [line.startswith(f"grants/g1.json: {state}: ") for line in found.mistakes(NOW)] == [True]
    assert found.set == put(hub, g1=b"").set
    assert covers(found.set) == "g3"


def test_a_file_that_cannot_be_read_is_listed(hub: Path) -> None:
    (hub / "grants" / "g1.json").mkdir()
    found = read_grants(hub, PARTNERS, "hub")
    assert states(found) == {"g1.json": "broken"}
    assert "cannot be read" in found.mistakes(NOW)[0]


def test_a_grant_ends_with_the_key_that_signed_it(hub: Path) -> None:
    found = put(hub, g1=sign_with(OLD, "k-0", grant()))
    assert states(found) == {"g1.json": "key ended"}
    assert covers(found.set) is None
    assert covers(found.set, slot=datetime(2026, 4, 30, tzinfo=UTC)) == "g1"
    assert found.set.next_change(datetime(2026, 4, 15, tzinfo=UTC)) == datetime(2026, 5, 1, tzinfo=UTC)


def sign_with(key: Ed25519PrivateKey, name: str, body: bytes) -> bytes:
    content = json.loads(body)
    del content["signature"]
    return sign({**content, "key": name}, key)


def test_a_revocation_takes_back_what_was_signed_before_it(hub: Path) -> None:
    found = put(hub, g1=grant(), g1_revoked=revocation())
    assert states(found) == {"g1.json": "revoked", "g1.revoked.json": "revocation"}
    assert not found.set
    assert len(found.mistakes(NOW)) == 1
    assert states(put(hub, g1=grant(issued="2026-05-01T00:00:00Z")))["g1.json"] == "revoked"
    again = put(hub, g1=grant(issued="2026-05-01T00:00:01Z"))
    assert states(again)["g1.json"] == "in force"


def test_the_revocation_of_an_ended_key_counts(hub: Path) -> None:
    assert not put(hub, g1=grant(), g1_revoked=sign_with(OLD, "k-0", revocation())).set


@pytest.mark.parametrize(
    "body", [b"", b"{}", revocation()[:-9], revocation(FOREIGN), revocation(originator="other"), grant(), grant(id="g2")]
)
def test_a_revocation_that_is_not_in_order_brings_nothing_back(hub: Path, body: bytes) -> None:
    found = put(hub, g1=grant(issued="2026-05-02T00:00:00Z"), g1_revoked=body)
    assert states(found)["g1.json"] == "revoked"
    assert not found.set
    assert len(found.mistakes(NOW)) == 2


def test_a_revocation_of_somebody_else_takes_nothing_back(hub: Path) -> None:
    foreign = revocation(FOREIGN, originator="other", revokes="g1")
    assert states(put(hub, g1=grant(), g9_revoked=foreign)) == {"g1.json": "in force", "g9.revoked.json": "misnamed"}


@given(st.binary(max_size=200), st.sampled_from([grant(), revocation()]), st.data())
def test_foreign_and_unsigned_files_change_nothing(junk: bytes, body: bytes, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(body) - 1))
    for changed in (junk, body[:at] + junk + body[at + len(junk) :]):
        file = judge("g1.json", changed, PARTNERS, "hub")
        assert file.fault or changed.rstrip(b"\n") == grant().rstrip(b"\n")


def test_every_state_is_described() -> None:
    assert all(STATES[state] or state in ("in force", "revocation", "broken") for state in STATES)


# the commands


def call(*words: str | Path) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


def done(*words: str | Path) -> str:
    found = call(*words)
    assert found.exception is None, found.exception
    return found.output


def refused(*words: str | Path) -> str:
    found = call(*words)
    assert isinstance(found.exception, ConfigError), found.exception
    return str(found.exception)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An originator's folder, without any hub."""
    folder = tmp_path / "desk"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def enrol(hub: Path, public: dict[str, str]) -> None:
    write_yaml(
        hub / "partners" / "giver.yaml",
        {"id": "giver", "name": "G", "kind": "csirt", "grant_keys": [{"id": public["id"], "key": public["key"]}]},
    )


def test_a_grant_from_the_making_of_its_key_to_its_end(hub: Path, desk: Path) -> None:
    public = json.loads(done("keygen", "my.pem", "--json"))
    assert (desk / "my.pem").stat().st_mode & 0o777 == 0o600
    basics = ("--key", "my.pem", "--originator", "giver", "--to", "taker", "--until", "2026-12-31")
    assert "tearline grant add g1.json" in done("new", *basics, "--object", OBJECT, "--id", "g1")
    assert "originator: giver" in done("verify", "g1.json", "--public", public["key"])
    assert "unknown key" in refused("add", "g1.json", "--dir", hub)
    enrol(hub, public)
    (desk / "from the mail (1).json").write_bytes((desk / "g1.json").read_bytes())
    done("add", "from the mail (1).json", "--dir", hub)
    rows = json.loads(done("list", "--json", "--dir", hub))
    assert [(row["file"], row["state"], row["to"], row["scope"], row["until"]) for row in rows] == [
        ("g1.json", "in force", "taker", "1 object", "2026-12-31T00:00:00Z")
    ]
    done("revoke", "g1.json", "--key", "my.pem")
    done("add", "g1.revoked.json", "--dir", hub)
    assert "revoked" in done("list", "--dir", hub)
    assert "has revoked it" in refused("add", "g1.json", "--dir", hub)
    (hub / "grants" / "g1.json").unlink()
    assert "has revoked it" in refused("add", "g1.json", "--dir", hub)


def test_only_what_counts_or_will_is_added(hub: Path, desk: Path) -> None:
    for body, state in ((grant(FOREIGN), "forged"), (grant(valid_until="2026-05-15T00:00:00Z"), "expired"), (grant(hub="x"), "other hub")):
        (desk / "in.json").write_bytes(body)
        assert f"in.json: {state}: " in refused("add", "in.json", "--dir", hub)
    (desk / "in.json").write_bytes(grant(valid_from="2026-08-01T00:00:00Z"))
    done("add", "in.json", "--dir", hub)
    assert [row["state"] for row in json.loads(done("list", "--json", "--dir", hub))] == ["not yet"]
    (desk / "in.json").write_bytes(b"canary")
    assert "canary" not in refused("add", "in.json", "--dir", hub)
    assert "cannot be read" in refused("add", "nothing.json", "--dir", hub)


def test_an_older_statement_never_replaces_a_later_one(hub: Path, desk: Path) -> None:
    wide, narrow = grant(recipients=["taker", "other"]), grant(issued="2026-05-01T00:00:00Z")
    (desk / "wide.json").write_bytes(wide)
    (desk / "narrow.json").write_bytes(narrow)
    done("add", "wide.json", "--dir", hub)
    done("add", "narrow.json", "--dir", hub)
    assert "older than grants/g1.json" in refused("add", "wide.json", "--dir", hub)
    assert (hub / "grants" / "g1.json").read_bytes() == narrow
    done("add", "narrow.json", "--dir", hub)
    (desk / "early.json").write_bytes(revocation(issued="2026-04-15T00:00:00Z"))
    (desk / "late.json").write_bytes(revocation(issued="2026-05-20T00:00:00Z"))
    done("add", "late.json", "--dir", hub)
    assert "older than grants/g1.revoked.json" in refused("add", "early.json", "--dir", hub)
    assert not read_grants(hub, PARTNERS, "hub").set


def test_a_grant_signed_after_the_revocation_counts(hub: Path, desk: Path) -> None:
    for name, body in (("a", grant()), ("b", revocation()), ("c", grant(issued="2026-05-02T00:00:00Z"))):
        (desk / f"{name}.json").write_bytes(body)
        done("add", f"{name}.json", "--dir", hub)
    assert covers(read_grants(hub, PARTNERS, "hub").set) == "g1"


@pytest.mark.parametrize(
    ("words", "scope"),
    [
        (("--object", OBJECT.upper().replace("INDICATOR", "indicator")), {"objects": [OBJECT]}),
        (("--feed", "harbor"), {"feed": "harbor"}),
        (
            ("--tlp-max", "amber+strict", "--type", "indicator", "--type", "malware", "--label", "x", "--topic", "attack:T1566"),
            {"query": {"tlp_max": "amber+strict", "types": ["indicator", "malware"], "labels": ["x"], "topics": ["attack:T1566"]}},
        ),
    ],
)
def test_the_scopes_of_a_new_grant(hub: Path, desk: Path, words: tuple[str, ...], scope: dict[str, Any]) -> None:
    done("keygen", "my.pem")
    basics = ("--key", "my.pem", "--originator", "giver", "--to", "taker", "--to", "other", "--until", "2026-12-31", "--hub", "hub")
    made = json.loads(done("new", *basics, "--from", "2026-07-01T12:00:00+02:00", *words, "--json"))
    statement = made["statement"]
    assert statement["scope"] == scope
    assert statement["recipients"] == ["taker", "other"]
    assert (statement["valid_from"], statement["valid_until"]) == ("2026-07-01T10:00:00Z", "2026-12-31T00:00:00Z")
    assert statement["issued"] == "2026-06-01T12:00:00Z"
    assert (statement["hub"], made["written"]) == ("hub", f"{statement['id']}.json")
    assert statement["id"].startswith("giver-")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--until", "2026-12-31"), "say what is granted: --object, --feed or --tlp-max"),
        (("--until", "2026-12-31", "--object", OBJECT, "--feed", "f"), "say what is granted: --object, --feed or --tlp-max"),
        (("--until", "2026-12-31", "--type", "indicator"), "--tlp-max: --type, --label and --topic need it"),
        (("--until", "2026-12-31", "--tlp-max", "pink"), "--tlp-max: clear, green, amber"),
        (
            ("--until", "2026-12-31", "--tlp-max", "red", "--label", "\udcff"),
            "--type, --label, --topic: what they say has content that JSON cannot hold",
        ),
        (("--until", "2026-12-31", "--object", "canary"), "--object: an id of STIX, like indicator--"),
        (("--until", "2026-12-31", "--feed", "Canary!"), "--feed: a feed's id has lower-case letters"),
        (("--until", "2026-12-31", "--feed", "f", "--to", "Canary!"), "--to: a partner's id has lower-case letters"),
        (("--until", "2026-12-31", "--feed", "f", "--hub", ""), "--hub: a partner's id has lower-case letters"),
        (("--until", "someday", "--feed", "f"), "--until: a date like"),
        (("--until", "2026-12-31T00:00:00", "--feed", "f"), "--until: a date like"),
        (("--until", "2026-05-31", "--feed", "f"), "--until: is over already"),
        (("--until", "2026-12-31", "--from", "2027-01-01", "--feed", "f"), "--until: must be after --from"),
        (("--until", "2026-12-31", "--feed", "f", "--id", "../x"), "--id: lower-case letters"),
    ],
)
def test_a_grant_that_makes_no_sense_is_not_signed(hub: Path, desk: Path, words: tuple[str, ...], told: str) -> None:
    done("keygen", "my.pem")
    message = refused("new", "--key", "my.pem", "--originator", "giver", "--to", "taker", *words)
    assert message.startswith(told)
    assert "canary" not in message.lower()
    assert [path.name for path in desk.iterdir()] == ["my.pem"]


def test_an_originator_that_is_no_partners_id_is_told_alone(desk: Path) -> None:
    done("keygen", "my.pem")
    message = refused("new", "--key", "my.pem", "--originator", "A B", "--to", "taker", "--until", "2100-01-01", "--feed", "f")
    assert message == "--originator: a partner's id has lower-case letters, digits and dashes, at most 63"


def test_a_public_key_that_is_none_is_no_forgery(desk: Path) -> None:
    (desk / "g1.json").write_bytes(grant())
    for text in ("garbage", "", public_half(KEY).key[:-1]):
        assert refused("verify", "g1.json", "--public", text).startswith("--public: is no Ed25519 public key")
    assert "g1.json: forged: " in refused("verify", "g1.json", "--public", public_half(FOREIGN).key)


def test_a_grant_without_an_end_is_no_command(hub: Path, desk: Path) -> None:
    done("keygen", "my.pem")
    assert call("new", "--key", "my.pem", "--originator", "giver", "--to", "taker", "--feed", "f").exit_code == 2


def test_nothing_is_written_over(hub: Path, desk: Path) -> None:
    done("keygen", "my.pem")
    assert "never written over" in refused("keygen", "my.pem")
    basics = ("--key", "my.pem", "--originator", "giver", "--to", "taker", "--until", "2026-12-31", "--feed", "f", "--id", "g1")
    done("new", *basics)
    assert refused("new", *basics) == "g1.json: is there already; choose another --out, or another --id"
    done("revoke", "g1.json", "--key", "my.pem")
    assert refused("revoke", "g1.json", "--key", "my.pem") == "g1.revoked.json: is there already; choose another --out"


def test_only_the_originators_key_revokes(hub: Path, desk: Path) -> None:
    (desk / "g1.json").write_bytes(grant())
    done("add", "g1.json", "--dir", hub)
    done("keygen", "thief.pem")
    done("revoke", "g1.json", "--key", "thief.pem")
    assert "unknown key" in refused("add", "g1.revoked.json", "--dir", hub)
    (desk / "g1.revoked.json").unlink()
    (desk / "r.json").write_bytes(revocation())
    assert "is no grant" in refused("revoke", "r.json", "--key", "thief.pem")


def test_what_is_no_signing_key_is_refused_without_telling_it(tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    path.touch(0o600)
    forms = (Encoding.PEM, PrivateFormat.PKCS8)
    for body in (
        b"canary",
        generate_private_key(65537, 2048).private_bytes(*forms, NoEncryption()),
        KEY.private_bytes(*forms, BestAvailableEncryption(b"phrase")),
    ):
        path.write_bytes(body)
        with pytest.raises(ConfigError, match="no Ed25519 key as unencrypted PEM") as caught:
            read_signing_key(path)
        assert "canary" not in str(caught.value)
    path.write_bytes(KEY.private_bytes(*forms, NoEncryption()))
    assert public_half(read_signing_key(path)) == public_half(KEY)
    path.chmod(0o640)
    with pytest.raises(ConfigError, match="others can read it"):
        read_signing_key(path)
    with pytest.raises(ConfigError, match="cannot be written"):
        write_signing_key(tmp_path / "nowhere" / "key.pem")


def test_the_name_of_a_key_is_a_digest_of_it() -> None:
    half = public_half(KEY)
    assert half.id != public_half(OLD).id
    assert half.key == b64encode(KEY.public_key().public_bytes_raw()).decode()
