-- What requests used; never what they said. Times are milliseconds since 1970, durations milliseconds.
-- An id begins with the time, so that ids sort as the records came.
CREATE TABLE usage_record (
    id TEXT PRIMARY KEY,
    at BIGINT NOT NULL,
    api_key TEXT NOT NULL,
    end_user TEXT NOT NULL,
    dialect TEXT NOT NULL,
    route TEXT NOT NULL,
    model_asked TEXT NOT NULL,
    model TEXT NOT NULL,
    server TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    waited BIGINT NOT NULL,
    first_token BIGINT,
    duration BIGINT NOT NULL,
    prompt_tokens BIGINT NOT NULL,
    cached_tokens BIGINT NOT NULL,
    completion_tokens BIGINT NOT NULL,
    outcome TEXT NOT NULL,
    code TEXT NOT NULL,
    stop_reason TEXT NOT NULL
);

-- Sums over a time: 60000 a minute, 3600000 an hour, 86400000 a day. What is in no column of an outcome was complete.
CREATE TABLE usage_sum (
    span BIGINT NOT NULL,
    at BIGINT NOT NULL,
    api_key TEXT NOT NULL,
    end_user TEXT NOT NULL,
    model TEXT NOT NULL,
    server TEXT NOT NULL,
    requests BIGINT NOT NULL,
    truncated BIGINT NOT NULL,
    failed BIGINT NOT NULL,
    refused BIGINT NOT NULL,
    client_gone BIGINT NOT NULL,
    prompt_tokens BIGINT NOT NULL,
    cached_tokens BIGINT NOT NULL,
    completion_tokens BIGINT NOT NULL,
    waited BIGINT NOT NULL,
    duration BIGINT NOT NULL,
    PRIMARY KEY (span, at, api_key, end_user, model, server)
);
