package dev.aicortex.model;

/** A stream broke after a part of the answer had reached the client. */
public final class StreamException extends CortexException {
    private static final long serialVersionUID = 1L;

    public StreamException(String message) {
        super(502, "stream_interrupted", message, null);
    }
}
