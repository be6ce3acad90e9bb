"""Read grants/*.json and hold them against the originators' public keys. What is not wholly in order never counts, and is listed.

A file ID.revoked.json stops the grant ID whatever is in it, unless it is in order and the grant was signed after it: to narrow needs no
signature, so a damaged revocation brings nothing back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from schemas.errors import ConfigError
from schemas.sharing import GrantKey, Partner
from schemas.sharing.grants import MAX_BYTES, GrantSet, Revocation, SignedGrant, Standing, read_statement

FOLDER = "grants"
REVOKED = ".revoked"

STATES: Mapping[str, str] = {
    "in force": "",
    "not yet": "its time has not come",
    "revocation": "",
    "expired": "its time is over; delete it, and ask its originator for a new one where it is needed",
    "key ended": "the key that signed it has ended; ask its originator to sign it anew",
    "revoked": "it is taken back; keep its revocation for as long as it would have counted",
    "broken": "",
    "misnamed": "the file is not called what it states; rename it",
    "other hub": "it was signed for another hub",
    "unknown originator": "its originator is no partner",
    "unknown key": "its originator has no such key in `grant_keys`; ask for the public key over a way that you trust",
    "forged": "the key that it names has not signed it; ask its originator for the file again",
}
"""State of a file -> what it means and what to do; empty where it counts, or its detail says it."""

WELL = ("in force", "not yet", "revocation")
"""States that are no mistake."""


@dataclass(frozen=True)
class GrantFile:
    """One file, as far as it can be believed. `fault` is a state; empty where the file is in order, whatever the time."""

    name: str
    says: SignedGrant | Revocation | None = None
    fault: str = ""
    detail: str = ""
    key: GrantKey | None = None

    @property
    def grant(self) -> Standing | None:
        """The grant that it states, and when it counts: until it ends, or the key that signed it does."""
        if not isinstance(self.says, SignedGrant):
            return None
        ends = [self.says.valid_until]
        if self.key is not None and self.key.until is not None:
            ends.append(self.key.until)
        return Standing(self.says, max(self.says.valid_from, self.says.issued), min(ends))

    def state(self, now: datetime) -> str:
        """A key of STATES."""
        grant = self.grant
        if self.fault:
            return self.fault
        if grant is None:
            return "revocation"
        if now >= grant.grant.valid_until:
            return "expired"
        if now >= grant.ends:
            return "key ended"
        return "in force" if now >= grant.starts else "not yet"

    def meaning(self, now: datetime) -> str:
        """What its state means and what to do about it."""
        return self.detail or STATES[self.state(now)]


@dataclass(frozen=True)
class Grants:
    """The folder as it stands: all its files, and those of them that may count."""

    files: tuple[GrantFile, ...] = ()
    set: GrantSet = field(default_factory=GrantSet)

    def mistakes(self, now: datetime) -> list[str]:
        """One line for each file that does not count, except those whose time has yet to come."""
        return [f"{FOLDER}/{file.name}: {file.state(now)}: {file.meaning(now)}" for file in self.files if file.state(now) not in WELL]


class Stop:
    """What the revocations among some files take back."""

    def __init__(self, files: Iterable[GrantFile]) -> None:
        self._names: set[str] = set()
        self._last: dict[tuple[str, str], Revocation] = {}
        for file in files:
            if isinstance(file.says, Revocation) and not file.fault:
                place = (file.says.originator, file.says.revokes)
                self._last[place] = max(file.says, self._last.get(place, file.says), key=lambda item: item.issued)
            else:
                self._names.add(file.name)

    def holds(self, file: GrantFile) -> bool:
        """Whether a grant that is in order by itself is taken back."""
        if file.fault or not isinstance(file.says, SignedGrant):
            return False
        found = self._last.get((file.says.originator, file.says.id))
        return (found is not None and found.ends(file.says)) or f"{file.says.id}{REVOKED}.json" in self._names


def read_grants(folder: Path, partners: Mapping[str, Partner], hub: str) -> Grants:
    """The grants in a hub's folder. A file that cannot be read or believed is listed with its fault and changes nothing else."""
    files = [_look_at(path, partners, hub) for path in sorted((folder / FOLDER).glob("*.json"))]
    stop = Stop(files)
    files = [replace(file, fault="revoked") if stop.holds(file) else file for file in files]
    return Grants(tuple(files), GrantSet(tuple(file.grant for file in files if file.grant is not None and not file.fault)))


def judge(name: str, body: bytes, partners: Mapping[str, Partner], hub: str) -> GrantFile:
    """One statement by itself, held against the keys of the partner that it names."""
    try:
        statement = read_statement(body)
    except ConfigError as error:
        return GrantFile(name, fault="broken", detail=str(error))
    says = statement.says
    if name != file_name(says):
        return GrantFile(name, says, "misnamed")
    if says.hub not in (None, hub):
        return GrantFile(name, says, "other hub")
    if says.originator not in partners:
        return GrantFile(name, says, "unknown originator")
    key = next((item for item in partners[says.originator].grant_keys if item.id == says.key), None)
    if key is None:
        return GrantFile(name, says, "unknown key")
    return GrantFile(name, says, "" if statement.verify(key.key) else "forged", key=key)


def file_name(says: SignedGrant | Revocation) -> str:
    """What the file of a statement is called."""
    return f"{says.revokes}{REVOKED}.json" if isinstance(says, Revocation) else f"{says.id}.json"


def _look_at(path: Path, partners: Mapping[str, Partner], hub: str) -> GrantFile:
    try:
        with path.open("rb") as file:
            body = file.read(MAX_BYTES + 1)
    except OSError as error:
        return GrantFile(path.name, fault="broken", detail=f"cannot be read: {error.strerror}")
    return judge(path.name, body, partners, hub)
