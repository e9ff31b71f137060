import java.io.IOException;

/**
 * Reads one HTTP/1.1 answer after the other from a keep-alive connection, in whatever pieces the bytes arrive, and
 * counts the server-sent events in the body. It keeps no copy of the body and allocates nothing per answer.
 */
final class Answer {
    private enum Part { STATUS, HEADERS, BODY, BODY_UNTIL_CLOSE, CHUNK_SIZE, CHUNK, CHUNK_END, TRAILERS, COMPLETE }

    private static final byte[] HTTP = "http/1.".getBytes();
    private static final byte[] CONTENT_LENGTH = "content-length:".getBytes();
    private static final byte[] CHUNKED = "transfer-encoding: chunked".getBytes();
    private static final byte[] CLOSE = "connection: close".getBytes();
    private static final byte[] TOKEN = "data: {".getBytes();
    private static final byte[] DONE = "data: [DONE]".getBytes();
    private static final int FORK = DONE.length - "[DONE]".length();
    private static final int REST_OF_LINE = -1;

    // Long header lines are cut: only their beginning matters here.
    private final byte[] line = new byte[128];
    private int lineLength;

    private Part part = Part.STATUS;
    private int status;
    private long remaining;
    private boolean chunked;
    private boolean lastOnConnection;
    private boolean begun;
    private long bodyBytes;
    private long tokens;
    private boolean done;
    private int column;

    void reset() {
        part = Part.STATUS;
        lineLength = 0;
        status = 0;
        remaining = -1;
        chunked = false;
        lastOnConnection = false;
        begun = false;
        bodyBytes = 0;
        tokens = 0;
        done = false;
        column = 0;
    }

    /** Takes bytes up to the end of this answer and returns the index of the first byte it did not take. */
    int read(byte[] bytes, int from, int to) throws IOException {
        begun |= from < to;
        var at = from;
        while (at < to && part != Part.COMPLETE) {
            at = switch (part) {
                case BODY, BODY_UNTIL_CLOSE, CHUNK -> readBody(bytes, at, to);
                default -> readLine(bytes, at, to);
            };
        }
        return at;
    }

    /** The peer closed the connection: that is the regular end of a body without a length, and of no other. */
    boolean completeAtClose() {
        if (part == Part.BODY_UNTIL_CLOSE) {
            part = Part.COMPLETE;
        }
        return complete();
    }

    boolean begun() {
        return begun;
    }

    boolean complete() {
        return part == Part.COMPLETE;
    }

    boolean lastOnConnection() {
        return lastOnConnection;
    }

    int status() {
        return status;
    }

    long bodyBytes() {
        return bodyBytes;
    }

    /** Events that carry a token so far. */
    long tokens() {
        return tokens;
    }

    /** Whether the terminal event of a stream was seen. */
    boolean done() {
        return done;
    }

    private int readLine(byte[] bytes, int from, int to) throws IOException {
        for (int at = from; at < to; at++) {
            var next = bytes[at];
            if (next == '\n') {
                endLine();
                lineLength = 0;
                return at + 1;
            }
            if (next != '\r' && lineLength < line.length) {
                line[lineLength++] = next;
            }
        }
        return to;
    }

    private void endLine() throws IOException {
        switch (part) {
            case STATUS -> readStatus();
            case HEADERS -> readHeader();
            case CHUNK_SIZE -> readChunkSize();
            case CHUNK_END -> part = Part.CHUNK_SIZE;
            case TRAILERS -> part = lineLength == 0 ? Part.COMPLETE : Part.TRAILERS;
            default -> throw new IllegalStateException("no line in " + part);
        }
    }

    private void readStatus() throws IOException {
        if (lineLength < 12 || !lineStartsWith(HTTP)) {
            throw new IOException("no HTTP status line");
        }
        status = (int) number(9, 12, 10);
        part = Part.HEADERS;
    }

    private void readHeader() throws IOException {
        if (lineLength == 0) {
            beginBody();
        } else if (lineStartsWith(CONTENT_LENGTH)) {
            remaining = number(CONTENT_LENGTH.length, lineLength, 10);
        } else if (lineStartsWith(CHUNKED)) {
            chunked = true;
        } else if (lineStartsWith(CLOSE)) {
            lastOnConnection = true;
        }
    }

    private void beginBody() {
        if (chunked) {
            part = Part.CHUNK_SIZE;
        } else if (remaining == 0 || status == 204 || status == 304) {
            part = Part.COMPLETE;
        } else {
            part = remaining > 0 ? Part.BODY : Part.BODY_UNTIL_CLOSE;
        }
    }

    private void readChunkSize() throws IOException {
        remaining = number(0, lineLength, 16);
        part = remaining == 0 ? Part.TRAILERS : Part.CHUNK;
    }

    private int readBody(byte[] bytes, int from, int to) {
        var until = part == Part.BODY_UNTIL_CLOSE ? to : (int) Math.min(to, from + remaining);
        countEvents(bytes, from, until);
        bodyBytes += until - from;
        remaining -= until - from;
        if (remaining == 0) {
            part = part == Part.CHUNK ? Part.CHUNK_END : Part.COMPLETE;
        }
        return until;
    }

    /** Compares each line of the body with the two events; {@code column} survives a line cut in two by a read. */
    private void countEvents(byte[] bytes, int from, int to) {
        for (int at = from; at < to; at++) {
            var next = bytes[at];
            if (next == '\n') {
                column = 0;
            } else if (column != REST_OF_LINE) {
                matchEvent(next);
            }
        }
    }

    private void matchEvent(byte next) {
        if (column == FORK && next == TOKEN[FORK]) {
            tokens++;
            column = REST_OF_LINE;
        } else if (next != DONE[column]) {
            column = REST_OF_LINE;
        } else if (++column == DONE.length) {
            done = true;
            column = REST_OF_LINE;
        }
    }

    private boolean lineStartsWith(byte[] lowerCase) {
        if (lineLength < lowerCase.length) {
            return false;
        }
        for (int i = 0; i < lowerCase.length; i++) {
            var letter = line[i] >= 'A' && line[i] <= 'Z' ? line[i] + ('a' - 'A') : line[i];
            if (letter != lowerCase[i]) {
                return false;
            }
        }
        return true;
    }

    /** The number between two columns of the line; a chunk extension after it is ignored. */
    private long number(int from, int to, int radix) throws IOException {
        long value = 0;
        var digits = 0;
        for (int i = from; i < to && line[i] != ';'; i++) {
            var digit = Character.digit(line[i], radix);
            if (digit >= 0) {
                value = value * radix + digit;
                digits++;
            } else if (line[i] != ' ') {
                throw new IOException("not a number in the answer's head");
            }
        }
        if (digits == 0 || digits > 15) {
            throw new IOException("no number in the answer's head");
        }
        return value;
    }
}
