-- Rights in the schema tocsin. Run after every upgrade: idempotent, and content with a database in which it may not make roles.

DO $$
DECLARE
    role_name text;
BEGIN
    FOREACH role_name IN ARRAY ARRAY['tocsin_sink', 'tocsin_reader'] LOOP
        BEGIN
            IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role_name) THEN
                EXECUTE format('CREATE ROLE %I NOLOGIN', role_name);
            END IF;
        EXCEPTION
            WHEN insufficient_privilege THEN
                RAISE WARNING 'role % is missing and may not be made here: make it and migrate again', role_name;
                CONTINUE;
            WHEN duplicate_object OR unique_violation THEN
                NULL;  -- another database of this server was migrated at the same moment
        END;
        EXECUTE format('GRANT USAGE ON SCHEMA tocsin TO %I', role_name);
        EXECUTE format('GRANT SELECT ON ALL TABLES IN SCHEMA tocsin TO %I', role_name);
        EXECUTE format('ALTER DEFAULT PRIVILEGES IN SCHEMA tocsin GRANT SELECT ON TABLES TO %I', role_name);
    END LOOP;
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'tocsin_sink') THEN
        GRANT INSERT, UPDATE, DELETE ON
            tocsin.articles, tocsin.entities, tocsin.places, tocsin.weapon_mentions, tocsin.casualty_claims,
            tocsin.incidents, tocsin.incident_mentions, tocsin.toll_history
        TO tocsin_sink;
    END IF;
END
$$;
