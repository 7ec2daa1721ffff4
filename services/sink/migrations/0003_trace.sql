-- The trace that an article's record belongs to (W3C traceparent).

ALTER TABLE tocsin.articles ADD COLUMN trace_id text;
COMMENT ON COLUMN tocsin.articles.trace_id IS 'Trace of the record: its producer''s, else made on the way; 32 hexadecimal digits';
