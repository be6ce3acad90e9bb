"""Recall by hand: what it takes back, for whom, and that it can be undone."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipeline.cli.main import app
from pipeline.explain import explain
from pipeline.hub import open_hub
from pipeline.recall import MAX_REASON, recall, recalled, undo
from pipeline.store.catalogue_queries import entities_of
from schemas.errors import ConfigError
from tests.support.hubs import bodies, make_hub
from tests.support.objects import Stix, indicator, malware, relationship
from tests.support.publishing import NOW, publish, take

FOUND = indicator("found", name="found")
FAMILY = malware("family")
LINK = relationship("link", FOUND, FAMILY)
FOREIGN = indicator("foreign")
EVERYTHING = [(FOUND, "maker"), (FAMILY, "maker"), (LINK, "maker"), (FOREIGN, "other")]


@pytest.fixture
def hub(tmp_path: Path) -> Path:
    """A hub whose taker gets everything as it is, and whose guest gets indicators without their names."""
    guest = {"minimize": {"paths": {"indicator.name": "drop"}}}
    make_hub(tmp_path, {"maker-feed": "maker", "other-feed": "other"}, {"taker": {}, "guest": guest})
    take(tmp_path, EVERYTHING)
    publish(tmp_path)
    return tmp_path


def reason(folder: Path, value: Stix | str, recipient: str = "taker") -> str:
    hub = open_hub(folder)
    (found,) = explain(hub, hub.read_sharing_files(), value if isinstance(value, str) else value["id"], recipient, NOW)
    return found.reason


def visible(folder: Path, recipient: str) -> dict[str, bool]:
    return {value["id"]: value.get("revoked", False) for value in bodies(folder, recipient)}


def test_everyone_who_has_it_loses_it_with_a_revoked_version(hub: Path) -> None:
    seen_by_guest = next(name for name in visible(hub, "guest") if name.startswith("indicator--") and name != FOREIGN["id"])
    assert seen_by_guest != FOUND["id"]
    recall(open_hub(hub), FOUND["id"], "named a bystander", NOW)
    assert [reason(hub, FOUND, name) for name in ("taker", "guest")] == ["recalled", "recalled"]
    effects = publish(hub)
    assert [effects[name]["withheld.recalled"] for name in ("taker", "guest")] == [1, 1]
    assert visible(hub, "taker")[FOUND["id"]] is True
    assert visible(hub, "guest")[seen_by_guest] is True
    assert visible(hub, "taker")[FOREIGN["id"]] is False


def test_what_hangs_on_it_goes_too(hub: Path) -> None:
    recall(open_hub(hub), FAMILY["id"], "wrong", NOW)
    assert reason(hub, LINK) == "closure-missing-end"
    publish(hub)
    assert visible(hub, "taker")[LINK["id"]] is True


def test_the_next_release_of_a_running_hub_learns_of_it(hub: Path) -> None:
    with closing(open_hub(hub).open_reader()) as reader:
        before = reader.heads()
        (entity,) = entities_of(reader, FOUND["id"])
    done = recall(open_hub(hub), FOUND["id"], "wrong", NOW)
    assert (done.scope, done.names, done.entities) == ("object", [FOUND["id"]], 1)
    with closing(open_hub(hub).open_reader()) as reader:
        changed = [no for shard, head in reader.heads().items() for no in reader.changed(shard, before[shard], head)]
    assert changed == [entity]


def test_twice_is_once(hub: Path) -> None:
    recall(open_hub(hub), FOUND["id"], "first", NOW)
    assert recall(open_hub(hub), FOUND["id"], "second", NOW).entities == 0
    assert [item.reason for item in recalled(open_hub(hub))] == ["first"]


def test_undo_lets_it_go_again(hub: Path) -> None:
    before = visible(hub, "taker")
    recall(open_hub(hub), FOUND["id"], "wrong", NOW)
    publish(hub)
    assert undo(open_hub(hub), FOUND["id"]).entities == 1
    assert reason(hub, FOUND) == "released"
    publish(hub)
    assert visible(hub, "taker") == before
    with pytest.raises(ConfigError, match="is not recalled"):
        undo(open_hub(hub), FOUND["id"])


def test_an_id_that_a_recipient_sees_will_do_even_when_it_sees_it_no_more(hub: Path) -> None:
    seen = next(name for name in visible(hub, "guest") if name.startswith("indicator--") and name not in (FOREIGN["id"], FOUND["id"]))
    assert recall(open_hub(hub), seen, "wrong", NOW).names == [FOUND["id"]]
    publish(hub)
    assert undo(open_hub(hub), seen).names == [FOUND["id"]]


def test_a_feed_takes_all_that_came_from_it(hub: Path) -> None:
    done = recall(open_hub(hub), "maker-feed", "poisoned", NOW)
    assert (done.scope, done.names, done.entities) == ("feed", ["maker-feed"], 3)
    assert [reason(hub, value) for value in (FOUND, FAMILY, FOREIGN)] == ["recalled", "recalled", "released"]
    assert publish(hub)["taker"]["withdrawn"] == 3
    assert undo(open_hub(hub), "maker-feed").entities == 3


def test_what_a_feed_has_issued_again_under_another_id_goes_with_it(hub: Path) -> None:
    again = {**FOUND, "id": indicator("again")["id"], "created": "2026-04-01T00:00:00.000Z", "modified": "2026-04-01T00:00:00.000Z"}
    take(hub, [(again, "maker")])
    done = recall(open_hub(hub), again["id"], "wrong", NOW)
    assert (done.names, done.entities) == (sorted((FOUND["id"], again["id"])), 1)
    once_more = {**again, "id": indicator("once more")["id"], "created": "2026-05-01T00:00:00.000Z", "modified": "2026-05-01T00:00:00.000Z"}
    take(hub, [(once_more, "maker")])
    assert reason(hub, once_more) == "recalled"
    assert undo(open_hub(hub), FOUND["id"]).names == done.names
    assert reason(hub, once_more) == "released"


def test_another_producer_may_still_say_the_same(hub: Path) -> None:
    same = {**indicator("same", FOUND["pattern"]), "created": "2026-04-01T00:00:00.000Z", "modified": "2026-04-01T00:00:00.000Z"}
    take(hub, [(same, "other")])
    recall(open_hub(hub), FOUND["id"], "wrong", NOW)
    assert reason(hub, same) == "released"


def test_what_is_not_there_is_told(hub: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    with pytest.raises(ConfigError, match="neither a feed, nor an object"):
        recall(open_hub(hub), indicator("nobody")["id"], "wrong", NOW)
    with pytest.raises(ConfigError, match="neither a feed, nor an object"):
        recall(open_hub(hub), "no-feed", "wrong", NOW)
    with pytest.raises(ConfigError, match="say why"):
        recall(open_hub(hub), FOUND["id"], " ", NOW)
    for name in (FOUND["id"], "maker-feed"):
        with pytest.raises(ConfigError, match="--reason: has 100,000 characters, and may have 500"):
            recall(open_hub(hub), name, "x" * 100_000, NOW)
    assert recalled(open_hub(hub)) == []
    empty = make_hub(tmp_path_factory.mktemp("empty"), {"maker-feed": "maker"}, {"taker": {}})
    with pytest.raises(ConfigError, match="run the hub first"):
        recall(open_hub(empty), FOUND["id"], "wrong", NOW)


def test_the_command(hub: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")

    def told(*arguments: str) -> str:
        done = CliRunner().invoke(app, ["recall", *arguments, "--dir", str(hub)])
        assert done.exit_code == 0, done.output
        return done.output

    assert "decided anew by the next release: 1" in told(FOUND["id"], "--reason", "named a bystander")
    assert "recalled already" in told(FOUND["id"], "--reason", "again")
    assert "named a bystander" in told("--list")
    assert json.loads(told("--list", "--json"))[0]["name"] == FOUND["id"]
    assert json.loads(told(FOUND["id"], "--undo", "--json"))["entities"] == 1
    refused = CliRunner().invoke(app, ["recall", "--dir", str(hub)])
    assert isinstance(refused.exception, ConfigError)


def test_a_reason_of_the_greatest_length_is_kept_whole(hub: Path) -> None:
    recall(open_hub(hub), FOUND["id"], "ø" * MAX_REASON, NOW)
    assert [item.reason for item in recalled(open_hub(hub))] == ["ø" * 500]
