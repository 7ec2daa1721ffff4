ALTER TABLE tocsin.incident_mentions ADD COLUMN part_of uuid REFERENCES tocsin.incidents;

COMMENT ON COLUMN tocsin.incident_mentions.part_of IS 'The attack on several places that it is a part of, as this article tells it';
