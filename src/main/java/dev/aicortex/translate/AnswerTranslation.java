package dev.aicortex.translate;

import dev.aicortex.model.ServerException;
import io.vertx.core.buffer.Buffer;

/**
 * Puts one native answer into the client's dialect: a stream line by line, or a whole one. Of one
 * answer, and for one thread at a time.
 */
public interface AnswerTranslation {
    /** The answer's {@code Content-Type}. */
    String contentType(boolean stream);

    /**
     * The events for one line of a stream.
     *
     * @param line without its line feed
     * @return whole events, possibly none; for the line that ends the answer with the dialect's
     *     terminal event; for an {@code {"error": …}} line, or one that is no JSON object, the
     *     dialect's error event, after which nothing more comes
     */
    Buffer line(Buffer line);

    /**
     * A whole answer of the status 200.
     *
     * @throws ServerException when it is no answer of an Ollama server
     */
    Buffer whole(Buffer json);

    /** What the server counted; {@link Usage#UNKNOWN} until the last line came. */
    Usage usage();

    /** Whether {@link #line} told the client of an error. */
    boolean failed();
}
