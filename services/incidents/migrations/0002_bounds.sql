-- Bounds: mentions in order of their report, since of very many the oldest and the newest are folded; accounts without a
-- date by the day of their report, where all of a block were compared with one another before.

ALTER TABLE tocsin_linker.mentions ADD COLUMN reported_at timestamptz;
UPDATE tocsin_linker.mentions SET reported_at = (record::json ->> 'reported_at')::timestamptz;
ALTER TABLE tocsin_linker.mentions ALTER COLUMN reported_at SET NOT NULL;
DROP INDEX tocsin_linker.mentions_incident_id;
CREATE INDEX mentions_incident_id ON tocsin_linker.mentions (incident_id, reported_at, mention_id);

INSERT INTO tocsin_linker.whereabouts (block, first_day, last_day, incident_id)
SELECT DISTINCT 'undated:' || w.block, (m.reported_at AT TIME ZONE 'UTC')::date, (m.reported_at AT TIME ZONE 'UTC')::date, w.incident_id
FROM tocsin_linker.whereabouts w JOIN tocsin_linker.mentions m USING (incident_id)
WHERE w.first_day = '0001-01-01';
DELETE FROM tocsin_linker.whereabouts WHERE first_day = '0001-01-01';

COMMENT ON COLUMN tocsin_linker.mentions.reported_at IS 'Publication of the article, else its arrival';
COMMENT ON TABLE tocsin_linker.whereabouts IS 'Candidates by block of the map and stretch of days (40 at most); undated: blocks by the day of the report';
