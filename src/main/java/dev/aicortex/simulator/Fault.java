package dev.aicortex.simulator;

import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** Something that a simulated server does wrong until it is told otherwise. */
public sealed interface Fault {
    /** No fault: the server is well. */
    static Fault none() {
        return new None();
    }

    /** The requests that a fault touches. */
    enum Scope {
        /** Chats, generations and embeddings; lists and versions are answered well. */
        INFERENCE,
        /** Every request. */
        ALL
    }

    /** A fault that takes the place of the answer. */
    sealed interface InPlace extends Fault {}

    /**
     * A fault that strikes an answer on its way. Ollama sends its head with the first chunk, so
     * zero chunks means that nothing was sent at all. An answer that is not streamed counts as one
     * chunk, of which only half leaves.
     */
    sealed interface InStream extends Fault {
        /** How many chunks of the body arrive before it strikes. */
        int afterChunks();
    }

    /** The server is well. */
    record None() implements Fault {}

    /** The listening socket is closed and every connection reset: the next dial is refused. */
    record Refuse() implements Fault {}

    /**
     * As a process after {@code kill -STOP}: connections are accepted, and nothing is read, said or
     * noticed, on none of them, until the fault ends; then all of it goes on.
     */
    record Stopped() implements Fault {}

    /** The request is read and never answered. */
    record HangBeforeHead() implements InPlace {}

    /** The head and half a first line leave, then nothing more. */
    record HangAfterHead() implements InPlace {}

    /** Bytes that are not HTTP, then the end of the connection. */
    record Garbage() implements InPlace {}

    /** Status 200 with an HTML page, as a captive portal or a wrong port gives. */
    record WrongContent() implements InPlace {}

    /** Status 500 with this error text in the route's dialect. */
    record Status500(String text) implements InPlace {}

    /** Status 503 {@code server busy} in the route's dialect: its queue is full. */
    record Busy() implements InPlace {}

    /** These words in place of the answer, whatever was asked: a prelude, a proxy's page. */
    record Says(int status, String contentType, String text, Finish finish) implements InPlace {}

    /** How an answer ends behind its last words. */
    enum Finish {
        /** Cleanly. */
        WELL,
        /** Its connection is closed (TCP FIN) before the last chunk. */
        CLOSED,
        /** Its connection is reset (TCP RST). */
        RESET,
        /** Not at all: nothing more comes. */
        NEVER
    }

    /** The page that a reverse proxy puts in an answer's place. */
    static Fault page(int status) {
        String page =
                """
                <html>
                <head><title>%1$d</title></head>
                <body><center><h1>%1$d</h1></center><hr><center>nginx</center></body>
                </html>
                """
                        .formatted(status);
        return new Says(status, "text/html", page, Finish.WELL);
    }

    /** Status 200 and no body. */
    record Empty200() implements InPlace {}

    /** The answer falls silent and its connection stays open. */
    record HangMidStream(int afterChunks) implements InStream {}

    /**
     * The answer falls silent, as while a tool call is composed, and goes on well when this is
     * over; all other requests are answered meanwhile. One that is not streamed is silent before
     * all of it.
     */
    record Silence(int afterChunks, Function<Vertx, CompletionStage<?>> over) implements Fault {}

    /** For so long. */
    static Fault silence(int afterChunks, Duration lasts) {
        return new Silence(
                afterChunks,
                vertx -> vertx.timer(lasts.toMillis(), TimeUnit.MILLISECONDS).toCompletionStage());
    }

    /** Until a test ends it. */
    static Fault silence(int afterChunks, CompletionStage<?> over) {
        return new Silence(afterChunks, vertx -> over);
    }

    /** The connection is reset (TCP RST). */
    record CutReset(int afterChunks) implements InStream {}

    /** The chunked body ends cleanly, but without its terminal event. */
    record CutEof(int afterChunks) implements InStream {}

    /** The connection is closed (TCP FIN) in the middle of the chunked body. */
    record CutClose(int afterChunks) implements InStream {}

    /** These words come instead of the next chunk, and then this end. */
    record Breaks(int afterChunks, String words, Finish finish) implements InStream {}

    /**
     * What Ollama does when its model runner dies: a clean end without a terminal event, after the
     * dialect's own last words, if any; before the first chunk a 500.
     */
    record RunnerKilled(int afterChunks) implements InStream {}

    /**
     * What Ollama does when a token comes more than thirty times in a row: a clean end, without a
     * terminal event or a word.
     */
    record Repeats() implements InStream {
        @Override
        public int afterChunks() {
            return 31;
        }
    }

    /** More words behind the terminal event, and then this end. */
    record Tail(String text, Finish finish) implements Fault {}

    /**
     * JSON with spaces where Ollama has none, {@code data:} without the one that it has, and
     * documents on several lines.
     */
    record Spaced() implements Fault {}

    /** The answer's head leaves this much later. */
    record SlowFirstByte(Duration delay) implements Fault {}

    /** The lists name models for which inference then answers 404. */
    record WrongModelList() implements Fault {}

    /**
     * Every chunk of a stream arrives in two pieces, torn inside a character of more than one byte
     * where it has one.
     */
    record Torn() implements Fault {}

    /** A stream of at least this many bytes, as fast as the client takes them; it ends well. */
    record Flood(long bytes) implements Fault {}
}
