"""The tables of views.db: what each recipient's collections hold now, and who may read them.

The publisher writes it, the server reads it; neither the raw topic nor the catalogue is in it.
"""

import sqlite3
from pathlib import Path

from pipeline.store.collection_schema import COLLECTIONS_2
from pipeline.store.compact_schema import compact
from pipeline.store.credential_schema import CREDENTIALS_2
from pipeline.store.sqlite import Migration, connect

MIGRATIONS: tuple[Migration, ...] = (
    """
CREATE TABLE collection (
  no INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,          -- UUIDv4, the TAXII collection id
  alias TEXT UNIQUE,
  partner TEXT NOT NULL,            -- who may read it
  title TEXT NOT NULL,
  description TEXT NOT NULL DEFAULT '',
  last_seq INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE body (
  no INTEGER PRIMARY KEY,
  digest BLOB,                      -- 16 bytes of the object's bytes where recipients may share them, NULL where none can
  bytes BLOB NOT NULL
);
CREATE UNIQUE INDEX body_digest ON body (digest) WHERE digest IS NOT NULL;
CREATE TABLE record (               -- one delivered object version
  collection INTEGER NOT NULL,
  seq INTEGER NOT NULL,             -- date_added in microseconds since 1970: unique and rising within a collection
  object_id TEXT NOT NULL,
  version TEXT NOT NULL,            -- as TAXII says it: `modified`, else `created`, else the release slot
  version_key TEXT NOT NULL,        -- the same, in plain text order
  type TEXT NOT NULL,
  latest INTEGER NOT NULL,          -- 1 for the newest version of its object, decided at write time
  body INTEGER NOT NULL,
  PRIMARY KEY (collection, seq)
) WITHOUT ROWID;
CREATE INDEX record_latest ON record (collection, seq) WHERE latest = 1;
CREATE UNIQUE INDEX record_version ON record (collection, object_id, version_key);
CREATE TABLE member (               -- the decision that stands for one catalogue entry and one recipient
  collection INTEGER NOT NULL,
  handle BLOB NOT NULL,             -- keyed digest of the content key: means nothing to anyone else
  decision TEXT NOT NULL,           -- put | withdraw
  reason TEXT NOT NULL,
  object_id TEXT,                   -- under which the object is visible, NULL where it is not
  digest BLOB,                      -- of the content delivered last, without the hub's own times
  change INTEGER NOT NULL,          -- catalogue change number that it was decided on
  slot TEXT NOT NULL,               -- an older statement than this one is not applied
  audit INTEGER NOT NULL,           -- the audit row with policy, agreements and transforms
  PRIMARY KEY (collection, handle)
) WITHOUT ROWID;
CREATE INDEX member_object ON member (collection, object_id) WHERE object_id IS NOT NULL;
CREATE TABLE audit (                -- one row for each message applied to a view: who, when, under which rules
  no INTEGER PRIMARY KEY,
  collection INTEGER NOT NULL,
  slot TEXT NOT NULL,
  policy TEXT NOT NULL,
  agreements TEXT NOT NULL,
  topic_partition INTEGER NOT NULL,
  topic_offset INTEGER NOT NULL,
  put INTEGER NOT NULL,
  withdrawn INTEGER NOT NULL,
  withheld INTEGER NOT NULL,
  entries BLOB NOT NULL             -- JSON: [handle, decision, reason, object id, path=verb …] of each change of the view
);
CREATE TABLE consumed (             -- the offset that the view has, in the same transaction as its effect
  topic TEXT NOT NULL,
  partition INTEGER NOT NULL,
  next INTEGER NOT NULL,
  PRIMARY KEY (topic, partition)
) WITHOUT ROWID;
CREATE TABLE credential (
  no INTEGER PRIMARY KEY,
  partner TEXT NOT NULL,
  kind TEXT NOT NULL,               -- basic | token
  name TEXT NOT NULL UNIQUE,        -- user name, or the public first part of a token
  secret TEXT NOT NULL,             -- argon2 hash (basic) or SHA-256 of a random 256-bit token
  created TEXT NOT NULL,
  revoked TEXT
)
""",
    CREDENTIALS_2,
    COLLECTIONS_2,
    compact,
    """
ALTER TABLE audit ADD COLUMN legal_basis TEXT NOT NULL DEFAULT '';
ALTER TABLE audit ADD COLUMN purposes TEXT NOT NULL DEFAULT '';
ALTER TABLE audit ADD COLUMN actor TEXT NOT NULL DEFAULT 'service'
""",
)

PAGE_BYTES = 16_384
"""Objects have some hundred bytes, and one that does not fit goes to the next page: of pages of 4 KB a tenth stays empty."""


def open_views(path: Path) -> sqlite3.Connection:
    """views.db for writing."""
    return connect(path, MIGRATIONS, page_bytes=PAGE_BYTES)
