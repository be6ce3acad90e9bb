"""Explaining an object: what the hub knows of its meaning, and what of that counts for one recipient."""

from __future__ import annotations

import json
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipeline.cli.main import app
from pipeline.explain import Explanation, Meaning, Together, describe, explain
from pipeline.explain.known import together
from pipeline.explain.steps import _REASONS, NOWHERE, STEP_OF
from pipeline.hub import open_hub
from schemas.errors import ConfigError
from schemas.markings import TLP2_IDS, Tlp
from schemas.reasons import HOLD, WITHHOLD
from tests.support.hubs import bodies, make_hub
from tests.support.objects import Stix, identity, indicator, malware, marked, relationship, sighting, taken
from tests.support.publishing import NOW as LATER
from tests.support.publishing import amend, publish
from transforms.merge import EMPTY

NOW = datetime(2026, 6, 1, tzinfo=UTC)
PATTERN = "[url:value = 'https://h.example/']"
OPEN = indicator("a", PATTERN, confidence=30, labels=["seen"], valid_until="2027-01-01T00:00:00Z", indicator_types=["benign"])
AGAIN = {**indicator("b", PATTERN, labels=["again"]), "created": "2026-03-01T00:00:00.000Z", "modified": "2026-03-01T00:00:00.000Z"}
SECRET = marked(indicator("c", PATTERN, confidence=90, labels=["secret"]), "red")
ENDED = indicator("d", PATTERN, confidence=100, revoked=True)
COUNTED = sighting("s", OPEN, count=4, first_seen="2026-01-01T00:00:00Z", last_seen="2026-01-02T00:00:00.500Z")


def hub_with(folder: Path, arrivals: list[tuple[Stix, str]], *, paths: dict[str, str] | None = None) -> Path:
    feeds = {f"{name}-feed": name for name in ("maker", "other", "third")}
    make_hub(folder, feeds, {"taker": {"minimize": {"paths": paths or {}}}})
    catalogue = open_hub(folder).open_catalogue()
    taken(catalogue, arrivals)
    catalogue.close()
    return folder


def overall(folder: Path, value: Stix) -> Meaning:
    (found,) = describe(open_hub(folder), value["id"])
    return found


def for_taker(folder: Path, value: Stix) -> Explanation:
    hub = open_hub(folder)
    (found,) = explain(hub, hub.read_sharing_files(), value["id"], "taker", NOW)
    return found


EVERYTHING = [(OPEN, "maker"), (AGAIN, "maker"), (SECRET, "other"), (ENDED, "third")]


def test_the_operator_sees_what_all_say_together(tmp_path: Path) -> None:
    found = overall(hub_with(tmp_path, EVERYTHING), SECRET)
    assert [item.producer for item in found.contributors] == ["maker", "maker", "other", "third"]
    assert found.merged == Together(
        sources=2,
        confidence=90,
        confidences={"maker": 30, "other": 90},
        first_seen=None,
        last_seen=None,
        valid_from="2026-02-03T04:05:06.789Z",
        valid_until=None,
        labels=["again", "secret", "seen"],
        kinds=["benign"],
        counts={},
    )


def test_for_a_recipient_counts_what_it_may_have(tmp_path: Path) -> None:
    found = for_taker(hub_with(tmp_path, EVERYTHING), SECRET).merged
    assert (found.sources, found.confidence, found.confidences, found.labels) == (1, 30, {"maker": 30}, ["again", "seen"])


def test_what_is_hidden_from_a_recipient_changes_nothing_for_it(tmp_path: Path) -> None:
    with_secret = for_taker(hub_with(tmp_path / "with", EVERYTHING), OPEN)
    without = for_taker(hub_with(tmp_path / "without", [item for item in EVERYTHING if item[1] != "other"]), OPEN)
    assert with_secret.merged == without.merged


def test_what_stands_behind_another_counts_as_it_does(tmp_path: Path) -> None:
    again = {**OPEN, **{name: AGAIN[name] for name in ("id", "created", "modified")}, "valid_until": "2028-01-01T00:00:00Z"}
    folder = hub_with(tmp_path, [(OPEN, "maker"), (again, "maker")])
    assert [item.stands_for_others for item in overall(folder, OPEN).contributors] == [True, False]
    assert for_taker(folder, OPEN).merged == overall(folder, OPEN).merged
    assert for_taker(folder, OPEN).merged.valid_until == "2028-01-01T00:00:00Z"


def test_what_the_recipient_does_not_see_of_an_object_does_not_count_either(tmp_path: Path) -> None:
    found = for_taker(hub_with(tmp_path, EVERYTHING, paths={"indicator.confidence": "drop", "indicator.labels": "drop"}), OPEN)
    assert found.decision == "put"
    assert (found.merged.sources, found.merged.confidence, found.merged.labels) == (1, None, [])


def test_what_is_withheld_whole_says_nothing(tmp_path: Path) -> None:
    found = for_taker(hub_with(tmp_path, EVERYTHING[:3], paths={"indicator.labels": "withhold"}), OPEN)
    assert (found.decision, found.reason) == ("withdraw", "path-withheld")
    assert found.merged == together(EMPTY)


def test_when_and_how_often_it_was_seen(tmp_path: Path) -> None:
    folder = hub_with(tmp_path, [(OPEN, "maker"), (COUNTED, "maker")])
    for found in (overall(folder, COUNTED).merged, for_taker(folder, COUNTED).merged):
        assert (found.first_seen, found.last_seen, found.counts) == ("2026-01-01T00:00:00Z", "2026-01-02T00:00:00.5Z", {"maker": 4})


def test_what_is_unknown_is_told(tmp_path: Path) -> None:
    make_hub(tmp_path, {"maker-feed": "maker"}, {"taker": {}})
    hub = open_hub(tmp_path)
    with pytest.raises(ConfigError, match="the catalogue is empty"):
        describe(hub, OPEN["id"])
    hub_with(tmp_path, [(OPEN, "maker")])
    with pytest.raises(ConfigError, match="no such object"):
        describe(open_hub(tmp_path), COUNTED["id"])
    with pytest.raises(ConfigError, match="nobody: no policy"):
        explain(hub, hub.read_sharing_files(), OPEN["id"], "nobody", NOW)


def told(*arguments: str) -> str:
    done = CliRunner().invoke(app, ["explain", *arguments])
    assert done.exit_code == 0, done.output
    return done.output


def test_the_command_tells_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    folder = str(hub_with(tmp_path, [*EVERYTHING, (COUNTED, "maker")]))
    shown = told(OPEN["id"], "--dir", folder)
    assert "90 (High; 1 - Confirmed by other sources)" in shown
    assert "again, secret, seen" in shown
    assert "to no end" in shown
    assert "decision" not in shown
    for_recipient = told(OPEN["id"], "--for", "taker", "--dir", folder)
    assert "30 (Med; 4 - Doubtful)" in for_recipient
    assert "secret" not in for_recipient
    assert "decision" in for_recipient
    assert "4 by maker" in told(COUNTED["id"], "--dir", folder)
    (found,) = json.loads(told(OPEN["id"], "--dir", folder, "--json"))
    assert found["merged"]["confidence"] == 90
    assert "decision" not in found


def test_every_reason_belongs_to_one_step() -> None:
    assert {*STEP_OF, *NOWHERE} == {*WITHHOLD, *HOLD}
    assert sum(map(len, _REASONS.values())) == len(STEP_OF)
    assert STEP_OF.keys().isdisjoint(NOWHERE)


def steps_of(found: Explanation) -> list[tuple[str, str]]:
    return [(step.name, step.reason or step.outcome) for step in found.steps]


def test_each_step_is_told_up_to_the_one_that_stops(tmp_path: Path) -> None:
    folder = hub_with(tmp_path, EVERYTHING[2:3])
    found = for_taker(folder, SECRET)
    assert (found.result, found.reason, found.label) == ("WITHHOLD", "tlp-above-ceiling", "TLP:RED")
    assert steps_of(found) == [
        ("standing", "passed"),
        ("kind", "passed"),
        ("label", "passed"),
        ("permission", "tlp-above-ceiling"),
        *((name, "not reached") for name in ("need", "minimization", "closure", "guard")),
    ]
    assert "agreement agr@1.0.0, on gdpr-6-1-f" in found.steps[0].told
    assert "tlp_max green (policy taker@1.0.0)" in found.steps[3].told
    assert found.steps[4].told == []
    assert found.fields == []


def test_markings_are_told_one_by_one(tmp_path: Path) -> None:
    part = {"marking_ref": TLP2_IDS[Tlp.RED], "selectors": ["name"]}
    value = marked(indicator("x", PATTERN, name="TLP:GREEN and more", granular_markings=[part]), "clear")
    found = for_taker(hub_with(tmp_path, [(value, "maker")]), value)
    assert found.result == "TEARLINE"
    assert [(item.marking, item.where, item.says, item.hidden) for item in found.said] == [
        (TLP2_IDS[Tlp.CLEAR], "", "TLP:CLEAR", False),
        (TLP2_IDS[Tlp.RED], "name", "TLP:RED", True),
        ("its words", "", "TLP:GREEN", False),
    ]
    assert found.label == "TLP:GREEN"
    assert by_place(found)["indicator.name"] == ("dropped", ["marking of this part: not for the recipient"])


def by_place(found: Explanation) -> dict[str, tuple[str, list[str]]]:
    return {field.place: (field.outcome, field.by) for field in found.fields}


def test_each_field_is_told_with_the_rule_and_the_file_that_decides(tmp_path: Path) -> None:
    source = {"source_name": "cve", "external_id": "CVE-2026-1234", "url": "https://h.example/"}
    value = {**OPEN, "external_references": [source], "x_ticket": "T-1"}
    paths = {"indicator.labels": "drop", "*.external_references.url": "drop", "indicator.confidence": "bucket(10,20,90)"}
    fields = by_place(for_taker(hub_with(tmp_path, [(value, "maker")], paths=paths), value))
    assert fields["indicator.pattern"] == ("kept", ["policy taker@1.0.0: verbatim@1, which has no row for it = keep"])
    assert fields["indicator.labels"] == ("dropped", ["policy taker@1.0.0: indicator.labels = drop"])
    assert fields["indicator.confidence"] == ("changed", ["policy taker@1.0.0: indicator.confidence = bucket(10,20,90)"])
    assert fields["indicator.external_references.url"] == ("dropped", ["policy taker@1.0.0: *.external_references.url = drop"])
    assert fields["indicator.external_references.source_name"][0] == "kept"
    assert fields["indicator.x_ticket"] == ("dropped", ["policy taker@1.0.0: verbatim@1, which has no row for it = drop"])
    assert fields["indicator.id"] == ("changed", ["hub: ids, times and references of what it changes"])
    assert fields["indicator.created_by_ref"] == ("added", ["hub: adds it"])


def test_several_files_are_all_named(tmp_path: Path) -> None:
    folder = hub_with(tmp_path, [(OPEN, "maker")], paths={"indicator.labels": "keep"})
    amend(folder, "agreements", "agr", minimize={"paths": {"indicator.labels": "drop"}, "attribution": "anonymous"})
    value = {**AGAIN, "created_by_ref": identity("i")["id"]}
    with closing(open_hub(folder).open_catalogue()) as catalogue:
        taken(catalogue, [(value, "maker")])
    assert by_place(for_taker(folder, OPEN))["indicator.labels"] == (
        "dropped",
        ["policy taker@1.0.0: indicator.labels = keep", "agreement agr@1.0.0: indicator.labels = drop"],
    )


def test_the_author_is_hidden_by_whoever_says_so(tmp_path: Path) -> None:
    value = {**OPEN, "created_by_ref": identity("i")["id"]}
    folder = hub_with(tmp_path, [(value, "maker"), (identity("i"), "maker")])
    amend(folder, "agreements", "agr", minimize={"attribution": "anonymous"})
    assert by_place(for_taker(folder, value))["indicator.created_by_ref"] == (
        "changed",
        ["agreement agr@1.0.0: attribution: anonymous = drop", "hub: ids, times and references of what it changes"],
    )


def test_where_minimization_stops_is_told(tmp_path: Path) -> None:
    found = for_taker(hub_with(tmp_path, [(OPEN, "maker")], paths={"indicator.labels": "hold_for_review"}), OPEN)
    assert (found.result, found.reason) == ("HOLD", "held-by-policy")
    assert found.steps[5].outcome == "stopped"
    assert [(field.place, field.outcome) for field in found.fields] == [("indicator.labels", "held-by-policy")]
    assert found.fields[0].by == ["policy taker@1.0.0: indicator.labels = hold_for_review"]


def test_references_say_what_the_recipient_has_of_them(tmp_path: Path) -> None:
    family, hidden = malware("m"), marked(malware("h"), "red")
    seen, unseen = relationship("seen", OPEN, family), relationship("unseen", OPEN, hidden)
    everything = [(value, "maker") for value in (OPEN, family, hidden, seen, unseen)]
    folder = hub_with(tmp_path, everything, paths={"indicator.labels": "drop"})
    found = for_taker(folder, seen)
    told = {item.refers_to: (item.seen_as, item.reason) for item in found.references}
    assert told[family["id"]] == (family["id"], "")
    assert told[OPEN["id"]][0] not in (None, OPEN["id"])
    stopped = for_taker(folder, unseen)
    assert stopped.reason == "closure-missing-end"
    assert stopped.steps[6].outcome == "stopped"
    assert {item.refers_to: item.reason for item in stopped.references}[hidden["id"]] == "tlp-above-ceiling"


def test_of_several_contributions_each_has_its_outcome(tmp_path: Path) -> None:
    found = for_taker(hub_with(tmp_path, EVERYTHING), SECRET)
    assert [(item.source_id, item.outcome) for item in found.candidates] == [
        (OPEN["id"], "stands"),
        (SECRET["id"], "tlp-above-ceiling"),
        (AGAIN["id"], "another one stands"),
        (ENDED["id"], "another one stands"),
    ]


def test_the_guard_is_told_with_what_it_found(tmp_path: Path) -> None:
    secret = marked(malware("h"), "red")
    value = indicator("x", PATTERN, description=f"see {secret['id']}")
    found = for_taker(hub_with(tmp_path, [(value, "maker"), (secret, "maker")]), value)
    assert (found.reason, found.guard) == ("guard-withheld-id", ["guard-withheld-id"])
    assert (found.steps[7].outcome, found.steps[7].told) == ("stopped", ["guard-withheld-id"])


def test_a_sum_of_sightings_is_explained_by_its_own_id(tmp_path: Path) -> None:
    sightings = [(sighting(name, OPEN, count=3), name) for name in ("maker", "other", "third")]
    folder = hub_with(tmp_path, [(OPEN, "maker"), *sightings])
    amend(
        folder, "policies", "taker", minimize={"profile": "trusted@1", "sightings": {"k": 3, "buckets": [3, 9]}, "attribution": "anonymous"}
    )
    publish(folder)
    (of_sum,) = [value for value in bodies(folder, "taker") if value["type"] == "sighting"]
    hub = open_hub(folder)
    (found,) = explain(hub, hub.read_sharing_files(), of_sum["id"], "taker", LATER)
    assert (found.type, found.reason, found.released_as) == ("sighting", "aggregated", of_sum["id"])
    (of_object,) = explain(hub, hub.read_sharing_files(), OPEN["id"], "taker", LATER)
    assert of_object.sightings == "aggregated"


def test_the_command_shows_steps_and_fields(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    shown = told(OPEN["id"], "--for", "taker", "--dir", str(hub_with(tmp_path, EVERYTHING, paths={"indicator.labels": "drop"})))
    for text in ("4 permission", "indicator.labels = drop", "another one stands", "RELEASE_MINIMIZED"):
        assert text in shown
