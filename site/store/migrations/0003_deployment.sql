-- +goose Up

-- For whom a client is installed: service, user, or empty.
ALTER TABLE deployment_keys ADD COLUMN mode TEXT NOT NULL DEFAULT '';

-- What administrators have set for the whole site, one JSON value a name. What
-- is not there has its usual value.
CREATE TABLE settings (
    name       TEXT NOT NULL PRIMARY KEY,
    value      TEXT NOT NULL,
    changed_at BIGINT NOT NULL
);

-- +goose Down
DROP TABLE settings;
ALTER TABLE deployment_keys DROP COLUMN mode;
