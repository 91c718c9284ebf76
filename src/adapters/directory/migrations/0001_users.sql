CREATE TABLE users (
  username TEXT PRIMARY KEY NOT NULL,
  password_hash TEXT NOT NULL,
  credentials_version INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  deleted_at INTEGER
) WITHOUT ROWID;
