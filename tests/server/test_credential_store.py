"""The credential table: add, list, revoke, and what is refused."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipeline.store.credential_reader import CredentialReader
from pipeline.store.credentials import CredentialStore
from pipeline.store.secret_forms import password_matches, split_token, token_matches
from pipeline.store.sqlite import connect
from pipeline.store.views_schema import MIGRATIONS
from schemas.errors import ConfigError
from tests.server.support import PASSWORD

NOW = datetime(2024, 5, 1, tzinfo=UTC)


def _store(path: Path) -> CredentialStore:
    taken = iter(range(1, 100))
    return CredentialStore(path, lambda: NOW, lambda count: next(taken).to_bytes(count, "big"))


@pytest.fixture
def store(tmp_path: Path) -> CredentialStore:
    return _store(tmp_path / "new" / "views.db")


def test_a_token_is_shown_once_and_stored_as_a_digest(store: CredentialStore, tmp_path: Path) -> None:
    token = split_token(store.add_token("alpha.example"))
    assert token is not None
    assert len(token.secret) == 64
    row = CredentialReader(tmp_path / "new" / "views.db").find(token.name)
    assert row is not None
    assert token.secret not in row.secret
    assert token_matches(token.secret, row.secret)
    assert not token_matches(token.secret[::-1], row.secret)


def test_a_password_is_stored_as_argon2(store: CredentialStore, tmp_path: Path) -> None:
    store.add_basic("alpha.example", "alpha", PASSWORD)
    row = CredentialReader(tmp_path / "new" / "views.db").find("alpha")
    assert row is not None
    assert row.secret.startswith("$argon2id$")
    assert password_matches(PASSWORD, row.secret)
    assert not password_matches("wrong", row.secret)
    assert not password_matches(PASSWORD, "not a hash")


def test_list_shows_no_secret(store: CredentialStore) -> None:
    store.add_basic("alpha.example", "alpha", PASSWORD)
    store.add_token("beta.example")
    listed = store.list()
    assert [(item.partner, item.kind, item.created, item.revoked) for item in listed] == [
        ("alpha.example", "basic", "2024-05-01T00:00:00.000000Z", None),
        ("beta.example", "token", "2024-05-01T00:00:00.000000Z", None),
    ]
    assert [item.partner for item in store.list("beta.example")] == ["beta.example"]
    assert "secret" not in listed[0]._fields


def test_revoke_works_once(store: CredentialStore) -> None:
    store.add_basic("alpha.example", "alpha", PASSWORD)
    assert [store.revoke("alpha"), store.revoke("alpha"), store.revoke("stranger")] == [True, False, False]
    assert store.list()[0].revoked == "2024-05-01T00:00:00.000000Z"


def test_a_password_can_be_changed_and_a_revoked_name_taken_again(store: CredentialStore, tmp_path: Path) -> None:
    store.add_basic("alpha.example", "alpha", PASSWORD)
    store.revoke("alpha")
    store.add_basic("alpha.example", "alpha", "another pass phrase")
    row = CredentialReader(tmp_path / "new" / "views.db").find("alpha")
    assert row is not None
    assert row.revoked is None
    assert password_matches("another pass phrase", row.secret)


def test_a_name_of_another_partner_is_refused(store: CredentialStore) -> None:
    store.add_basic("alpha.example", "alpha", PASSWORD)
    store.revoke("alpha")
    with pytest.raises(ConfigError, match="another partner"):
        store.add_basic("beta.example", "alpha", PASSWORD)


@pytest.mark.parametrize(
    ("name", "password"), [("", PASSWORD), ("a:b", PASSWORD), ("a\n", PASSWORD), ("tl_x", PASSWORD), ("alpha", "short")]
)
def test_unusable_names_and_passwords_are_refused(store: CredentialStore, name: str, password: str) -> None:
    with pytest.raises(ConfigError):
        store.add_basic("alpha.example", name, password)


def test_a_reader_needs_a_store(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be opened"):
        CredentialReader(tmp_path / "views.db")


def test_a_rotated_password_shares_salt_and_parameters_for_as_long_as_the_old_one_counts(tmp_path: Path) -> None:
    now = [NOW]
    store = CredentialStore(tmp_path / "views.db", lambda: now[0], os.urandom)
    reader = CredentialReader(tmp_path / "views.db", lambda: now[0])
    store.add_basic("alpha.example", "alpha", PASSWORD)
    second = store.rotate("alpha", timedelta(hours=1))
    row = reader.find("alpha")
    assert row is not None
    assert row.previous is not None
    assert row.secret.split("$")[:-1] == row.previous.split("$")[:-1]
    assert [password_matches(tried, row.secret, row.previous) for tried in (PASSWORD, second, "wrong")] == [True, True, False]
    third = store.rotate("alpha", timedelta(hours=1))
    row = reader.find("alpha")
    assert row is not None
    assert [password_matches(tried, row.secret, row.previous) for tried in (PASSWORD, second, third)] == [False, True, True]
    now[0] += timedelta(hours=1)
    row = reader.find("alpha")
    assert row is not None
    assert row.previous is None
    fresh = store.rotate("alpha", timedelta(0))
    after = reader.find("alpha")
    assert after is not None
    assert after.previous is None
    assert after.secret.split("$")[:-1] != row.secret.split("$")[:-1]
    assert password_matches(fresh, after.secret)


def test_what_cannot_be_rotated_says_why(store: CredentialStore) -> None:
    store.add_certificate("alpha.example", "sha256:00")
    store.add_basic("alpha.example", "alpha", PASSWORD)
    store.revoke("alpha")
    for name, said in (("sha256:00", "not rotated"), ("alpha", "no such"), ("stranger", "no such")):
        with pytest.raises(ConfigError, match=said):
            store.rotate(name, timedelta(0))


def test_a_certificate_of_another_partner_is_refused(store: CredentialStore) -> None:
    store.add_certificate("alpha.example", "sha256:00")
    with pytest.raises(ConfigError, match="another partner"):
        store.add_certificate("beta.example", "sha256:00")


def test_suspension_is_one_for_all_credentials_and_does_not_undo_a_revocation(store: CredentialStore, tmp_path: Path) -> None:
    reader = CredentialReader(tmp_path / "new" / "views.db")
    store.add_basic("alpha.example", "alpha", PASSWORD)
    store.add_basic("alpha.example", "alpha-two", PASSWORD)
    store.revoke("alpha-two")
    assert [store.suspend("alpha.example"), store.suspend("alpha.example")] == [True, False]
    assert [_works(reader, name) for name in ("alpha", "alpha-two")] == [False, False]
    assert list(store.suspended()) == ["alpha.example"]
    assert [store.resume("alpha.example"), store.resume("alpha.example")] == [True, False]
    assert [_works(reader, name) for name in ("alpha", "alpha-two")] == [True, False]


def _works(reader: CredentialReader, name: str) -> bool:
    row = reader.find(name)
    assert row is not None
    return row.revoked is None


def test_credentials_of_the_first_schema_go_on_working(tmp_path: Path) -> None:
    path = tmp_path / "views.db"
    old = connect(path, MIGRATIONS[:1])
    old.execute(
        "INSERT INTO credential (partner, kind, name, secret, created) VALUES ('alpha', 'token', 'tl_1', 'digest', ?)",
        ("2024-01-01T00:00:00.000000Z",),
    )
    old.close()
    CredentialStore(path, lambda: NOW, os.urandom).close()
    row = CredentialReader(path).find("tl_1")
    assert row is not None
    assert (row.partner, row.secret, row.previous, row.revoked) == ("alpha", "digest", None, None)
