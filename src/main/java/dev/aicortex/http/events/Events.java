package dev.aicortex.http.events;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.NoSuchElementException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The last events of the stream, numbered one by one. An id is {@code <process>-<number>}: that of
 * another process says nothing here.
 */
final class Events {
    /** Characters of all that are kept: minutes of a large fleet that is busy. */
    private static final long MOST = 4 << 20;

    private static final Pattern ID = Pattern.compile("([0-9a-f]{8})-(\\d{1,18})");
    private static final long NONE = -1;

    private final String process;
    private final Deque<String> kept = new ArrayDeque<>();
    private long length;
    private long last;

    /**
     * @param process eight digits that tell its ids from those of others
     */
    Events(String process) {
        this.process = process;
    }

    /** The number of the last one. */
    long last() {
        return last;
    }

    String id(long number) {
        return process + '-' + number;
    }

    /** The number in an id; negative where it is none of this process. */
    long number(@Nullable String id) {
        Matcher parts = ID.matcher(id == null ? "" : id);
        return parts.matches() && parts.group(1).equals(process)
                ? Long.parseLong(parts.group(2))
                : NONE;
    }

    /** Whether all that came behind this one is there. */
    boolean known(long number) {
        return number >= last - kept.size() && number <= last && number != NONE;
    }

    /** One of them that is kept. */
    String get(long number) {
        return kept.stream()
                .skip(number - (last - kept.size()) - 1)
                .findFirst()
                .orElseThrow(NoSuchElementException::new);
    }

    void add(String data) {
        kept.add(data);
        length += data.length();
        last++;
        while (length > MOST) {
            length -= kept.remove().length();
        }
    }

    /** Forgets all, and that there was a last one: nobody can go on from here. */
    void forget() {
        kept.clear();
        length = 0;
        last++;
    }
}
