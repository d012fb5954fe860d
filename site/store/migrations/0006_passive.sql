-- +goose Up

-- A passive client keeps no tunnel: it checks in, and the site calls it. reach
-- is how, as JSON (Reach in passive.go). absent is set once it has not checked
-- in for so long, patience in milliseconds, that nobody expects it any more.
ALTER TABLE clients ADD COLUMN passive INTEGER NOT NULL DEFAULT 0;
ALTER TABLE clients ADD COLUMN absent INTEGER NOT NULL DEFAULT 0;
ALTER TABLE clients ADD COLUMN patience BIGINT NOT NULL DEFAULT 0;
ALTER TABLE clients ADD COLUMN reach TEXT NOT NULL DEFAULT '{}';

-- Whether clients that come with a key begin as passive ones.
ALTER TABLE deployment_keys ADD COLUMN passive INTEGER NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE deployment_keys DROP COLUMN passive;
ALTER TABLE clients DROP COLUMN reach;
ALTER TABLE clients DROP COLUMN patience;
ALTER TABLE clients DROP COLUMN absent;
ALTER TABLE clients DROP COLUMN passive;
