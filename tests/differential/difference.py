"""What a difference between Tearline and a witness is: a complaint of one side about an object that the other side takes.

A class of differences is as narrow as (kind, path, what stands there). What no class explains is a difference that nobody has looked at.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import stix2

from tests.differential.witnesses import WITNESSES, Complaint, noted, ours
from tests.unit.schemas.stix.clauses import GONE
from tests.unit.schemas.stix.sample_objects import RED, SAMPLES
from tests.unit.schemas.stix.sample_observables import OBSERVABLE_SAMPLES

Stix = Mapping[str, Any]
Where = Callable[[Stix, Complaint], bool]
Verdict = Literal["Tearline", "noted", "open", "kinder"]
"""Tearline: the section says what we say. noted: we say it too, and the feed's settings decide. open: the text can be read both ways.
kinder: by the letter the witness is right, but real feeds have it, and nothing depends on it."""

FOLLOWS = ("missing-property", "invalid-selector")
"""Findings of ours that can be the consequence of another: that an optional part is dropped which another one needs."""


def _agreed() -> dict[str, dict[str, Any]]:
    made = copy.deepcopy({**SAMPLES, **OBSERVABLE_SAMPLES})
    for value in made.values():
        if "granular_markings" in value:
            value["granular_markings"] = [{"marking_ref": RED, "selectors": ["id"]}]
    made["file"]["extensions"]["windows-pebinary-ext"]["time_date_stamp"] = "2016-01-22T12:31:12Z"
    made["software"]["languages"] = ["en", "de"]
    made["language-content"]["contents"] = {"de": {"name": "x", "goals": ["a", ""]}, "fr": {"name": "n"}}
    return made


AGREED = _agreed()
"""Type -> an object with every property of the type, which all three take."""


def like(type_name: str, **changes: Any) -> dict[str, Any]:
    """The object of a type that all take, with some properties replaced, added or taken away."""
    made = {**copy.deepcopy(AGREED[type_name]), **changes}
    return {name: item for name, item in made.items() if item is not GONE}


def with_extension(name: str, **changes: Any) -> dict[str, Any]:
    """The file that all take, with this extension alone, changed."""
    extension = {**AGREED["file"]["extensions"][name], **changes}
    return like("file", extensions={name: extension})


ANY = ".*"
WIDEST = 2**53 - 1
OTHER_VERSION = "^[a-z0-9-]+--[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[06-9a-fA-F]"
MOMENTS = (
    r"(.*\.)?(created|modified|submitted|published|valid_(from|until)|(first|last)_(seen|observed)|analysis_(started|ended)|st(art|op)_time"
    r"|object_modified|[acm]time|date|start|end|created_time|modified_time|account_\w+|credential_last_changed|\w+_not_(before|after)"
    r"|time_date_stamp)"
)
"""Paths of the properties that are timestamps."""


def always(_value: Stix, _complaint: Complaint) -> bool:
    return True


def standing(value: Any, path: str) -> Iterator[Any]:
    """What stands at a path; `#` is each item of a list, `*` each value of a dictionary."""
    found = [value]
    for step in path.split(".") if path else []:
        below: list[Any] = []
        for at in found:
            if isinstance(at, list):
                below += at if step == "#" else []
            elif isinstance(at, Mapping):
                below += at.values() if step == "*" else [at[step]] if step in at else []
        found = below
    return iter(found)


def there(test: Callable[[Any], bool]) -> Where:
    """Whether one of the things that stand at the complaint's path passes a test."""
    return lambda value, complaint: any(test(item) for item in standing(value, complaint.path))


def text(form: str) -> Where:
    """Whether a text stands there that has this form somewhere."""
    return there(lambda item: isinstance(item, str) and re.search(form, item) is not None)


def texts(value: Any) -> Iterator[str]:
    """Every text in a JSON value, names of properties aside."""
    stack = [value]
    while stack:
        at = stack.pop()
        if isinstance(at, str):
            yield at
        stack += at.values() if isinstance(at, Mapping) else at if isinstance(at, list) else ()


def anywhere(form: str) -> Where:
    """Whether some text in the object has this form, for a witness that does not say where."""
    return lambda value, _complaint: any(re.search(form, item) for item in texts(value))


def said(form: str) -> Where:
    """Whether the witness's own words have this form somewhere."""
    return lambda _value, complaint: re.search(form, complaint.text, re.DOTALL) is not None


def note(reason: str) -> Where:
    """Whether we note it, for the feed's settings to decide."""
    return lambda value, _complaint: any(found.kind == reason for found in noted(value))


def either(*tests: Where) -> Where:
    return lambda value, complaint: any(test(value, complaint) for test in tests)


def both(*tests: Where) -> Where:
    return lambda value, complaint: all(test(value, complaint) for test in tests)


def read(value: Stix) -> Any:
    """What stix2 makes of an object that it takes."""
    made = stix2.parse(dict(value), allow_custom=True, version="2.1")
    return made if isinstance(made, dict) else json.loads(made.serialize())


def rewritten(value: Stix, complaint: Complaint) -> bool:
    """Whether what stix2 writes is something else than what it read, in the property of the complaint."""
    top = complaint.path.partition(".")[0]
    made = read(value)
    names = value.keys() | made.keys() if top == "*" else {top}
    return any((name in made) != (name in value) or _exactly(made.get(name)) != _exactly(value.get(name)) for name in names)


def becomes(*kinds: type) -> Where:
    """Whether stix2 makes something of one of these kinds of what stands there."""

    def made(value: Stix, complaint: Complaint) -> bool:
        return rewritten(value, complaint) and any(type(item) in kinds for item in standing(read(value), complaint.path))

    return made


def unread(value: Stix, _complaint: Complaint) -> bool:
    """Whether stix2 hands an object back without a look at it, since it does not know its type."""
    return isinstance(stix2.parse(dict(value), allow_custom=True, version="2.1"), dict)


def _exactly(item: Any) -> str:
    """JSON text, in which true, 1 and 1.0 differ, as they do not for Python."""
    return json.dumps(item, sort_keys=True)


@dataclass(frozen=True)
class Difference:
    """One class of differences.

    witness: which one differs
    takes:   whether it takes what we refuse; else it refuses what we take
    kind:    regular expression of the whole kind of the complaint: our reason, or what the witness calls it
    path:    regular expression of its whole path
    example: an object of the class, whose only differences with the witness are of the class
    section: of STIX 2.1 with Errata 01
    why:     one sentence
    where:   what else makes the class narrow
    """

    witness: str
    takes: bool
    what: str
    kind: str
    path: str
    example: Stix
    section: str
    verdict: Verdict
    why: str
    where: Where = always

    def explains(self, value: Stix, complaint: Complaint) -> bool:
        """Whether a complaint is one of the class."""
        kind, path = re.fullmatch(self.kind, complaint.kind), re.fullmatch(self.path, complaint.path)
        return kind is not None and path is not None and self.where(value, complaint)


def disputed(value: Stix, witness: str) -> tuple[bool, tuple[Complaint, ...]]:
    """Whether a witness takes what we refuse, and the complaints that the other side has not: () where both say the same."""
    mine, theirs = ours(value), WITNESSES[witness](value)
    if bool(mine) == bool(theirs):
        return bool(theirs), ()
    if not mine:
        return False, theirs
    first = tuple(complaint for complaint in mine if complaint.kind not in FOLLOWS)
    return True, first or mine


def unexplained(value: Stix, rows: tuple[Difference, ...], witnesses: Iterable[str] = WITNESSES) -> list[tuple[str, Complaint]]:
    """Complaints of one side alone that no row explains."""
    left: list[tuple[str, Complaint]] = []
    for witness in witnesses:
        takes, complaints = disputed(value, witness)
        own = [row for row in rows if row.witness == witness and row.takes == takes]
        left += [(witness, complaint) for complaint in complaints if not any(row.explains(value, complaint) for row in own)]
    return left
