"""The tables of catalogue.db: what the hub knows, what it refused, and how far each stage has come."""

from pipeline.store.sqlite import Migration
from pipeline.store.value_index import index_values

MIGRATIONS: tuple[Migration, ...] = (
    """
CREATE TABLE shard (
  no INTEGER PRIMARY KEY,
  change INTEGER NOT NULL           -- last change number given in this shard
);
CREATE TABLE entity (               -- one meaning
  no INTEGER PRIMARY KEY,
  key BLOB NOT NULL UNIQUE,         -- content key, 16 bytes
  type TEXT NOT NULL,
  shard INTEGER NOT NULL,
  change INTEGER                    -- NULL only inside the transaction that makes the entity
);
CREATE UNIQUE INDEX entity_change ON entity (shard, change);
CREATE TABLE alias (                -- a source id that was served or referred to
  no INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE
);
CREATE INDEX alias_uuid ON alias (lower(substr(id, -36)));
CREATE TABLE source (               -- one producer's object: the versions of one id
  no INTEGER PRIMARY KEY,
  alias INTEGER NOT NULL,
  producer TEXT NOT NULL,
  entity INTEGER NOT NULL,          -- what its current version means
  level INTEGER NOT NULL,
  current INTEGER NOT NULL,         -- its latest version
  created TEXT NOT NULL,
  standing BLOB NOT NULL,           -- 16 bytes, equal for sources that every recipient treats alike
  shadowed INTEGER NOT NULL,        -- 1: another source of equal standing always goes before it
  fresh TEXT NOT NULL,              -- newest time of itself and of those that it shadows
  UNIQUE (alias, producer)
);
CREATE INDEX source_entity ON source (entity, standing, shadowed);
CREATE TABLE version (              -- one contribution: (feed, source id, modified, digest)
  no INTEGER PRIMARY KEY,
  source INTEGER NOT NULL,
  modified TEXT NOT NULL,           -- sortable; '' for objects without versions
  digest BLOB NOT NULL,
  feed TEXT NOT NULL,
  audience TEXT NOT NULL,
  revoked INTEGER NOT NULL,
  labels TEXT NOT NULL,             -- JSON list of marking ids
  altered TEXT NOT NULL,            -- JSON list of path=verb
  enrichment BLOB NOT NULL,
  received TEXT NOT NULL,           -- sortable
  body BLOB NOT NULL,
  UNIQUE (source, modified, digest)
);
CREATE TABLE ref (                  -- who refers to a source id, in any version
  target INTEGER NOT NULL,
  source INTEGER NOT NULL,
  PRIMARY KEY (target, source)
) WITHOUT ROWID;
CREATE TABLE mention (              -- whose bytes hold a UUID, in any place, in any version
  uuid TEXT NOT NULL,
  source INTEGER NOT NULL,
  PRIMARY KEY (uuid, source)
) WITHOUT ROWID;
CREATE TABLE touched (              -- source ids whose meaning became known or changed, until what hangs on them is keyed anew
  alias INTEGER PRIMARY KEY
);
CREATE TABLE moved (                -- a source that once meant this entity: its release follows the source
  entity INTEGER NOT NULL,
  source INTEGER NOT NULL,
  PRIMARY KEY (entity, source)
) WITHOUT ROWID;
CREATE TABLE fault (                -- a TLP marking id that a producer served with another body
  producer TEXT NOT NULL,
  marking TEXT NOT NULL,
  PRIMARY KEY (producer, marking)
) WITHOUT ROWID;
CREATE TABLE quarantine (
  no INTEGER PRIMARY KEY,
  feed TEXT NOT NULL,
  producer TEXT NOT NULL,
  reason TEXT NOT NULL,
  path TEXT NOT NULL,
  source_id TEXT NOT NULL,
  digest BLOB NOT NULL,
  size INTEGER NOT NULL,
  raw BLOB NOT NULL,
  first_received TEXT NOT NULL,
  last_received TEXT NOT NULL,
  UNIQUE (feed, reason, digest)
);
CREATE TABLE cursor (               -- how far each stage has come: feed.<id>, raw, release
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE due (                  -- what will change by itself: re-decide this entity for this recipient from then on
  moment TEXT NOT NULL,
  recipient TEXT NOT NULL,
  entity INTEGER NOT NULL,
  PRIMARY KEY (moment, recipient, entity)
) WITHOUT ROWID
""",
    """
CREATE TABLE outcome (              -- what became of each object that a partner POSTed, until its status is settled
  position INTEGER PRIMARY KEY,     -- its place in the pushed topic, see pipeline.jobs.intake
  outcome TEXT NOT NULL
)
""",
    """
CREATE TABLE about (                -- the values that a source is about: its pattern's constants, its observable's value
  digest BLOB NOT NULL,             -- 12 bytes, see schemas.value_digests
  source INTEGER NOT NULL,
  PRIMARY KEY (digest, source)
) WITHOUT ROWID;
CREATE TABLE quote (                -- other values that stand anywhere in the bytes of a source, in any version
  digest BLOB NOT NULL,
  source INTEGER NOT NULL,
  PRIMARY KEY (digest, source)
) WITHOUT ROWID;
CREATE INDEX quote_source ON quote (source);
CREATE INDEX ref_source ON ref (source);
CREATE TABLE recall (               -- what was taken back by hand
  scope TEXT NOT NULL,              -- object | feed
  name TEXT NOT NULL,               -- source id, or feed
  reason TEXT NOT NULL,             -- the operator's own words
  at TEXT NOT NULL,
  who TEXT NOT NULL,                -- the account that ran the command
  PRIMARY KEY (scope, name)
) WITHOUT ROWID;
CREATE TABLE tightened (            -- ids of which a newer, narrower version was refused: what came before it goes to nobody
  producer TEXT NOT NULL,
  id TEXT NOT NULL,
  modified TEXT NOT NULL,           -- of that version; sortable
  PRIMARY KEY (producer, id)
) WITHOUT ROWID;
CREATE TABLE other_audience (       -- ids that their producer once served with the mark of another audience: they stay of that audience
  producer TEXT NOT NULL,
  id TEXT NOT NULL,
  PRIMARY KEY (producer, id)
) WITHOUT ROWID
""",
    index_values,
    "CREATE INDEX about_source ON about (source)",
    "CREATE INDEX mention_source ON mention (source)",
)
