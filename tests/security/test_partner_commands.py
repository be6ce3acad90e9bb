"""`tearline partner` while the server runs: every change takes effect within a second, and is written down."""

from __future__ import annotations

import os
import pwd
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from pipeline.cli.main import app
from schemas.errors import ConfigError
from tests.security.hub import ServedHub, tearline, within_a_second
from tests.support.hubs import make_hub


def bearer(token: str) -> dict[str, Any]:
    return {"headers": {"Authorization": f"Bearer {token}"}}


def test_a_new_token_works_at_once_and_a_revoked_one_no_longer(hub: ServedHub) -> None:
    made = hub.tearline("partner", "token", "alpha")["token"]
    assert hub.get("alpha", **bearer(made)).status_code == 200
    hub.tearline("partner", "token", "alpha", "--revoke", made.rpartition("_")[0])
    within_a_second(lambda: hub.get("alpha", **bearer(made)).status_code == 401)


def test_f27_a_revocation_in_the_middle_of_a_walk_ends_it_without_a_further_object(hub: ServedHub) -> None:
    made = hub.tearline("partner", "token", "alpha")["token"]
    page = hub.get("alpha", "objects/?limit=1", **bearer(made)).json()
    hub.tearline("partner", "token", "alpha", "--revoke", made.rpartition("_")[0])
    within_a_second(lambda: hub.get("alpha", f"objects/?limit=1&next={page['next']}", **bearer(made)).status_code == 401)
    for _ in range(20):
        refused = hub.get("alpha", f"objects/?limit=1&next={page['next']}", **bearer(made))
        assert refused.status_code == 401
        assert "objects" not in refused.json()


def test_the_walk_goes_on_with_a_rotated_token(hub: ServedHub) -> None:
    old = hub.tearline("partner", "token", "beta")["token"]
    page = hub.get("beta", "objects/?limit=10", **bearer(old)).json()
    new = hub.tearline("partner", "rotate", "beta", old.rpartition("_")[0], "--grace", "1h")["token"]
    assert new.rpartition("_")[0] == old.rpartition("_")[0]
    for token in (new, old):
        assert len(hub.get("beta", f"objects/?next={page['next']}", **bearer(token)).json()["objects"]) == 20


@pytest.mark.parametrize("kind", ["token", "basic"])
def test_the_old_secret_lapses_with_its_grace(hub: ServedHub, kind: str) -> None:
    def auth(made: dict[str, str]) -> Any:
        return bearer(made["token"]) if kind == "token" else {"auth": (made["username"], made["password"])}

    old = hub.tearline("partner", "token", "alpha", *(("--basic", "lapsing") if kind == "basic" else ()))
    name = old["username"] if kind == "basic" else old["token"].rpartition("_")[0]
    new = hub.tearline("partner", "rotate", "alpha", name, "--grace", "1h")
    assert [hub.get("alpha", **auth(made)).status_code for made in (old, new)] == [200, 200]
    hub.views.sql.execute(  # an hour goes by
        "UPDATE credential SET previous_until = ? WHERE name = ?",
        (f"{datetime.now(UTC) - timedelta(seconds=1):%Y-%m-%dT%H:%M:%S.%fZ}", name),
    )
    within_a_second(lambda: hub.get("alpha", **auth(old)).status_code == 401)
    assert hub.get("alpha", **auth(new)).status_code == 200
    newest = hub.tearline("partner", "rotate", "alpha", name, "--grace", "0s")
    within_a_second(lambda: hub.get("alpha", **auth(new)).status_code == 401)
    assert hub.get("alpha", **auth(newest)).status_code == 200


def test_suspend_shuts_every_door_of_one_partner_and_resume_opens_them(hub: ServedHub) -> None:
    token = bearer(hub.tearline("partner", "token", "alpha")["token"])
    basic = hub.tearline("partner", "token", "alpha", "--basic", "suspended-user")
    ways = [token, {"auth": (basic["username"], basic["password"])}]
    other = bearer(hub.tearline("partner", "token", "beta")["token"])
    assert all(hub.get("alpha", **way).status_code == 200 for way in ways)
    hub.tearline("partner", "suspend", "alpha")
    within_a_second(lambda: all(hub.get("alpha", **way).status_code == 401 for way in ways))
    fresh = bearer(hub.tearline("partner", "token", "alpha")["token"])
    assert hub.get("alpha", **fresh).status_code == 401
    assert hub.get("beta", **other).status_code == 200
    listed = {row["partner"]: row["suspended"] for row in hub.tearline("partner", "list")}
    assert listed["alpha"] is not None
    assert listed["beta"] is None
    hub.tearline("partner", "resume", "alpha")
    within_a_second(lambda: all(hub.get("alpha", **way).status_code == 200 for way in (*ways, fresh)))


def test_who_and_when_is_written_down_and_no_secret_is(folder: Path) -> None:
    make_hub(folder, {}, {"alpha": {}, "beta": {}})
    token = tearline(folder, "partner", "token", "alpha")["token"]
    name = token.rpartition("_")[0]
    tearline(folder, "partner", "rotate", "alpha")
    tearline(folder, "partner", "suspend", "alpha")
    tearline(folder, "partner", "resume", "alpha")
    tearline(folder, "partner", "token", "alpha", "--revoke", name)
    entries = tearline(folder, "partner", "log", "alpha")
    assert [(entry["action"], entry["partner"], entry["name"]) for entry in entries] == [
        ("add", "alpha", name),
        ("rotate", "alpha", name),
        ("suspend", "alpha", ""),
        ("resume", "alpha", ""),
        ("revoke", "alpha", name),
    ]
    assert all(pwd.getpwuid(os.getuid()).pw_name in entry["who"] for entry in entries)
    assert all(datetime.fromisoformat(entry["at"]) <= datetime.now(UTC) for entry in entries)
    assert token.rpartition("_")[2] not in str(entries)
    assert token not in CliRunner().invoke(app, ["partner", "log", "--dir", str(folder)]).stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("token", "nobody"), "no such partner"),
        (("suspend", "nobody"), "no such partner; known are: alpha, beta"),
        (("resume", "alpha"), "not suspended"),
        (("rotate", "alpha"), "0 credentials"),
        (("rotate", "alpha", "nobody"), "no such credential"),
        (("rotate", "alpha", "nobody", "--grace", "soon"), "--grace"),
        (("rotate", "alpha", "nobody", "--grace", "-1s"), "--grace"),
        (("token", "alpha", "--revoke", "nobody"), "no such credential"),
        (("add", "alpha"), "is there already"),
        (("add", "gamma"), "--name"),
        (("add", "alpha", "--name", "Alpha"), "is there already"),
        (("add", "alpha", "--certificate", "no.pem"), "cannot be read"),
        (("add", "alpha", "--certificate", "/etc/hostname"), "PEM"),
        (("add", "alpha", "--subject", "whoever"), "RFC 4514"),
    ],
)
def test_what_does_not_work_says_why_and_changes_nothing(refusing: Path, words: tuple[str, ...], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        tearline(refusing, "partner", *words)
    assert tearline(refusing, "partner", "log") == []


@pytest.fixture(scope="module")
def refusing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_hub(tmp_path_factory.mktemp("refusing"), {}, {"alpha": {}, "beta": {}})


def test_a_certificate_of_another_partner_leaves_no_new_partner_behind(folder: Path) -> None:
    make_hub(folder, {}, {"alpha": {}, "beta": {}})
    tearline(folder, "partner", "add", "alpha", "--subject", "CN=client")
    with pytest.raises(ConfigError, match="another partner"):
        tearline(folder, "partner", "add", "gamma", "--name", "Gamma", "--subject", "CN=client")
    assert not (folder / "partners" / "gamma.yaml").exists()
    tearline(folder, "partner", "add", "gamma", "--name", "Gamma", "--subject", "CN=gamma")
    assert (folder / "partners" / "gamma.yaml").exists()


def test_a_partner_can_be_shut_out_while_its_files_are_broken(folder: Path) -> None:
    make_hub(folder, {}, {"alpha": {}, "beta": {}})
    tearline(folder, "partner", "token", "alpha")
    (folder / "agreements" / "agr.yaml").write_text("broken: [")
    tearline(folder, "partner", "suspend", "alpha")
