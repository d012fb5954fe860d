-- +goose Up

-- A Jump Group. Codes are lower case; "user:<name>" is the personal group of a
-- user. folded is the name for comparisons.
CREATE TABLE groups (
    code       TEXT NOT NULL PRIMARY KEY,
    name       TEXT NOT NULL,
    folded     TEXT NOT NULL,
    kind       TEXT NOT NULL CHECK (kind IN ('personal', 'shared')),
    owner      TEXT NOT NULL DEFAULT '',
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX groups_by_name ON groups (kind, folded);
INSERT INTO groups (code, name, folded, kind, created_at) VALUES ('general', 'General', 'general', 'shared', 0);

-- A deployment key (KEY_INFO) of which the site has only the public half.
-- created_by is a name, not a reference: a key does not die with the account.
CREATE TABLE deployment_keys (
    uid        TEXT NOT NULL PRIMARY KEY,
    key_id     TEXT NOT NULL UNIQUE,
    public_key TEXT NOT NULL,
    platform   TEXT NOT NULL DEFAULT '',
    name       TEXT NOT NULL DEFAULT '',
    group_code TEXT NOT NULL REFERENCES groups (code),
    tag        TEXT NOT NULL DEFAULT '',
    comments   TEXT NOT NULL DEFAULT '',
    overrides  TEXT NOT NULL DEFAULT '',
    max_uses   BIGINT NOT NULL CHECK (max_uses >= 0),
    uses       BIGINT NOT NULL DEFAULT 0,
    created_by TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    revoked_at BIGINT NOT NULL DEFAULT 0,
    CHECK (max_uses = 0 OR uses <= max_uses)
);
CREATE INDEX deployment_keys_by_group ON deployment_keys (group_code);

-- A Jump Client. name is what is shown: given_name, or else the hostname.
-- facts is the last status message as JSON. A row with removed_at is a
-- tombstone: it only serves to tell that agent that it was removed. changed is
-- drawn from the counter below whenever something changes by which lists are
-- searched, filtered or sorted.
CREATE TABLE clients (
    id               TEXT NOT NULL PRIMARY KEY,
    public_key       TEXT NOT NULL,
    key_uid          TEXT NOT NULL DEFAULT '',
    given_name       TEXT NOT NULL DEFAULT '',
    name             TEXT NOT NULL,
    group_code       TEXT NOT NULL REFERENCES groups (code),
    tag              TEXT NOT NULL DEFAULT '',
    comments         TEXT NOT NULL DEFAULT '',
    public_ip        TEXT NOT NULL DEFAULT '',
    facts            TEXT NOT NULL DEFAULT '{}',
    capabilities     TEXT NOT NULL DEFAULT '[]',
    version          TEXT NOT NULL DEFAULT '',
    protocol         INTEGER NOT NULL DEFAULT 0,
    online           INTEGER NOT NULL DEFAULT 0,
    connection       BIGINT NOT NULL DEFAULT 0,
    join_confirmed   BIGINT NOT NULL DEFAULT 0,
    join_conflict_at BIGINT NOT NULL DEFAULT 0,
    created_at       BIGINT NOT NULL,
    connected_at     BIGINT NOT NULL DEFAULT 0,
    last_seen_at     BIGINT NOT NULL,
    last_accessed_at BIGINT NOT NULL DEFAULT 0,
    uninstalled_at   BIGINT NOT NULL DEFAULT 0,
    removed_at       BIGINT NOT NULL DEFAULT 0,
    changed          BIGINT NOT NULL
);
CREATE INDEX clients_by_change ON clients (changed);
CREATE INDEX clients_by_group ON clients (group_code, tag) WHERE removed_at = 0;

-- Counters that never repeat a number.
CREATE TABLE counters (
    name  TEXT NOT NULL PRIMARY KEY,
    value BIGINT NOT NULL
);
INSERT INTO counters (name, value) VALUES ('client_change', 0);

-- +goose Down
DROP TABLE counters;
DROP TABLE clients;
DROP TABLE deployment_keys;
DROP TABLE groups;
