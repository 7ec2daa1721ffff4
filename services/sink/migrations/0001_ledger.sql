-- The public schema of Tocsin. Columns are named as the fields of the messages (contracts/README.md); the parts of a
-- nested field carry its name in front (count.best is count_best). Enumerations are text, so that a newer writer's new
-- value never stops the sink. Written by the sink alone.

CREATE TABLE tocsin.articles (
    article_id   uuid PRIMARY KEY,
    content_hash text COLLATE "C" NOT NULL,
    url          text,
    source       text,
    title        text NOT NULL,
    text         text NOT NULL,
    language     text,
    published_at timestamptz,
    ingested_at  timestamptz NOT NULL,
    attributes   jsonb NOT NULL,
    annotations  jsonb NOT NULL,
    provenance   jsonb NOT NULL,
    enriched_at  timestamptz NOT NULL
);
CREATE INDEX articles_published_at ON tocsin.articles (published_at);
CREATE INDEX articles_ingested_at ON tocsin.articles (ingested_at);
CREATE INDEX articles_source ON tocsin.articles (source, published_at);

COMMENT ON TABLE tocsin.articles IS 'News articles as published, newest version of each';
COMMENT ON COLUMN tocsin.articles.article_id IS 'UUIDv5 of the canonical URL, else of source, title and text';
COMMENT ON COLUMN tocsin.articles.content_hash IS 'SHA-256 (hex) of normalised title and text: names the version';
COMMENT ON COLUMN tocsin.articles.url IS 'Where it was published';
COMMENT ON COLUMN tocsin.articles.source IS 'Outlet';
COMMENT ON COLUMN tocsin.articles.title IS 'Headline; NUL and lone surrogates, which Postgres can not hold, are U+FFFD here, so that offsets still hold';
COMMENT ON COLUMN tocsin.articles.text IS 'Body as published; NUL and lone surrogates are U+FFFD here, so that offsets still hold';
COMMENT ON COLUMN tocsin.articles.language IS 'BCP 47 tag';
COMMENT ON COLUMN tocsin.articles.published_at IS 'Publication; null where unknown';
COMMENT ON COLUMN tocsin.articles.ingested_at IS 'Arrival; the newest version of an article wins by this';
COMMENT ON COLUMN tocsin.articles.attributes IS 'The producer''s own names and values';
COMMENT ON COLUMN tocsin.articles.annotations IS 'By kind: payloads of enrichers that have no table of their own';
COMMENT ON COLUMN tocsin.articles.provenance IS 'By kind of annotation: service, version, model, status, error, milliseconds';
COMMENT ON COLUMN tocsin.articles.enriched_at IS 'When the last step was done';

CREATE TABLE tocsin.entities (
    article_id uuid NOT NULL REFERENCES tocsin.articles ON DELETE CASCADE,
    number     integer NOT NULL,
    label      text NOT NULL,
    name       text NOT NULL,
    place_id   text,
    confidence double precision NOT NULL,
    spans      jsonb NOT NULL,
    PRIMARY KEY (article_id, number)
);
-- A name may be longer than a B-tree holds, and hash indexes grow slow with names as common as these.
CREATE INDEX entities_name ON tocsin.entities (left(name, 200));
CREATE INDEX entities_place_id ON tocsin.entities (place_id);

COMMENT ON TABLE tocsin.entities IS 'Who and what an article names, once for all mentions';
COMMENT ON COLUMN tocsin.entities.article_id IS 'The article';
COMMENT ON COLUMN tocsin.entities.number IS 'Place in the message''s list, from 0';
COMMENT ON COLUMN tocsin.entities.label IS 'OntoNotes label: PERSON, ORG, GPE, LOC, FAC, NORP, EVENT, ...';
COMMENT ON COLUMN tocsin.entities.name IS 'Canonical in this article: the fullest form; indexed by left(name, 200)';
COMMENT ON COLUMN tocsin.entities.place_id IS 'Place in tocsin.places, for GPE, LOC and FAC';
COMMENT ON COLUMN tocsin.entities.confidence IS 'That span and label are right, 0 to 1';
COMMENT ON COLUMN tocsin.entities.spans IS 'Every mention: [{field, start, end, quote}], code points, end exclusive';

CREATE TABLE tocsin.places (
    article_id uuid NOT NULL REFERENCES tocsin.articles ON DELETE CASCADE,
    number     integer NOT NULL,
    place_id   text NOT NULL,
    name       text NOT NULL,
    kind       text NOT NULL,
    country    text,
    admin1     text,
    lat        double precision,
    lon        double precision,
    precision  text NOT NULL,
    confidence double precision NOT NULL,
    spans      jsonb NOT NULL,
    PRIMARY KEY (article_id, number)
);
CREATE INDEX places_place_id ON tocsin.places (place_id);
CREATE INDEX places_country ON tocsin.places (country);

COMMENT ON TABLE tocsin.places IS 'Places that an article names, once for all mentions';
COMMENT ON COLUMN tocsin.places.article_id IS 'The article';
COMMENT ON COLUMN tocsin.places.number IS 'Place in the message''s list, from 0';
COMMENT ON COLUMN tocsin.places.place_id IS 'geonames:ID where GeoNames has it, else tocsin:slug';
COMMENT ON COLUMN tocsin.places.name IS 'The gazetteer''s name';
COMMENT ON COLUMN tocsin.places.kind IS 'city, town, oblast, raion, district, country, sea, plant, ...';
COMMENT ON COLUMN tocsin.places.country IS 'ISO 3166-1 alpha-2';
COMMENT ON COLUMN tocsin.places.admin1 IS 'Name of the first-level unit';
COMMENT ON COLUMN tocsin.places.lat IS 'Degrees north, WGS 84';
COMMENT ON COLUMN tocsin.places.lon IS 'Degrees east, WGS 84';
COMMENT ON COLUMN tocsin.places.precision IS 'What the coordinates stand for: site, district, settlement, admin2, admin1, country, region';
COMMENT ON COLUMN tocsin.places.confidence IS 'That these words name this place, 0 to 1';
COMMENT ON COLUMN tocsin.places.spans IS 'Every mention: [{field, start, end, quote}], code points, end exclusive';

CREATE TABLE tocsin.weapon_mentions (
    article_id         uuid NOT NULL REFERENCES tocsin.articles ON DELETE CASCADE,
    number             integer NOT NULL,
    weapon_id          text,
    name               text,
    category           text NOT NULL,
    role               text NOT NULL,
    quantity_best      bigint,
    quantity_min       bigint,
    quantity_max       bigint,
    quantity_qualifier text,
    operator           text,
    attributive        boolean NOT NULL,
    confidence         double precision NOT NULL,
    section            text NOT NULL,
    rule               text,
    span_field         text NOT NULL,
    span_start         integer NOT NULL,
    span_end           integer NOT NULL,
    span_quote         text NOT NULL,
    PRIMARY KEY (article_id, number)
);
CREATE INDEX weapon_mentions_weapon_id ON tocsin.weapon_mentions (weapon_id);
CREATE INDEX weapon_mentions_category ON tocsin.weapon_mentions (category, role);

COMMENT ON TABLE tocsin.weapon_mentions IS 'Mentions of weapons and what the sentence does with them';
COMMENT ON COLUMN tocsin.weapon_mentions.article_id IS 'The article';
COMMENT ON COLUMN tocsin.weapon_mentions.number IS 'Place in the message''s list, from 0';
COMMENT ON COLUMN tocsin.weapon_mentions.weapon_id IS 'Slug in the catalogue; null for a mere class';
COMMENT ON COLUMN tocsin.weapon_mentions.name IS 'Canonical name; null for a mere class';
COMMENT ON COLUMN tocsin.weapon_mentions.category IS 'Kind of weapon: missile_ballistic, drone, artillery, ...';
COMMENT ON COLUMN tocsin.weapon_mentions.role IS 'launched, intercepted, hit, debris, destroyed, supplied, requested, pledged, possessed, captured, capability, attack_means, generic';
COMMENT ON COLUMN tocsin.weapon_mentions.quantity_best IS 'How many: the figure named';
COMMENT ON COLUMN tocsin.weapon_mentions.quantity_min IS 'How many: lower bound, inclusive';
COMMENT ON COLUMN tocsin.weapon_mentions.quantity_max IS 'How many: upper bound, inclusive';
COMMENT ON COLUMN tocsin.weapon_mentions.quantity_qualifier IS 'How many: the wording (exact, at_least, dozens, ...)';
COMMENT ON COLUMN tocsin.weapon_mentions.operator IS 'Who has or uses it, as the article names them';
COMMENT ON COLUMN tocsin.weapon_mentions.attributive IS 'Stands before another noun ("missile strike")';
COMMENT ON COLUMN tocsin.weapon_mentions.confidence IS 'That this is a weapon and this one, 0 to 1';
COMMENT ON COLUMN tocsin.weapon_mentions.section IS 'Part of the article: headline, lead, body, caption, related, comment, guest, boilerplate';
COMMENT ON COLUMN tocsin.weapon_mentions.rule IS 'Name of the rule that made it';
COMMENT ON COLUMN tocsin.weapon_mentions.span_field IS 'The mention: title or text';
COMMENT ON COLUMN tocsin.weapon_mentions.span_start IS 'The mention: offset of the first code point, from 0';
COMMENT ON COLUMN tocsin.weapon_mentions.span_end IS 'The mention: offset after the last code point';
COMMENT ON COLUMN tocsin.weapon_mentions.span_quote IS 'The mention: the characters themselves';

CREATE TABLE tocsin.casualty_claims (
    article_id      uuid NOT NULL REFERENCES tocsin.articles ON DELETE CASCADE,
    claim_id        uuid NOT NULL,
    harm            text NOT NULL,
    count_best      bigint,
    count_min       bigint,
    count_max       bigint,
    count_qualifier text NOT NULL,
    victims_quote   text,
    victims_group   text NOT NULL,
    victims_side    text,
    victims_names   text[] NOT NULL,
    place_id        text,
    when_start      date,
    when_end        date,
    when_precision  text,
    when_basis      text,
    claimant        text,
    scope           text NOT NULL,
    status          text NOT NULL,
    part_of         uuid,
    same_as         uuid,
    adds_to         uuid,
    confidence      double precision NOT NULL,
    section         text NOT NULL,
    rule            text,
    span_field      text NOT NULL,
    span_start      integer NOT NULL,
    span_end        integer NOT NULL,
    span_quote      text NOT NULL,
    PRIMARY KEY (article_id, claim_id)
);
CREATE INDEX casualty_claims_claim_id ON tocsin.casualty_claims (claim_id);
CREATE INDEX casualty_claims_place_id ON tocsin.casualty_claims (place_id);
CREATE INDEX casualty_claims_when ON tocsin.casualty_claims (when_start, when_end);

COMMENT ON TABLE tocsin.casualty_claims IS 'Casualty statements, each tied to its words';
COMMENT ON COLUMN tocsin.casualty_claims.article_id IS 'The article';
COMMENT ON COLUMN tocsin.casualty_claims.claim_id IS 'The same for the same words of the same article';
COMMENT ON COLUMN tocsin.casualty_claims.harm IS 'killed, injured, missing, trapped, captured, abducted, displaced';
COMMENT ON COLUMN tocsin.casualty_claims.count_best IS 'The figure named, null where none is';
COMMENT ON COLUMN tocsin.casualty_claims.count_min IS 'Lower bound, inclusive';
COMMENT ON COLUMN tocsin.casualty_claims.count_max IS 'Upper bound, inclusive';
COMMENT ON COLUMN tocsin.casualty_claims.count_qualifier IS 'The wording: exact, at_least, more_than, up_to, fewer_than, about, range, dozens, scores, hundreds, thousands, several, some, unspecified';
COMMENT ON COLUMN tocsin.casualty_claims.victims_quote IS 'The victims in the words of the article';
COMMENT ON COLUMN tocsin.casualty_claims.victims_group IS 'civilians, children, women, soldiers, police, medics, journalists, fighters, ..., people';
COMMENT ON COLUMN tocsin.casualty_claims.victims_side IS 'Whose people they are, where it is said';
COMMENT ON COLUMN tocsin.casualty_claims.victims_names IS 'Victims named in the span';
COMMENT ON COLUMN tocsin.casualty_claims.place_id IS 'Where it happened: place in tocsin.places';
COMMENT ON COLUMN tocsin.casualty_claims.when_start IS 'When it happened: first day';
COMMENT ON COLUMN tocsin.casualty_claims.when_end IS 'When it happened: last day';
COMMENT ON COLUMN tocsin.casualty_claims.when_precision IS 'When it happened: day, night, week, month, year, range, unknown';
COMMENT ON COLUMN tocsin.casualty_claims.when_basis IS 'Whether the text says when, or the publication date stands in';
COMMENT ON COLUMN tocsin.casualty_claims.claimant IS 'Who says so, in the article''s words';
COMMENT ON COLUMN tocsin.casualty_claims.scope IS 'This incident, a running total (cumulative), or the past (historic)';
COMMENT ON COLUMN tocsin.casualty_claims.status IS 'reported, denied, hypothetical, feared';
COMMENT ON COLUMN tocsin.casualty_claims.part_of IS 'claim_id of the total that includes this one';
COMMENT ON COLUMN tocsin.casualty_claims.same_as IS 'claim_id of the earlier claim that this one repeats';
COMMENT ON COLUMN tocsin.casualty_claims.adds_to IS 'claim_id of the earlier claim whose victims are others: the figures add up';
COMMENT ON COLUMN tocsin.casualty_claims.confidence IS 'That harm and count are read rightly, 0 to 1';
COMMENT ON COLUMN tocsin.casualty_claims.section IS 'Part of the article: headline, lead, body, caption, related, comment, guest, boilerplate';
COMMENT ON COLUMN tocsin.casualty_claims.rule IS 'Name of the rule that made it';
COMMENT ON COLUMN tocsin.casualty_claims.span_field IS 'The words that state it: title or text';
COMMENT ON COLUMN tocsin.casualty_claims.span_start IS 'The words that state it: offset of the first code point, from 0';
COMMENT ON COLUMN tocsin.casualty_claims.span_end IS 'The words that state it: offset after the last code point';
COMMENT ON COLUMN tocsin.casualty_claims.span_quote IS 'The words that state it';

CREATE TABLE tocsin.incidents (
    incident_id       uuid PRIMARY KEY,
    type              text,
    place_id          text,
    place_name        text,
    place_kind        text,
    place_country     text,
    place_admin1      text,
    place_lat         double precision,
    place_lon         double precision,
    place_precision   text,
    place_confidence  double precision,
    when_start        date,
    when_end          date,
    when_precision    text,
    when_basis        text,
    killed_best       bigint,
    killed_min        bigint,
    killed_max        bigint,
    killed_qualifier  text,
    injured_best      bigint,
    injured_min       bigint,
    injured_max       bigint,
    injured_qualifier text,
    weapons           text[] NOT NULL DEFAULT '{}',
    article_count     bigint NOT NULL DEFAULT 0,
    sources           text[] NOT NULL DEFAULT '{}',
    first_reported_at timestamptz,
    updated_at        timestamptz,
    merged_into       uuid REFERENCES tocsin.incidents,
    part_of           uuid REFERENCES tocsin.incidents,
    revision          bigint NOT NULL,
    CONSTRAINT incidents_type_known CHECK (type IS NOT NULL OR revision = 0)
);
CREATE INDEX incidents_when ON tocsin.incidents (when_start, when_end);
CREATE INDEX incidents_country ON tocsin.incidents (place_country, when_start);
CREATE INDEX incidents_type ON tocsin.incidents (type, when_start);
CREATE INDEX incidents_updated_at ON tocsin.incidents (updated_at);
CREATE INDEX incidents_place_id ON tocsin.incidents (place_id);
CREATE INDEX incidents_weapons ON tocsin.incidents USING gin (weapons);
CREATE INDEX incidents_merged_into ON tocsin.incidents (merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX incidents_part_of ON tocsin.incidents (part_of) WHERE part_of IS NOT NULL;

COMMENT ON TABLE tocsin.incidents IS
    'Events in the world, folded from all their mentions. revision 0 holds the place of an incident that is referred to '
    'and whose own record is still on its way; tocsin.incident_summary leaves these out';
COMMENT ON COLUMN tocsin.incidents.incident_id IS 'Never reused';
COMMENT ON COLUMN tocsin.incidents.type IS 'Deadliest means: missile_strike, air_strike, drone_attack, shelling, ...; null only at revision 0';
COMMENT ON COLUMN tocsin.incidents.place_id IS 'Where: geonames:ID, else tocsin:slug';
COMMENT ON COLUMN tocsin.incidents.place_name IS 'Where: the gazetteer''s name';
COMMENT ON COLUMN tocsin.incidents.place_kind IS 'Where: city, town, oblast, raion, district, country, sea, plant, ...';
COMMENT ON COLUMN tocsin.incidents.place_country IS 'Where: ISO 3166-1 alpha-2';
COMMENT ON COLUMN tocsin.incidents.place_admin1 IS 'Where: name of the first-level unit';
COMMENT ON COLUMN tocsin.incidents.place_lat IS 'Where: degrees north, WGS 84';
COMMENT ON COLUMN tocsin.incidents.place_lon IS 'Where: degrees east, WGS 84';
COMMENT ON COLUMN tocsin.incidents.place_precision IS 'Where: what the coordinates stand for';
COMMENT ON COLUMN tocsin.incidents.place_confidence IS 'Where: that this is the place, 0 to 1';
COMMENT ON COLUMN tocsin.incidents.when_start IS 'When: first day';
COMMENT ON COLUMN tocsin.incidents.when_end IS 'When: last day';
COMMENT ON COLUMN tocsin.incidents.when_precision IS 'When: day, night, week, month, year, range, unknown';
COMMENT ON COLUMN tocsin.incidents.when_basis IS 'Whether a text says when, or a publication date stands in';
COMMENT ON COLUMN tocsin.incidents.killed_best IS 'Dead, best figure now: the figure named';
COMMENT ON COLUMN tocsin.incidents.killed_min IS 'Dead, best figure now: lower bound, inclusive';
COMMENT ON COLUMN tocsin.incidents.killed_max IS 'Dead, best figure now: upper bound, inclusive';
COMMENT ON COLUMN tocsin.incidents.killed_qualifier IS 'Dead, best figure now: the wording';
COMMENT ON COLUMN tocsin.incidents.injured_best IS 'Injured, best figure now: the figure named';
COMMENT ON COLUMN tocsin.incidents.injured_min IS 'Injured, best figure now: lower bound, inclusive';
COMMENT ON COLUMN tocsin.incidents.injured_max IS 'Injured, best figure now: upper bound, inclusive';
COMMENT ON COLUMN tocsin.incidents.injured_qualifier IS 'Injured, best figure now: the wording';
COMMENT ON COLUMN tocsin.incidents.weapons IS 'Catalogue slugs of the weapons';
COMMENT ON COLUMN tocsin.incidents.article_count IS 'Articles that tell of it';
COMMENT ON COLUMN tocsin.incidents.sources IS 'Their outlets';
COMMENT ON COLUMN tocsin.incidents.first_reported_at IS 'Earliest article';
COMMENT ON COLUMN tocsin.incidents.updated_at IS 'Latest article';
COMMENT ON COLUMN tocsin.incidents.merged_into IS 'The incident that this one became part of';
COMMENT ON COLUMN tocsin.incidents.part_of IS 'The coordinated attack that this is a part of';
COMMENT ON COLUMN tocsin.incidents.revision IS 'Rises with every change; the newest wins';

CREATE TABLE tocsin.incident_mentions (
    article_id        uuid NOT NULL REFERENCES tocsin.articles ON DELETE CASCADE,
    mention_id        uuid NOT NULL,
    incident_id       uuid NOT NULL REFERENCES tocsin.incidents,
    role              text NOT NULL,
    type              text NOT NULL,
    place_id          text,
    when_start        date,
    when_end          date,
    when_precision    text,
    when_basis        text,
    killed_best       bigint,
    killed_min        bigint,
    killed_max        bigint,
    killed_qualifier  text,
    injured_best      bigint,
    injured_min       bigint,
    injured_max       bigint,
    injured_qualifier text,
    weapon_ids        text[] NOT NULL,
    claim_ids         uuid[] NOT NULL,
    spans             jsonb NOT NULL,
    confidence        double precision NOT NULL,
    evidence          jsonb NOT NULL,
    PRIMARY KEY (article_id, mention_id)
);
CREATE INDEX incident_mentions_mention_id ON tocsin.incident_mentions (mention_id);
CREATE INDEX incident_mentions_incident_id ON tocsin.incident_mentions (incident_id, role);

COMMENT ON TABLE tocsin.incident_mentions IS 'Accounts of incidents: one article''s account of one incident';
COMMENT ON COLUMN tocsin.incident_mentions.article_id IS 'The article';
COMMENT ON COLUMN tocsin.incident_mentions.mention_id IS 'Stable for the article''s version';
COMMENT ON COLUMN tocsin.incident_mentions.incident_id IS 'The incident as it was when the article was read; follow its merged_into, or use tocsin.incident_claims';
COMMENT ON COLUMN tocsin.incident_mentions.role IS 'What the incident is to the article: main, background';
COMMENT ON COLUMN tocsin.incident_mentions.type IS 'Type as this article tells it';
COMMENT ON COLUMN tocsin.incident_mentions.place_id IS 'Where, as this article tells it: place in tocsin.places';
COMMENT ON COLUMN tocsin.incident_mentions.when_start IS 'When, as this article tells it: first day';
COMMENT ON COLUMN tocsin.incident_mentions.when_end IS 'When, as this article tells it: last day';
COMMENT ON COLUMN tocsin.incident_mentions.when_precision IS 'When, as this article tells it: day, night, week, month, year, range, unknown';
COMMENT ON COLUMN tocsin.incident_mentions.when_basis IS 'Whether the text says when, or the publication date stands in';
COMMENT ON COLUMN tocsin.incident_mentions.killed_best IS 'This article''s toll of dead: the figure named';
COMMENT ON COLUMN tocsin.incident_mentions.killed_min IS 'This article''s toll of dead: lower bound, inclusive';
COMMENT ON COLUMN tocsin.incident_mentions.killed_max IS 'This article''s toll of dead: upper bound, inclusive';
COMMENT ON COLUMN tocsin.incident_mentions.killed_qualifier IS 'This article''s toll of dead: the wording';
COMMENT ON COLUMN tocsin.incident_mentions.injured_best IS 'This article''s toll of injured: the figure named';
COMMENT ON COLUMN tocsin.incident_mentions.injured_min IS 'This article''s toll of injured: lower bound, inclusive';
COMMENT ON COLUMN tocsin.incident_mentions.injured_max IS 'This article''s toll of injured: upper bound, inclusive';
COMMENT ON COLUMN tocsin.incident_mentions.injured_qualifier IS 'This article''s toll of injured: the wording';
COMMENT ON COLUMN tocsin.incident_mentions.weapon_ids IS 'Catalogue slugs of the weapons';
COMMENT ON COLUMN tocsin.incident_mentions.claim_ids IS 'The claims of this article that speak of it: tocsin.casualty_claims';
COMMENT ON COLUMN tocsin.incident_mentions.spans IS 'Where the article tells it: [{field, start, end, quote}], code points, end exclusive';
COMMENT ON COLUMN tocsin.incident_mentions.confidence IS 'That the mention belongs to this incident, 0 to 1';
COMMENT ON COLUMN tocsin.incident_mentions.evidence IS 'Why it was joined to this incident: [{feature, weight}], weights in nats';

CREATE TABLE tocsin.toll_history (
    incident_id     uuid NOT NULL REFERENCES tocsin.incidents ON DELETE CASCADE,
    harm            text NOT NULL,
    number          integer NOT NULL,
    count_best      bigint,
    count_min       bigint,
    count_max       bigint,
    count_qualifier text NOT NULL,
    status          text NOT NULL,
    claimant        text,
    source          text,
    article_id      uuid NOT NULL,
    claim_id        uuid,
    reported_at     timestamptz NOT NULL,
    PRIMARY KEY (incident_id, harm, number)
);
CREATE INDEX toll_history_article_id ON tocsin.toll_history (article_id);
CREATE INDEX toll_history_reported_at ON tocsin.toll_history (reported_at);

COMMENT ON TABLE tocsin.toll_history IS 'Tolls of incidents as they rose: who said what when';
COMMENT ON COLUMN tocsin.toll_history.incident_id IS 'The incident';
COMMENT ON COLUMN tocsin.toll_history.harm IS 'killed or injured';
COMMENT ON COLUMN tocsin.toll_history.number IS 'Place in the history, oldest first, from 0';
COMMENT ON COLUMN tocsin.toll_history.count_best IS 'The figure named, null where none is';
COMMENT ON COLUMN tocsin.toll_history.count_min IS 'Lower bound, inclusive';
COMMENT ON COLUMN tocsin.toll_history.count_max IS 'Upper bound, inclusive';
COMMENT ON COLUMN tocsin.toll_history.count_qualifier IS 'The wording';
COMMENT ON COLUMN tocsin.toll_history.status IS 'reported or denied';
COMMENT ON COLUMN tocsin.toll_history.claimant IS 'Who says so, in the article''s words';
COMMENT ON COLUMN tocsin.toll_history.source IS 'Outlet';
COMMENT ON COLUMN tocsin.toll_history.article_id IS 'The article; it may come after the incident that it changed, so it is no foreign key';
COMMENT ON COLUMN tocsin.toll_history.claim_id IS 'The claim: tocsin.casualty_claims';
COMMENT ON COLUMN tocsin.toll_history.reported_at IS 'Publication of the article, else its arrival';

-- In two branches, so that a condition on either column finds its row by an index: merged incidents are few.
CREATE VIEW tocsin.incident_resolved AS
SELECT incident_id, incident_id AS resolved_id FROM tocsin.incidents WHERE merged_into IS NULL
UNION ALL
SELECT incident_id, resolved_id
FROM (
    WITH RECURSIVE step (incident_id, resolved_id, steps) AS (
        SELECT incident_id, merged_into, 1 FROM tocsin.incidents WHERE merged_into IS NOT NULL
        UNION ALL
        SELECT step.incident_id, i.merged_into, step.steps + 1
        FROM step
        JOIN tocsin.incidents i ON i.incident_id = step.resolved_id
        WHERE i.merged_into IS NOT NULL AND step.steps < 100
    )
    SELECT DISTINCT ON (incident_id) incident_id, resolved_id FROM step ORDER BY incident_id, steps DESC
) AS merged;

COMMENT ON VIEW tocsin.incident_resolved IS 'Every incident_id ever issued, and the incident that it stands for now, after all merges';
COMMENT ON COLUMN tocsin.incident_resolved.incident_id IS 'An incident_id as it was issued';
COMMENT ON COLUMN tocsin.incident_resolved.resolved_id IS 'The incident that it stands for now';

CREATE VIEW tocsin.incident_summary AS
SELECT
    incident_id, type, when_start, when_end, place_name, place_admin1, place_country, place_lat, place_lon,
    place_precision, killed_best, killed_min, killed_max, killed_qualifier, injured_best, injured_min, injured_max,
    injured_qualifier, weapons, article_count, sources, first_reported_at, updated_at, part_of, revision
FROM tocsin.incidents
WHERE merged_into IS NULL AND article_count > 0;

COMMENT ON VIEW tocsin.incident_summary IS 'The ledger as it stands: every incident that was not merged into another and that an article tells of';

CREATE VIEW tocsin.incident_claims AS
SELECT
    r.resolved_id AS incident_id, m.mention_id, m.role, a.article_id, a.source, a.title, a.url, a.published_at,
    c.claim_id, c.harm, c.count_best, c.count_min, c.count_max, c.count_qualifier, c.victims_group, c.victims_side,
    c.claimant, c.scope, c.status, c.section, c.span_field, c.span_start, c.span_end, c.span_quote, c.confidence
FROM tocsin.incident_mentions m
JOIN tocsin.incident_resolved r ON r.incident_id = m.incident_id
JOIN tocsin.articles a ON a.article_id = m.article_id
CROSS JOIN LATERAL unnest(m.claim_ids) AS claim (id)
JOIN tocsin.casualty_claims c ON c.article_id = m.article_id AND c.claim_id = claim.id;

COMMENT ON VIEW tocsin.incident_claims IS 'Every casualty claim behind an incident, with its article and its words';
