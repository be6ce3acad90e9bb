"""Migration of views.db: API roots, collections with rights and saved filters, and what partners have deleted from their views."""

COLLECTIONS_2 = """
CREATE TABLE collection_2 (
  no INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,          -- UUIDv4, the TAXII collection id
  alias TEXT,
  partner TEXT NOT NULL,            -- whose view it shows, and who may write to it
  title TEXT NOT NULL,
  description TEXT NOT NULL DEFAULT '',
  last_seq INTEGER NOT NULL DEFAULT 0,
  root TEXT NOT NULL DEFAULT '',    -- name of its API root, '' for the server's first one
  kind TEXT NOT NULL DEFAULT 'view',  -- view: what the publisher writes for one partner | saved: configured, follows a view
  view INTEGER,                     -- of a saved one: the view that it follows, NULL while its partner has none
  filter TEXT NOT NULL DEFAULT '{}',  -- of a saved one: JSON of types, markings, labels, min_confidence
  can_read INTEGER NOT NULL DEFAULT 1,  -- whether the partner may read it
  public INTEGER NOT NULL DEFAULT 0,  -- whether every other partner may read it too
  feed TEXT,                        -- whose objects those are that the partner POSTs, NULL where it may not write
  UNIQUE (root, alias)
);
INSERT INTO collection_2 (no, id, alias, partner, title, description, last_seq)
  SELECT no, id, alias, partner, title, description, last_seq FROM collection;
DROP TABLE collection;
ALTER TABLE collection_2 RENAME TO collection;
CREATE INDEX collection_partner ON collection (partner);
CREATE INDEX collection_view ON collection (view) WHERE view IS NOT NULL;
CREATE TABLE api_root (             -- further API roots
  name TEXT PRIMARY KEY,
  title TEXT NOT NULL,
  description TEXT NOT NULL DEFAULT ''
);
CREATE TABLE tombstone (            -- a version that a partner has deleted from its view: it is not added again
  collection INTEGER NOT NULL,      -- the view
  object_id TEXT NOT NULL,
  version_key TEXT NOT NULL,
  digest BLOB NOT NULL,             -- 16 bytes of the object's bytes: what has no times gets another version at every release
  deleted INTEGER NOT NULL,         -- microseconds since 1970
  PRIMARY KEY (collection, object_id, version_key)
) WITHOUT ROWID
"""
