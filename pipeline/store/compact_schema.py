"""Migration of views.db: ids, words and versions once for all collections, and numbers for them wherever they are repeated."""

from __future__ import annotations

import sqlite3

import orjson

from pipeline.store.object_ids import split
from schemas.stix.registry import times

_DIGITS = "lower(hex(o.uuid))"
_UUID = "||'-'||".join(f"substr({_DIGITS}, {start}, {length})" for start, length in ((1, 8), (9, 4), (13, 4), (17, 4), (21, 12)))
_ID = f"k.text || '--' || CASE typeof(o.uuid) WHEN 'blob' THEN {_UUID} ELSE o.uuid END"


def version_key(version: str) -> str:
    """SQL for the sort key of a version: schemas.timestamps.sort_key."""
    return f"CASE WHEN instr({version}, '.') THEN rtrim(rtrim(rtrim({version}, 'Z'), '0'), '.') ELSE rtrim({version}, 'Z') END"


_TABLES = f"""
CREATE TABLE word (                 -- types, decisions and reasons: they are few, and repeated in every row
  no INTEGER PRIMARY KEY,
  text TEXT NOT NULL UNIQUE
);
CREATE TABLE object (               -- an id, once for all collections
  no INTEGER PRIMARY KEY,
  uuid BLOB NOT NULL,               -- 16 bytes, or text where the id is not written the usual way
  type INTEGER NOT NULL,            -- word
  UNIQUE (uuid, type)
);
CREATE TABLE version (              -- some bytes of an object, once for all collections
  object INTEGER NOT NULL,
  body INTEGER NOT NULL,
  version TEXT,                     -- `modified`, else `created`, NULL where the object has neither
  PRIMARY KEY (object, body)
) WITHOUT ROWID;
CREATE TABLE body_3 (
  no INTEGER PRIMARY KEY,
  bytes BLOB NOT NULL
);
CREATE TABLE record_3 (             -- one delivered object version
  collection INTEGER NOT NULL,
  latest INTEGER NOT NULL,          -- 1 for the newest version of its object, decided at write time
  seq INTEGER NOT NULL,             -- date_added in microseconds since 1970: unique and rising within a collection
  object INTEGER NOT NULL,
  body INTEGER NOT NULL,
  version TEXT,                     -- the release slot where the object has no time of its own, else NULL
  PRIMARY KEY (collection, latest, seq)
) WITHOUT ROWID;
CREATE TABLE member_3 (             -- the decision that stands for one catalogue entry and one recipient
  collection INTEGER NOT NULL,
  handle BLOB NOT NULL,             -- keyed digest of the content key: means nothing to anyone else
  decision INTEGER NOT NULL,        -- word: put | withdraw | revoke
  reason INTEGER NOT NULL,          -- word
  object INTEGER,                   -- as which it is visible, NULL where it is not
  digest BLOB,                      -- of the content delivered last, without the hub's own times
  change INTEGER NOT NULL,          -- catalogue change number that it was decided on
  audit INTEGER NOT NULL,           -- the audit row with slot, policy, agreements and transforms; an older slot is not applied
  PRIMARY KEY (collection, handle)
) WITHOUT ROWID;
INSERT INTO word (text) SELECT type FROM record UNION SELECT decision FROM member UNION SELECT reason FROM member
  UNION SELECT kind_of(object_id) FROM member WHERE object_id IS NOT NULL;
INSERT INTO object (uuid, type) SELECT uuid_of(id), (SELECT no FROM word WHERE text = kind_of(id)) FROM
  (SELECT object_id AS id FROM record UNION SELECT object_id FROM member WHERE object_id IS NOT NULL);
CREATE TEMP TABLE known (id TEXT PRIMARY KEY, no INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO known SELECT {_ID}, o.no FROM object o JOIN word k ON k.no = o.type;
INSERT INTO body_3 SELECT no, bytes FROM body WHERE no IN (SELECT body FROM record);
INSERT INTO version SELECT known.no, first.body, CASE WHEN is_timed(body.bytes) THEN first.version END
  FROM (SELECT body, min(object_id) AS id, min(version) AS version FROM record GROUP BY body) first
  JOIN known ON known.id = first.id JOIN body ON body.no = first.body;
INSERT INTO record_3 SELECT record.collection, record.latest, record.seq, known.no, record.body,
  CASE WHEN version.version IS NULL THEN record.version END
  FROM record JOIN known ON known.id = record.object_id JOIN version ON version.object = known.no AND version.body = record.body;
INSERT INTO member_3 SELECT collection, handle, d.no, r.no, known.no, digest, change, audit
  FROM member JOIN word d ON d.text = decision JOIN word r ON r.text = reason LEFT JOIN known ON known.id = object_id;
DROP TABLE temp.known;
DROP TABLE record;
DROP TABLE member;
DROP TABLE body;
ALTER TABLE body_3 RENAME TO body;
ALTER TABLE record_3 RENAME TO record;
ALTER TABLE member_3 RENAME TO member;
CREATE INDEX record_object ON record (collection, object);
CREATE INDEX member_object ON member (collection, object) WHERE object IS NOT NULL;
CREATE VIEW object_text AS          -- the ids as everyone else knows them
  SELECT o.no, {_ID} AS id, k.text AS type FROM object o CROSS JOIN word k ON k.no = o.type;
CREATE VIEW record_text AS          -- the records with everything that they stand for; for one object, or for a look into the file
  SELECT r.collection, r.seq, r.latest, r.object, {_ID} AS object_id, k.text AS type, r.body,
    coalesce(r.version, v.version) AS version, {version_key("coalesce(r.version, v.version)")} AS version_key
  FROM record r INDEXED BY record_object CROSS JOIN version v ON v.object = r.object AND v.body = r.body
    CROSS JOIN object o ON o.no = r.object CROSS JOIN word k ON k.no = o.type;
CREATE VIEW member_text AS          -- the members with everything that they stand for
  SELECT m.collection, m.handle, d.text AS decision, r.text AS reason, m.object,
    (SELECT id FROM object_text WHERE no = m.object) AS object_id, m.digest, m.change, m.audit, a.slot
  FROM member m CROSS JOIN word d ON d.no = m.decision CROSS JOIN word r ON r.no = m.reason LEFT JOIN audit a ON a.no = m.audit
"""  # noqa: S608 - all of it is ours


def compact(db: sqlite3.Connection) -> None:
    """Carry everything over, inside the caller's transaction. What no record shows any more is left behind."""
    db.create_function("uuid_of", 1, lambda identifier: split(identifier)[0], deterministic=True)
    db.create_function("kind_of", 1, lambda identifier: split(identifier)[1], deterministic=True)
    db.create_function("is_timed", 1, _is_timed, deterministic=True)
    for statement in _TABLES.split(";\n"):
        db.execute(statement)


def _is_timed(body: bytes) -> bool:
    return any(times(orjson.loads(body)))
