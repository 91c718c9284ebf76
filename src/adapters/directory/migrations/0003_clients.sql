CREATE TABLE clients (
  client_id TEXT PRIMARY KEY NOT NULL,
  metadata TEXT NOT NULL,
  secret_hash TEXT,
  registration_token_hash TEXT,
  is_trusted INTEGER NOT NULL,
  is_first_party INTEGER NOT NULL,
  created_at INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE consents (
  username TEXT NOT NULL,
  client_id TEXT NOT NULL,
  scope TEXT NOT NULL,
  granted_at INTEGER NOT NULL,
  PRIMARY KEY (username, client_id)
) WITHOUT ROWID;

CREATE TABLE client_assertions (
  client_id TEXT NOT NULL,
  jti TEXT NOT NULL,
  expires_at INTEGER NOT NULL,
  PRIMARY KEY (client_id, jti)
) WITHOUT ROWID;

CREATE TABLE device_grants (
  device_code_hash TEXT PRIMARY KEY NOT NULL,
  user_code TEXT NOT NULL UNIQUE,
  client_id TEXT NOT NULL,
  request TEXT NOT NULL,
  answer TEXT,
  polled_at INTEGER NOT NULL,
  poll_seconds INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) WITHOUT ROWID;
