-- +goose Up

-- The computers that show the identity of one client, as a JSON list: one, but
-- for copied disks (Copy in join.go). quarantined_at is set while there is more
-- than one about which nobody has decided.
ALTER TABLE clients ADD COLUMN copies TEXT NOT NULL DEFAULT '[]';
ALTER TABLE clients ADD COLUMN quarantined_at BIGINT NOT NULL DEFAULT 0;
UPDATE clients SET copies = '[{"number":1,"confirmed":' || join_confirmed || ',"issued":[' || connection || ']}]'
    WHERE connection > 0;
ALTER TABLE clients DROP COLUMN join_confirmed;
ALTER TABLE clients DROP COLUMN join_conflict_at;

-- What an alarm is about: the id of a client, or nothing.
ALTER TABLE alarms ADD COLUMN subject TEXT NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE alarms DROP COLUMN subject;
ALTER TABLE clients ADD COLUMN join_confirmed BIGINT NOT NULL DEFAULT 0;
ALTER TABLE clients ADD COLUMN join_conflict_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE clients DROP COLUMN quarantined_at;
ALTER TABLE clients DROP COLUMN copies;
