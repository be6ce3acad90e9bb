"""What a hub must never keep is gone before anything is written, wherever it stands."""

from __future__ import annotations

import copy
from typing import Any

import orjson
import pytest

from schemas.errors import BadInput
from tests.support.objects import CREATED, domain, indicator, observable
from transforms.baseline import NEVER_KEPT, keep_less

SECRET = "canary-2v8w"


def observed(**objects: Any) -> dict[str, Any]:
    return domain("observed-data", "a", first_observed=CREATED, last_observed=CREATED, number_observed=1, objects=objects)


CASES = [
    (observable("user-account", account_login="a", credential=SECRET), ("user-account.credential=drop",)),
    (observable("process", pid=1, environment_variables={"TOKEN": SECRET}), ("process.environment_variables=drop",)),
    (observable("artifact", payload_bin=SECRET, hashes={"MD5": "a" * 32}), ("artifact.payload_bin=drop",)),
    (
        observable("artifact", url="https://example.com/", hashes={"MD5": "a" * 32}, decryption_key=SECRET, payload_bin=SECRET),
        ("artifact.payload_bin=drop", "artifact.decryption_key=drop"),
    ),
    (
        observed(
            **{
                "0": {"type": "user-account", "user_id": "a", "credential": SECRET},
                "1": {"type": "process", "pid": 1, "environment_variables": {"A": SECRET}},
                "2": {"type": "artifact", "payload_bin": SECRET},
                "3": {"type": "user-account", "user_id": "b", "credential": SECRET},
            }
        ),
        (
            "observed-data.objects.*.credential=drop",
            "observed-data.objects.*.environment_variables=drop",
            "observed-data.objects.*.payload_bin=drop",
        ),
    ),
]


@pytest.mark.parametrize(("value", "altered"), CASES, ids=lambda item: item["type"] if isinstance(item, dict) else "")
def test_what_is_never_kept_is_dropped_and_named(value: dict[str, Any], altered: tuple[str, ...]) -> None:
    before = copy.deepcopy(value)
    kept, told = keep_less(value)
    assert SECRET.encode() not in orjson.dumps(kept)
    assert told == altered
    assert value == before
    assert kept.keys() <= value.keys()
    assert all(kept[name] == item for name, item in value.items() if name in kept and name != "objects")
    assert keep_less(kept) == (kept, ())


@pytest.mark.parametrize(
    "value",
    [
        indicator("a", x_credential="kept"),
        observable("user-account", account_login="a"),
        observable("file", name="a", x_payload_bin="kept"),
        observed(**{"0": {"type": "file", "name": "a"}, "1": "odd", "2": {"type": 5}, "3": {"no": "type"}}),
        {**observed(), "objects": None},
        {**observed(), "objects": ["x"]},
        domain("x-own", "a", credential="not ours to judge"),
    ],
)
def test_the_very_same_object_comes_back_where_there_is_nothing_to_remove(value: dict[str, Any]) -> None:
    kept, altered = keep_less(value)
    assert kept is value
    assert altered == ()


def test_an_artifact_that_was_only_its_payload_is_nothing() -> None:
    with pytest.raises(BadInput) as caught:
        keep_less(observable("artifact", payload_bin=SECRET, mime_type="a/b"))
    assert (caught.value.reason, caught.value.path) == ("nothing-left", "payload_bin")
    assert SECRET not in str(caught.value)


def test_the_list_names_secrets_alone() -> None:
    assert {(kind, name) for kind, names in NEVER_KEPT.items() for name in names} == {
        ("artifact", "payload_bin"),
        ("artifact", "decryption_key"),
        ("process", "environment_variables"),
        ("user-account", "credential"),
    }
