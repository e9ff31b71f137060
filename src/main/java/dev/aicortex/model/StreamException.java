package dev.aicortex.model;

/**
 * A stream broke after a part of the answer had been given out. Ask again for a whole answer, or
 * use the part.
 */
public final class StreamException extends CortexException {
    private final String partial;

    public StreamException(String message, String partial) {
        super(502, "stream_interrupted", message, null);
        this.partial = partial;
    }

    /** The text that had come before it broke; may be empty. */
    public String partial() {
        return partial;
    }
}
