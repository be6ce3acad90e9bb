"""The credential table: add, list, revoke, and what is refused."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.store.credentials import CredentialReader, CredentialStore
from pipeline.store.secret_forms import password_matches, split_token, token_matches
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
