package dev.aicortex.simulator;

/** The kinds of streams that Ollama answers with. */
enum StreamKind {
    /** One JSON object a line: the native routes. */
    LINES("application/x-ndjson"),
    /** Server-sent events: chat and text completions. */
    EVENTS("text/event-stream"),
    /** The same with the headers that the routes for responses and messages add. */
    EVENTS_WITH_HEADERS("text/event-stream");

    private final String contentType;

    StreamKind(String contentType) {
        this.contentType = contentType;
    }

    String contentType() {
        return contentType;
    }
}
