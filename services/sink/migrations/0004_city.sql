-- The city that a place belongs to, and the rule that chose the place.

ALTER TABLE tocsin.places ADD COLUMN city text, ADD COLUMN rule text;
COMMENT ON COLUMN tocsin.places.city IS 'The city that a district, a suburb or a site belongs to';
COMMENT ON COLUMN tocsin.places.rule IS 'Name of the rule that chose it of the places of its name';

ALTER TABLE tocsin.incidents ADD COLUMN place_city text, ADD COLUMN place_rule text;
COMMENT ON COLUMN tocsin.incidents.place_city IS 'Where: the city that a district, a suburb or a site belongs to';
COMMENT ON COLUMN tocsin.incidents.place_rule IS 'Name of the rule that chose the place of those of its name';
