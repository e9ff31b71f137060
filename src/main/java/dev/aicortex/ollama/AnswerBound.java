package dev.aicortex.ollama;

import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpHeaders;
import java.util.concurrent.atomic.AtomicLong;

/** Ends the answer to a control call that is longer than any can be, while it is read. */
final class AnswerBound {
    private static final String KEY = "cortex.control.max-answer";

    private AnswerBound() {}

    /** An answer was longer. */
    static final class TooLongException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private TooLongException(long max) {
            super("its answer is longer than %d bytes (%s)".formatted(max, KEY));
        }
    }

    /** Holds for the answer to a request that is yet to be sent. */
    static void on(HttpClientRequest request, long max) {
        // What a handshake fails of after it has seemed to succeed is told to the connection alone.
        request.connection().exceptionHandler(failure -> request.reset(0, failure));
        request.response()
                .onSuccess(response -> {
                    // Of another kind it would be read in another way, past this one's handler.
                    response.headers().set(HttpHeaders.CONTENT_TYPE, "application/json");
                    AtomicLong left = new AtomicLong(max);
                    response.handler(chunk -> {
                        if (left.addAndGet(-chunk.length()) < 0) {
                            request.reset(0, new TooLongException(max));
                        }
                    });
                });
    }

    /** Whether that is why a call failed. */
    static boolean exceeded(Throwable failure) {
        for (Throwable t = failure; t != null; t = t.getCause()) {
            if (t instanceof TooLongException) {
                return true;
            }
        }
        return false;
    }
}
