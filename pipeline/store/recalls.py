"""What was taken back by hand: the table `recall`, and the change numbers by which every recipient's release learns of it.

Commit order: one transaction holds what is recalled and the change numbers of all entities concerned. So a release that is under way
while somebody recalls misses nothing: what it has not seen is the next one's.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import NamedTuple

import orjson

from pipeline.store.catalogue import Catalogue
from pipeline.store.catalogue_work import Work
from pipeline.store.sqlite import transaction


class Recall(NamedTuple):
    """scope: object or feed · name: source id, or feed · reason: the operator's own words · at: RFC 3339 · who: the account that did it"""

    scope: str
    name: str
    reason: str
    at: str
    who: str


def list_recalls(db: sqlite3.Connection) -> Sequence[Recall]:
    """All that is recalled now, the oldest first."""
    return [Recall(*row) for row in db.execute("SELECT scope, name, reason, at, who FROM recall ORDER BY at, scope, name")]


def add_recalls(catalogue: Catalogue, recalls: Sequence[Recall]) -> int:
    """Recall. What is recalled already stays as it is; returns the number of entities to be decided anew, 0 where nothing was new."""
    with transaction(catalogue.connection) as db:
        new = [
            item
            for item in recalls
            if db.execute("INSERT OR IGNORE INTO recall (scope, name, reason, at, who) VALUES (?, ?, ?, ?, ?)", item).rowcount
        ]
        return _touch(db, catalogue.shards, [(item.scope, item.name) for item in new])


def remove_recalls(catalogue: Catalogue, names: Sequence[tuple[str, str]]) -> int:
    """Let (scope, name) go again; returns the number of entities to be decided anew, 0 where nothing of it was recalled."""
    with transaction(catalogue.connection) as db:
        gone = [name for name in names if db.execute("DELETE FROM recall WHERE scope = ? AND name = ?", name).rowcount]
        return _touch(db, catalogue.shards, gone)


def _touch(db: sqlite3.Connection, shards: int, names: Sequence[tuple[str, str]]) -> int:
    """Give what is concerned new change numbers: all sources of a meaning, since another may stand for it from now on."""
    work = Work(db, shards)
    objects = [name for scope, name in names if scope == "object"]
    feeds = [name for scope, name in names if scope == "feed"]
    if objects:
        work.touched.update(
            entity
            for (entity,) in db.execute(
                "SELECT DISTINCT source.entity FROM alias JOIN source ON source.alias = alias.no"
                " WHERE alias.id IN (SELECT value FROM json_each(?))",
                (orjson.dumps(objects).decode(),),
            )
        )
    if feeds:
        work.touched.update(
            entity
            for (entity,) in db.execute(
                "SELECT DISTINCT source.entity FROM version JOIN source ON source.no = version.source"
                " WHERE version.feed IN (SELECT value FROM json_each(?))",
                (orjson.dumps(feeds).decode(),),
            )
        )
    number = len(work.touched)
    work.finish()
    return number
