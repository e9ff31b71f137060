package dev.aicortex.relay;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;

/**
 * Changes an answer on its way to the client, where it must not look as the server wrote it. Used
 * for one answer.
 */
public interface Rewriting {
    /** Nothing is changed. */
    Rewriting NONE = new Rewriting() {};

    /** Whole lines of a stream, as they are to reach the client; possibly none. */
    default Buffer lines(Buffer lines) {
        return lines;
    }

    /** A last line that had no end. */
    default Buffer lastLine(Buffer rest) {
        return lines(rest);
    }

    /** A whole document. */
    default Buffer document(Buffer document) {
        return document;
    }

    /** Whether documents are changed too: they are held until they are whole, then. */
    default boolean documents() {
        return false;
    }

    /** The head of the answer; of a document, after it has been changed. */
    default void head(MultiMap headers) {}

    /**
     * Whether another server may go on where this one breaks off: the client is not told of a
     * break, then.
     *
     * @param words what the server said of its break; empty when it said nothing
     */
    default boolean goesOn(String words) {
        return false;
    }

    /** One after the other. */
    default Rewriting then(Rewriting next) {
        return this == NONE ? next : next == NONE ? this : new Both(this, next);
    }

    /** Two changes of one answer. */
    record Both(Rewriting first, Rewriting second) implements Rewriting {
        @Override
        public Buffer lines(Buffer lines) {
            return second.lines(first.lines(lines));
        }

        @Override
        public Buffer document(Buffer document) {
            return second.document(first.document(document));
        }

        @Override
        public boolean documents() {
            return first.documents() || second.documents();
        }

        @Override
        public Buffer lastLine(Buffer rest) {
            return second.lastLine(first.lastLine(rest));
        }

        @Override
        public boolean goesOn(String words) {
            return first.goesOn(words) || second.goesOn(words);
        }

        @Override
        public void head(MultiMap headers) {
            first.head(headers);
            second.head(headers);
        }
    }
}
