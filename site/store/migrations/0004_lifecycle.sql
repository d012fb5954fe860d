-- +goose Up

-- What the site must remember to know how long clients have been away (package
-- site/retention), as one JSON value in one row.
CREATE TABLE retention (
    one   INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
    state TEXT NOT NULL
);
INSERT INTO retention (one, state) VALUES (1, '{}');

-- What the site does not do without an administrator's word. An alarm is open
-- while answer is empty. answered_by is a name, not a reference.
CREATE TABLE alarms (
    number      BIGINT NOT NULL PRIMARY KEY,
    kind        TEXT NOT NULL,
    raised_at   BIGINT NOT NULL,
    count       BIGINT NOT NULL,
    answer      TEXT NOT NULL DEFAULT '',
    answered_at BIGINT NOT NULL DEFAULT 0,
    answered_by TEXT NOT NULL DEFAULT ''
);

-- Who has been away for long.
CREATE INDEX clients_by_last_seen ON clients (last_seen_at) WHERE removed_at = 0 AND online = 0;

-- +goose Down
DROP INDEX clients_by_last_seen;
DROP TABLE alarms;
DROP TABLE retention;
