package dev.aicortex.relay;

/**
 * Follows the events of a stream byte by byte, however it is cut on its way, and keeps of the one
 * that is under way what tells its kind: outermost fields of its JSON, whatever its spacing and its
 * length.
 */
final class EventScan {
    /** No value that is looked for is longer; of a longer one only that it is there is known. */
    private static final int MOST = 32;

    private static final String DONE = "[DONE]";

    private final boolean serverSentEvents;
    private final Word line = new Word();
    private final Word payload = new Word();
    private final Word text = new Word();
    private boolean inData;
    private boolean lineIsEmpty = true;
    private boolean eventIsEmpty = true;

    private int depth;
    private boolean inString;
    private boolean escaped;
    private boolean inValue;
    private String name = "";

    private String type = "";
    private String status = "";
    private boolean done;
    private boolean error;

    /** Is told of the events as they end. */
    interface Listener {
        /** The event that this scan is at has ended; it holds something whole. */
        void event(EventScan event);
    }

    /** The first few bytes of something. */
    private static final class Word {
        private final byte[] bytes = new byte[MOST];
        private int length;

        void add(byte b) {
            if (length < MOST) {
                bytes[length] = b;
            }
            length++;
        }

        void clear() {
            length = 0;
        }

        boolean is(String word) {
            if (length != word.length()) {
                return false;
            }
            for (int i = 0; i < length; i++) {
                if (bytes[i] != word.charAt(i)) {
                    return false;
                }
            }
            return true;
        }

        @Override
        @SuppressWarnings("deprecation") // the bytes as characters: what is looked for is ASCII
        public String toString() {
            return length > MOST ? "" : new String(bytes, 0, 0, length);
        }
    }

    /**
     * @param serverSentEvents else lines of JSON
     */
    EventScan(boolean serverSentEvents) {
        this.serverSentEvents = serverSentEvents;
        this.inData = !serverSentEvents;
    }

    /**
     * Goes on.
     *
     * @return where, in {@code bytes}, the last event has ended; 0 = none has
     */
    int follow(byte[] bytes, Listener listener) {
        int end = 0;
        for (int i = 0; i < bytes.length; i++) {
            byte b = bytes[i];
            if (b == '\n') {
                if (endsEvent()) {
                    end(listener);
                    end = i + 1;
                }
                nextLine();
            } else if (b != '\r') {
                lineIsEmpty = false;
                take(b);
            }
        }
        return end;
    }

    /** The stream ends: so does the event that is under way, if its JSON is whole. */
    void finish(Listener listener) {
        end(listener);
    }

    private boolean endsEvent() {
        return !serverSentEvents || lineIsEmpty;
    }

    private void nextLine() {
        lineIsEmpty = true;
        inData = !serverSentEvents;
        line.clear();
    }

    private void end(Listener listener) {
        boolean whole = depth == 0 && !inString;
        if (!eventIsEmpty && whole) {
            listener.event(this);
        }
        eventIsEmpty = true;
        payload.clear();
        text.clear();
        depth = 0;
        inString = false;
        escaped = false;
        inValue = false;
        name = "";
        type = "";
        status = "";
        done = false;
        error = false;
    }

    private void take(byte b) {
        if (inData) {
            data(b);
        } else {
            line.add(b);
            inData = line.is("data:");
        }
    }

    private void data(byte b) {
        if (inString) {
            string(b);
            return;
        }
        if (b == ' ' || b == '\t') {
            return;
        }
        eventIsEmpty = false;
        payload.add(b);
        switch (b) {
            case '"' -> {
                inString = true;
                text.clear();
            }
            case '{', '[' -> open();
            case '}', ']' -> {
                literal();
                depth--;
            }
            case ':' -> {
                if (depth == 1) {
                    name = text.toString();
                    inValue = true;
                    text.clear();
                }
            }
            case ',' -> literal();
            default -> {
                if (depth == 1 && inValue) {
                    text.add(b);
                }
            }
        }
    }

    private void string(byte b) {
        if (escaped) {
            escaped = false;
        } else if (b == '\\') {
            escaped = true;
            return;
        } else if (b == '"') {
            inString = false;
            stringEnded();
            return;
        }
        if (depth == 1) {
            text.add(b);
        }
    }

    private void stringEnded() {
        if (depth != 1 || !inValue) {
            return;
        }
        switch (name) {
            case "type" -> type = text.toString();
            case "status" -> status = text.toString();
            case "error" -> error = true;
            default -> {}
        }
        valueEnded();
    }

    private void open() {
        depth++;
        if (depth == 2 && inValue) {
            error |= name.equals("error");
            valueEnded();
        }
    }

    /** A number or a word may have ended here. */
    private void literal() {
        if (depth != 1 || !inValue) {
            return;
        }
        if (name.equals("done")) {
            done = text.is("true");
        } else if (name.equals("error")) {
            error |= text.length > 0 && !text.is("null");
        }
        valueEnded();
    }

    private void valueEnded() {
        inValue = false;
        name = "";
        text.clear();
    }

    /** Its {@code type}; empty when it has none. */
    String type() {
        return type;
    }

    /** Its {@code status}; empty when it has none. */
    String status() {
        return status;
    }

    /** Whether it says {@code "done": true}. */
    boolean done() {
        return done;
    }

    /** Whether it has an {@code error} that is not null. */
    boolean error() {
        return error;
    }

    /** Whether it is OpenAI's last one. */
    boolean doneMark() {
        return payload.is(DONE);
    }
}
