-- One SQL for SQLite and PostgreSQL. Times are milliseconds since 1970.
CREATE TABLE api_key (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    digest TEXT NOT NULL UNIQUE,
    previous_digest TEXT,
    previous_until BIGINT,
    settings TEXT NOT NULL,
    disabled BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    changed_at BIGINT NOT NULL
);
