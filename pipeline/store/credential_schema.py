"""The tables of views.db that say who may come in: what the second version of the schema added to them."""

CREDENTIALS_2 = """
ALTER TABLE credential ADD COLUMN previous TEXT;
ALTER TABLE credential ADD COLUMN previous_until TEXT;
CREATE TABLE suspension (           -- partners that are shut out for now, whatever credentials they have
  partner TEXT PRIMARY KEY,
  since TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE credential_log (       -- who changed what, and when; never a secret
  no INTEGER PRIMARY KEY,
  at TEXT NOT NULL,
  who TEXT NOT NULL,                -- the account that ran the command
  action TEXT NOT NULL,             -- add | rotate | revoke | suspend | resume
  partner TEXT NOT NULL,
  name TEXT NOT NULL DEFAULT ''     -- of the credential; empty where the whole partner is meant
)
"""
"""`previous` is the secret before the last rotation, good until `previous_until`. `kind` may be `certificate`: its name is the
certificate's fingerprint or subject, and its secret is empty, since the TLS handshake has proved who holds the key."""
