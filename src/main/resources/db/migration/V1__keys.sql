-- One SQL for SQLite and PostgreSQL. Times are milliseconds since 1970.
CREATE TABLE api_key (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    digest TEXT NOT NULL UNIQUE,
    previous_digest TEXT,
    previous_until BIGINT NOT NULL,
    settings TEXT NOT NULL,
    disabled BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);

-- Counts the changes of keys: whoever has read them at one number need not read them again.
CREATE TABLE api_key_version (
    version BIGINT NOT NULL
);
INSERT INTO api_key_version (version) VALUES (1);

-- Tokens that keys used, for budgets: a period is a day, 2026-11-29, or a month, 2026-11.
CREATE TABLE api_key_budget (
    key_id TEXT NOT NULL,
    period TEXT NOT NULL,
    tokens BIGINT NOT NULL,
    PRIMARY KEY (period, key_id)
);
