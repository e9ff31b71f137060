-- Servers that were added at run time. The settings are a JSON object of texts; none is a secret.
CREATE TABLE added_server (
    name TEXT PRIMARY KEY,
    settings TEXT NOT NULL,
    added_at BIGINT NOT NULL
);
