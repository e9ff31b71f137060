package dev.aicortex.dialect;

/**
 * Follows the events of a stream byte by byte, however it is cut on its way, and keeps of the one
 * that is under way what tells its kind: outermost fields of its JSON, whatever its spacing and its
 * length.
 */
public final class EventScan {
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
    private Name name = Name.OTHER;

    private final Word type = new Word();
    private final Word status = new Word();
    private boolean done;
    private boolean error;

    /** The outermost fields that tell something. */
    private enum Name {
        TYPE,
        STATUS,
        DONE,
        ERROR,
        OTHER;

        static Name of(Word word) {
            return switch (word.length) {
                case 4 -> word.is("type") ? TYPE : word.is("done") ? DONE : OTHER;
                case 5 -> word.is("error") ? ERROR : OTHER;
                case 6 -> word.is("status") ? STATUS : OTHER;
                default -> OTHER;
            };
        }
    }

    /** Is told of the events as they end. */
    public interface Listener {
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

        void set(Word other) {
            System.arraycopy(other.bytes, 0, bytes, 0, Math.min(other.length, MOST));
            length = other.length;
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
    public EventScan(boolean serverSentEvents) {
        this.serverSentEvents = serverSentEvents;
        this.inData = !serverSentEvents;
    }

    /**
     * Goes on.
     *
     * @return where, in {@code bytes}, the last event has ended; 0 = none has
     */
    public int follow(byte[] bytes, Listener listener) {
        int end = 0;
        for (int i = 0; i < bytes.length; i++) {
            i = unread(bytes, i);
            if (i == bytes.length) {
                break;
            }
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

    /** Behind what stands here of a string that tells nothing: most of a stream is such. */
    private int unread(byte[] bytes, int from) {
        if (!inString || !inData || escaped || collects()) {
            return from;
        }
        int at = from;
        while (at < bytes.length && plain(bytes[at])) {
            at++;
        }
        lineIsEmpty &= at == from;
        return at;
    }

    private static boolean plain(byte b) {
        return b != '"' && b != '\\' && b != '\n' && b != '\r';
    }

    /** Whether the string that is under way is a name, or a value that tells something. */
    private boolean collects() {
        return depth == 1 && (!inValue || name == Name.TYPE || name == Name.STATUS);
    }

    /** Whether an event begins with the next byte. */
    public boolean betweenEvents() {
        return eventIsEmpty && lineIsEmpty && line.length == 0;
    }

    /** The stream ends: so does the event that is under way, if its JSON is whole. */
    public void finish(Listener listener) {
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
        name = Name.OTHER;
        type.clear();
        status.clear();
        done = false;
        error = false;
    }

    private void take(byte b) {
        if (inData) {
            data(b);
        } else {
            line.add(b);
            inData = b == ':' && line.is("data:");
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
        if (payload.length <= DONE.length()) {
            payload.add(b);
        }
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
                    name = Name.of(text);
                    inValue = true;
                    text.clear();
                }
            }
            case ',' -> literal();
            default -> {
                if (depth == 1 && inValue && name != Name.OTHER) {
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
        if (collects()) {
            text.add(b);
        }
    }

    private void stringEnded() {
        if (depth != 1 || !inValue) {
            return;
        }
        switch (name) {
            case TYPE -> type.set(text);
            case STATUS -> status.set(text);
            case ERROR -> error = true;
            case DONE, OTHER -> {}
        }
        valueEnded();
    }

    private void open() {
        depth++;
        if (depth == 2 && inValue) {
            error |= name == Name.ERROR;
            valueEnded();
        }
    }

    /** A number or a word may have ended here. */
    private void literal() {
        if (depth != 1 || !inValue) {
            return;
        }
        if (name == Name.DONE) {
            done = text.is("true");
        } else if (name == Name.ERROR) {
            error |= text.length > 0 && !text.is("null");
        }
        valueEnded();
    }

    private void valueEnded() {
        inValue = false;
        name = Name.OTHER;
        text.clear();
    }

    /** Its {@code type}; empty when it has none. */
    String type() {
        return type.toString();
    }

    /** Its {@code status}; empty when it has none. */
    String status() {
        return status.toString();
    }

    /** Whether it says {@code "done": true}. */
    boolean done() {
        return done;
    }

    /** Whether it has an {@code error} that is not null. */
    public boolean error() {
        return error;
    }

    /** Whether it is OpenAI's last one. */
    boolean doneMark() {
        return payload.is(DONE);
    }
}
