CREATE TABLE credentials (
  type TEXT NOT NULL,
  id TEXT NOT NULL,
  username TEXT NOT NULL,
  sealed TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (type, id)
) WITHOUT ROWID;

CREATE INDEX credentials_by_username ON credentials (username);
