-- +goose Up

-- An account. name is lower case; permissions are names separated by commas;
-- password is an Argon2id hash as a PHC string.
CREATE TABLE users (
    name        TEXT NOT NULL PRIMARY KEY,
    role        TEXT NOT NULL CHECK (role IN ('admin', 'representative')),
    permissions TEXT NOT NULL,
    password    TEXT NOT NULL,
    created_at  BIGINT NOT NULL
);

-- A browser that has signed in. hash is the SHA-256 of the cookie's secret, in
-- hexadecimal.
CREATE TABLE web_sessions (
    hash       TEXT NOT NULL PRIMARY KEY,
    user_name  TEXT NOT NULL REFERENCES users (name) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    used_at    BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX web_sessions_by_user ON web_sessions (user_name);
CREATE INDEX web_sessions_by_use ON web_sessions (used_at);

-- A bearer token of an account. hash is as in web_sessions.
CREATE TABLE tokens (
    id         TEXT NOT NULL PRIMARY KEY,
    hash       TEXT NOT NULL UNIQUE,
    user_name  TEXT NOT NULL REFERENCES users (name) ON DELETE CASCADE,
    label      TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    used_at    BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX tokens_by_user ON tokens (user_name);

-- What was done. Rows are only ever added. number orders them; actor is a name,
-- not a reference, because entries outlive accounts.
CREATE TABLE audit_entries (
    number     BIGINT NOT NULL PRIMARY KEY,
    at         BIGINT NOT NULL,
    actor      TEXT NOT NULL,
    action     TEXT NOT NULL,
    object     TEXT NOT NULL,
    session_id TEXT NOT NULL,
    from_addr  TEXT NOT NULL,
    details    TEXT NOT NULL
);
CREATE INDEX audit_entries_by_object ON audit_entries (object, number);

-- +goose Down
DROP TABLE audit_entries;
DROP TABLE tokens;
DROP TABLE web_sessions;
DROP TABLE users;
