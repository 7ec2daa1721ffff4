#!/bin/sh
# Run once by the image of Postgres, as its superuser, on an empty volume: the database, its owner, and who may read it.
set -eu

psql --username "${POSTGRES_USER:-postgres}" --dbname postgres --no-psqlrc --quiet \
  --set ON_ERROR_STOP=1 --set owner_password="$POSTGRES_PASSWORD" --set reader_password="$POSTGRES_READER_PASSWORD" <<'SQL'
CREATE ROLE tocsin LOGIN PASSWORD :'owner_password';
CREATE ROLE tocsin_sink NOLOGIN;
CREATE ROLE tocsin_reader NOLOGIN;
CREATE ROLE reader LOGIN PASSWORD :'reader_password' IN ROLE tocsin_reader;
CREATE DATABASE tocsin OWNER tocsin TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C';
REVOKE CONNECT, TEMPORARY ON DATABASE tocsin FROM PUBLIC;
GRANT CONNECT ON DATABASE tocsin TO tocsin_reader;
-- The superuser has the same password as the owner until here; from now on it enters by the container's socket alone.
ALTER ROLE CURRENT_USER PASSWORD NULL;
SQL
