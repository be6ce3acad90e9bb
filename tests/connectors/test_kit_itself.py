"""The kit finds what it is there to find: each of these connectors breaks one rule, and one test says so."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from threading import Event
from typing import Any, ClassVar

import pytest
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from connectors.base import Cursor, Page
from connectors.http import BoundedClient
from connectors.http_retry import REAL_TIME, Timing
from connectors.http_settings import HttpSettings
from connectors.testing import Conformance, HttpWorld, conformance
from schemas.errors import StalledFeed


class Good:
    """Breaks nothing; the others change one point of it."""

    name: ClassVar[str] = "good"
    Settings: ClassVar[type[BaseModel]] = HttpSettings

    def __init__(self, settings: HttpSettings, timing: Timing = REAL_TIME) -> None:
        self.settings = settings
        self.timing = timing

    def pages(self, cursor: Cursor, stop: Event) -> Iterator[Page]:
        number = int(cursor.get("page", 0))
        with BoundedClient(self.settings, stop, self.timing) as client:
            while not stop.is_set():
                document = client.document(self.settings.url, {"page": number})
                following = document.envelope.get("next_page")
                yield Page(document.objects, self.cursor(following or number), document.fragments)
                if following is None:
                    return
                self.check(number, following)
                number = following

    def cursor(self, page: int) -> dict[str, Any]:
        return {"page": page}

    def check(self, number: int, following: int) -> None:
        if following <= number:
            message = "again"
            raise StalledFeed(message)


class Loops(Good):
    def check(self, number: int, following: int) -> None:
        pass


class ForgetsPlace(Good):
    def cursor(self, page: int) -> dict[str, Any]:
        return {"page": page + 1}


class OddCursor(Good):
    def cursor(self, page: int) -> dict[str, Any]:
        return {"page": (page,)}


class Deaf(Good):
    def pages(self, cursor: Cursor, stop: Event) -> Iterator[Page]:
        return super().pages(cursor, Event())


class Leaks(Good):
    def pages(self, cursor: Cursor, stop: Event) -> Iterator[Page]:
        logging.getLogger("leaks").debug("token %s", self.settings.token and self.settings.token.get_secret_value())
        return super().pages(cursor, stop)


class Hoards(Good):
    def pages(self, cursor: Cursor, stop: Event) -> Iterator[Page]:
        yield from list(super().pages(cursor, stop))


class PlainSettings(BaseModel):
    url: str
    token: str = Field("", description="In clear.")


class Plain(Good):
    Settings: ClassVar[type[BaseModel]] = PlainSettings


class LooseSettings(HttpSettings):
    model_config = ConfigDict(extra="ignore")
    other: SecretStr | None = Field(None, description="Another secret.")


class Loose(Good):
    Settings: ClassVar[type[BaseModel]] = LooseSettings


@pytest.mark.parametrize(
    ("source", "broken"),
    [
        (Good, set()),
        (Loops, {"test_a_repeated_page_stops"}),
        (ForgetsPlace, {"test_resumes_from_every_cursor"}),
        (OddCursor, {"test_cursors_are_json", "test_resumes_from_every_cursor"}),
        (Deaf, {"test_stops_within_a_second_of_silence", "test_stops_within_a_second_of_being_throttled", "test_stops_before_it_begins"}),
        (Leaks, {"test_secrets_stay_secret"}),
        (
            Hoards,
            {
                "test_what_came_before_a_failure_is_given",
                "test_a_repeated_page_stops",
                "test_stops_within_a_second_of_silence",
                "test_stops_within_a_second_of_being_throttled",
            },
        ),
        (Loose, {"test_unknown_settings_are_refused"}),
    ],
)
def test_one_broken_rule_fails_its_tests(source: type[Good], broken: set[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connectors.testing.FIRST_PAGE_S", 1.0)
    kit = conformance(source, HttpWorld())()
    failed = set()
    for name in (name for name in dir(Conformance) if name.startswith("test_")):
        try:
            getattr(kit, name)()
        except (AssertionError, TypeError):
            failed.add(name)
    assert failed == broken


def test_settings_are_judged_by_their_model() -> None:
    kit = conformance(Plain, HttpWorld())()
    with pytest.raises(AssertionError, match="url"):
        kit.test_settings_have_descriptions()
    with pytest.raises(AssertionError, match="token"):
        kit.test_secrets_are_secret_strings()
