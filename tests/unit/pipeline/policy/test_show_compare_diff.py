"""Show, compare and diff: from files in a folder to lines, rows and effects."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pipeline.policy.compare import MOST, Row, blocking, compare
from pipeline.policy.diff import diff
from pipeline.policy.grounds import standing_of
from pipeline.policy.show import show
from pipeline.sharing_files import read_sharing_files
from schemas.errors import ConfigError
from schemas.sharing import SharingSet
from tests.support.sharing import SOUND, Files, changed, write_set

NOW = datetime(2026, 7, 1, tzinfo=UTC)


def read(folder: Path, files: Files = SOUND) -> SharingSet:
    return read_sharing_files(write_set(folder, files), ())


def lines(folder: Path, files: Files = SOUND) -> dict[str, tuple[str, tuple[str, ...]]]:
    (table,) = show(standing_of(read(folder, files), "taker", NOW))
    return {line.setting: (line.value, line.origins) for line in table.lines}


class TestShow:
    def test_every_line_names_its_files(self, tmp_path: Path) -> None:
        shown = lines(tmp_path)
        assert shown["types"] == ("indicator, malware", ("template base@1.0.0",))
        assert shown["tlp_max"] == ("amber", ("policy taker@1.0.0",))
        assert shown["max_age_days"] == ("180", ("agreement agr@1.0.0",))
        assert shown["purposes"] == ("evidence, network_defence", ("agreement agr@1.0.0",))
        assert shown["topics"] == ("any", ("default",))
        assert shown["profile"] == ("standard@1", ("default",))
        assert shown["paths ipv4-addr.value"] == ("generalize(ip:24)", ("overlay law@1.0.0",))
        assert shown["paths indicator.x_ticket"] == ("keep", ("policy taker@1.0.0",))
        assert shown["resale"] == ("no", ("partner taker",))

    def test_where_several_files_narrow_all_of_them_are_named(self, tmp_path: Path) -> None:
        release = {"types": ["malware", "report"], "topics": ["sector:energy"]}
        shown = lines(tmp_path, {**SOUND, "overlays/law": {**SOUND["overlays/law"], "release": release}})
        assert shown["types"] == ("malware", ("template base@1.0.0", "overlay law@1.0.0"))
        assert shown["topics"] == ("(sector:energy)", ("overlay law@1.0.0",))

    def test_producers_under_other_agreements_have_a_table_of_their_own(self, tmp_path: Path) -> None:
        more = {**SOUND["agreements/agr"], "id": "two", "parties": ["maker", "taker"], "retention_days": 30}
        cites = {**SOUND["policies/taker"], "agreements": ["agr@1.0.0", "two@1.0.0"]}
        found = show(standing_of(read(tmp_path, {**SOUND, "agreements/two": more, "policies/taker": cites}), "taker", NOW))
        days = {item.producers: next(line.value for line in item.lines if line.setting == "max_age_days") for item in found}
        assert days == {("maker",): "30", ("other",): "180"}

    @pytest.mark.parametrize(
        ("name", "more", "reason"),
        [
            ("partners/taker", {"suspended": True}, "recipient-suspended"),
            ("policies/taker", {"effective_from": "2026-08-01"}, "policy-not-valid"),
            ("agreements/agr", {"valid_from": "2026-08-01"}, "agreement-not-valid"),
            ("agreements/agr", {"legal_basis": [{"id": "act-7", "valid_until": "2026-06-01"}]}, "agreement-not-valid"),
            ("agreements/agr", {"parties": ["maker", "other"], "grants": []}, "no-agreement"),
            ("policies/taker", {}, ""),
        ],
    )
    def test_what_stops_everything(self, tmp_path: Path, name: str, more: Any, reason: str) -> None:
        standing = standing_of(read(tmp_path, changed(name, **more)), "taker", NOW)
        assert standing.stopped == reason
        if reason.startswith(("agreement", "no-")):
            assert {ground.rules.types for ground in standing.grounds} == {frozenset()}

    def test_a_recipient_that_is_not_there(self, tmp_path: Path) -> None:
        with pytest.raises(ConfigError, match="no such recipient; known are: taker"):
            standing_of(read(tmp_path), "nobody", NOW)


def rows(folder: Path, one: str, other: str, files: Files) -> dict[str, Row]:
    return {row.field: row for row in compare(read(folder, files), [one, other], NOW)}


def two(**more: Any) -> Files:
    """A second agreement that differs in these settings."""
    return {**SOUND, "agreements/two": {**SOUND["agreements/agr"], "id": "two", **more}}


class TestCompare:
    def test_equal_agreements(self, tmp_path: Path) -> None:
        found = compare(read(tmp_path, two()), ["agr", "two@1.0.0"], NOW)
        assert {row.state for row in found} == {"equal"}
        assert blocking(found) == 0

    @pytest.mark.parametrize(
        ("more", "field"),
        [
            ({"purposes": ["training"]}, "purposes"),
            ({"legal_basis": ["act-7"]}, "legal_basis"),
            ({"retention_days": 30}, "retention_days"),
            ({"onward": "community"}, "onward"),
            ({"transfer_ground": "standard-clauses"}, "transfer_ground"),
            ({"assurances": ["no-death-penalty", "fair-trial"]}, "assurances"),
            ({"valid_from": "2027-01-01", "valid_until": "2028-01-01"}, "valid"),
            ({"limits": {"refuse_handling": ["H1"]}}, "refuse_handling"),
            ({"limits": {"audience": "exercise:storm"}}, "audience"),
        ],
    )
    def test_what_blocks(self, tmp_path: Path, more: Any, field: str) -> None:
        found = rows(tmp_path, "agr", "two", two(**more))
        assert {name for name, row in found.items() if row.state == "blocking"} == {field}

    @pytest.mark.parametrize(
        ("more", "field"),
        [
            ({"purposes": ["network_defence"]}, "purposes"),
            ({"framework": ["UNSCR-2322"]}, "framework"),
            ({"valid_until": "2026-12-01"}, "valid"),
            ({"limits": {"tlp_max": "green"}}, "tlp_max"),
            ({"extends": ["base@1.0.0"]}, "types"),
            ({"minimize": {"paths": {"url.value": "drop"}}}, "paths url.value"),
            ({"minimize": {"profile": "trusted@1"}}, "profile"),
            ({"unmarked": []}, "unmarked"),
        ],
    )
    def test_what_only_differs(self, tmp_path: Path, more: Any, field: str) -> None:
        found = rows(tmp_path, "agr", "two", two(**more))
        assert {name: row.state for name, row in found.items() if row.state != "equal"} == {field: "differs"}

    def test_verbs_of_which_neither_contains_the_other_block(self, tmp_path: Path) -> None:
        files = two(minimize={"paths": {"ipv4-addr.value": "generalize(ip:24)"}})
        files["agreements/agr"] = {**SOUND["agreements/agr"], "minimize": {"paths": {"ipv4-addr.value": "generalize(sector)"}}}
        found = rows(tmp_path, "agr", "two", files)
        assert found["paths ipv4-addr.value"].state == "blocking"
        assert blocking(list(found.values())) == 1

    def test_policies_are_compared_as_they_are_in_effect(self, tmp_path: Path) -> None:
        more = {**SOUND["policies/taker"], "recipient": "other", "extends": [], "release": {"types": ["report"], "tlp_max": "amber"}}
        found = rows(tmp_path, "taker", "other", {**SOUND, "policies/other": more})
        assert found["types"] == Row("types", ("indicator, malware", "report"), "blocking")
        assert found["max_age_days"].state == "equal"

    def test_what_cannot_be_compared(self, tmp_path: Path) -> None:
        files = read(tmp_path)
        with pytest.raises(ConfigError, match="recipients with recipients"):
            compare(files, ["taker", "agr"], NOW)
        with pytest.raises(ConfigError, match=r"known are: taker, agr@1\.0\.0"):
            compare(files, ["taker", "nobody"], NOW)

    def test_the_number_fits_an_exit_code(self) -> None:
        assert blocking([Row("x", ("a", "b"), "blocking")] * 300) == MOST


class TestDiff:
    def between(self, folder: Path, files: Files) -> Any:
        write_set(folder / "old", SOUND)
        write_set(folder / "new", files)
        return diff(folder / "old", folder / "new", NOW)

    def test_equal_folders(self, tmp_path: Path) -> None:
        found = self.between(tmp_path, SOUND)
        assert (found.changes, found.effects) == ([], [])

    def test_changes_and_their_effects(self, tmp_path: Path) -> None:
        release = {"types": ["indicator", "report"], "tlp_max": "green"}
        found = self.between(tmp_path, changed("policies/taker", release=release, extends=None, version="1.1.0"))
        assert {(item.setting, item.before, item.after) for item in found.changes} == {
            ("version", "1.0.0", "1.1.0"),
            ("extends", "base@1.0.0", None),
            ("release.types", None, "indicator, report"),
            ("release.tlp_max", "amber", "green"),
        }
        assert [(item.line, item.effect, item.before, item.after) for item in found.effects] == [
            ("types", "wider", "indicator, malware", "indicator, report"),
            ("tlp_max", "narrower", "amber", "green"),
        ]
        assert {item.producers for item in found.effects} == {("maker", "other")}

    def test_a_policy_that_goes_takes_everything(self, tmp_path: Path) -> None:
        found = self.between(tmp_path, {**SOUND, "policies/taker": None})
        assert [(item.line, item.effect, item.after) for item in found.effects] == [("types", "narrower", "none")]

    def test_a_party_more_is_wider_for_its_objects_only(self, tmp_path: Path) -> None:
        more = {"partners/late": {**SOUND["partners/maker"], "id": "late"}}
        parties = {**SOUND["agreements/agr"], "parties": ["late", "maker", "other", "taker"]}
        found = self.between(tmp_path, {**SOUND, **more, "agreements/agr": parties})
        assert [(item.producers, item.line, item.effect) for item in found.effects] == [(("late",), "types", "wider")]

    def test_two_files(self, tmp_path: Path) -> None:
        write_set(tmp_path / "old", SOUND)
        write_set(tmp_path / "new", changed("agreements/agr", retention_days=30))
        found = diff(tmp_path / "old/agreements/agr.yaml", tmp_path / "new/agreements/agr.yaml", NOW)
        assert [(item.setting, item.before, item.after) for item in found.changes] == [("retention_days", "180", "30")]
        assert not found.effects

    @pytest.mark.parametrize(
        ("name", "kind"), [("policies/taker", "policy"), ("agreements/agr", "agreement"), ("partners/maker", "partner")]
    )
    def test_files_outside_their_folder_are_known_by_what_they_say(self, tmp_path: Path, name: str, kind: str) -> None:
        write_set(tmp_path, {kind: SOUND[name], f"{kind}-2": SOUND[name]})
        assert not diff(tmp_path / f"{kind}.yaml", tmp_path / f"{kind}-2.yaml", NOW).changes

    def test_what_cannot_be_compared(self, tmp_path: Path) -> None:
        write_set(tmp_path, {**SOUND, "text": {"a": 1}})
        with pytest.raises(ConfigError, match="two folders or two files"):
            diff(tmp_path, tmp_path / "policies/taker.yaml", NOW)
        with pytest.raises(ConfigError, match="two kinds"):
            diff(tmp_path / "agreements/agr.yaml", tmp_path / "policies/taker.yaml", NOW)
        with pytest.raises(ConfigError, match="what kind of file"):
            diff(tmp_path / "text.yaml", tmp_path / "text.yaml", NOW)
