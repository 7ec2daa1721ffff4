-- The linker's index: which incidents there are, the mentions they are folded from, and how to find candidates. Written by
-- the linker alone; everything in it can be rebuilt by replaying articles.assembled. Records are JSON in text columns: texts
-- may hold what jsonb can't (NUL, lone surrogates, both escaped in the JSON).

CREATE TABLE tocsin_linker.incidents (
    incident_id uuid PRIMARY KEY,
    merged_into uuid,
    founded_at  timestamptz NOT NULL,
    record      text NOT NULL,
    profile     text NOT NULL
);
CREATE INDEX incidents_merged_into ON tocsin_linker.incidents (merged_into) WHERE merged_into IS NOT NULL;

COMMENT ON TABLE tocsin_linker.incidents IS 'Incidents, merged and emptied ones too: an issued ID is never forgotten';
COMMENT ON COLUMN tocsin_linker.incidents.merged_into IS 'The incident that this one became part of; never one that is itself merged';
COMMENT ON COLUMN tocsin_linker.incidents.founded_at IS 'Report time of the mention that opened it; the older of two that merge wins';
COMMENT ON COLUMN tocsin_linker.incidents.record IS 'The Incident as last published (JSON)';
COMMENT ON COLUMN tocsin_linker.incidents.profile IS 'What linking compares a mention with (JSON), a function of the mentions';

CREATE TABLE tocsin_linker.mentions (
    mention_id  uuid PRIMARY KEY,
    incident_id uuid NOT NULL REFERENCES tocsin_linker.incidents,
    article_id  uuid NOT NULL,
    record      text NOT NULL
);
CREATE INDEX mentions_incident_id ON tocsin_linker.mentions (incident_id);
CREATE INDEX mentions_article_id ON tocsin_linker.mentions (article_id);

COMMENT ON TABLE tocsin_linker.mentions IS 'Mentions of the newest version of each article, with the incident that each tells of';

CREATE TABLE tocsin_linker.articles (
    article_id uuid PRIMARY KEY,
    record     text NOT NULL
);

COMMENT ON TABLE tocsin_linker.articles IS 'Which version of an article is linked, its links, and the incidents to publish again on redelivery (JSON)';

CREATE TABLE tocsin_linker.whereabouts (
    block       text COLLATE "C" NOT NULL,
    first_day   date NOT NULL,
    last_day    date NOT NULL,
    incident_id uuid NOT NULL REFERENCES tocsin_linker.incidents,
    PRIMARY KEY (block, first_day, last_day, incident_id)
);
CREATE INDEX whereabouts_incident_id ON tocsin_linker.whereabouts (incident_id);

COMMENT ON TABLE tocsin_linker.whereabouts IS 'Candidates by block of the map and stretch of days (40 at most); 0001-01-01 stands for no date';

CREATE TABLE tocsin_linker.traces (
    key         text COLLATE "C" NOT NULL,
    incident_id uuid NOT NULL REFERENCES tocsin_linker.incidents,
    PRIMARY KEY (key, incident_id)
);
CREATE INDEX traces_incident_id ON tocsin_linker.traces (incident_id);

COMMENT ON TABLE tocsin_linker.traces IS 'Candidates by trace (person, street, venue, copied sentence); how many share one says how little it tells';
