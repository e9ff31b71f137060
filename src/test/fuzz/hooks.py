"""What the fuzz run knows of AI Cortex beyond its OpenAPI document."""

import json
import zlib

import schemathesis

# What the simulated fleet holds; a name that nobody knows is over after the first look-up.
MODELS = ["llama3.2:3b", "gemma3:270m", "nomic-embed-text"]
EMBEDDING = ["nomic-embed-text"]
INFERENCE = ("/api/chat", "/api/generate", "/v1/chat/completions", "/v1/completions", "/v1/responses", "/v1/messages")


def picked(body, choices):
    """One of the choices, the same for the same body."""
    return choices[zlib.crc32(repr(body).encode()) % len(choices)]


@schemathesis.hook
def map_body(context, body):
    """Names a model of the fleet in most bodies."""
    if isinstance(body, dict):
        models = EMBEDDING if "/embed" in context.operation.path else MODELS
        for field in ("model", "name", "source", "from"):
            if isinstance(body.get(field), str):
                body[field] = picked(body, models + [body[field]])
    return body


@schemathesis.hook
def map_query(context, query):
    """Leaves the choice of a server to the gateway in half of the cases: it knows none of a made-up name."""
    return without_server(query, "server")


@schemathesis.hook
def map_headers(context, headers):
    """The same for the header."""
    return without_server(headers, "X-Cortex-Server")


def without_server(values, name):
    if values and name in values and picked(values, [True, False]):
        return {key: value for key, value in values.items() if key != name}
    return values


@schemathesis.hook
def before_call(context, case, kwargs):
    """Keeps the fleet's models: without them the rest of the run would meet nothing but 404s."""
    if case.method.upper() == "DELETE" and isinstance(case.body, dict):
        for field in ("model", "name"):
            if str(case.body.get(field)).lower().startswith(tuple(MODELS)):
                case.body[field] = "copied"


@schemathesis.deserializer("application/x-ndjson")
def lines(context, response):
    """The text, when each of its lines is JSON."""
    for line in response.content.splitlines():
        json.loads(line)
    return response.content.decode()


@schemathesis.check
def unbroken_stream(ctx, response, case):
    """No server of the fleet breaks a stream, so no stream may end with an error."""
    if response.status_code != 200 or case.path not in INFERENCE:
        return
    kind = response.headers.get("content-type", [""])[0]
    if kind.startswith("text/event-stream") and b"event: error" in response.content:
        raise AssertionError("the stream ended with an error event")
    if kind.startswith("application/x-ndjson"):
        for line in response.content.splitlines():
            if "error" in json.loads(line):
                raise AssertionError("the stream ended with an error line")
