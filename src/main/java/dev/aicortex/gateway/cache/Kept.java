package dev.aicortex.gateway.cache;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * An answer, or a part of one, as its client got it.
 *
 * @param notices headers of the gateway's own that belong to it
 * @param bytes the body without its framing; nobody changes it
 * @param bornMillis when a server gave it
 */
public record Kept(String contentType, Map<String, String> notices, Buffer bytes, long bornMillis) {
    /** Of every answer that is kept. */
    public static final int STATUS = 200;

    /** What an entry costs beside its bytes, about. */
    private static final int OVERHEAD = 512;

    private static final byte LINE_FEED = '\n';

    /** One that a server has just given. */
    public Kept(String contentType, Map<String, String> notices, Buffer bytes) {
        this(contentType, notices, bytes, System.currentTimeMillis());
    }

    /** A part of an answer. */
    public static Kept part(Buffer bytes) {
        return new Kept("", Map.of(), bytes);
    }

    /** Whether it was sent as a stream. */
    public boolean stream() {
        return isStream(contentType);
    }

    static boolean isStream(String contentType) {
        return contentType.startsWith("text/event-stream")
                || contentType.startsWith("application/x-ndjson");
    }

    /** How much of that time is left; clocks of replicas may differ. */
    Duration left(Duration ttl, long nowMillis) {
        long age = Math.clamp(nowMillis - bornMillis, 0, ttl.toMillis());
        return ttl.minusMillis(age);
    }

    /** Bytes of memory. */
    int weight() {
        return OVERHEAD + bytes.length();
    }

    /** A line of JSON that says what it is, and then the bytes. */
    Buffer encoded() {
        JsonObject head =
                new JsonObject()
                        .put("type", contentType)
                        .put("length", bytes.length())
                        .put("born", bornMillis);
        notices.forEach((name, value) -> head.put("X-" + name, value));
        return head.toBuffer().appendByte(LINE_FEED).appendBuffer(bytes);
    }

    /** What another replica has written; empty when it is something else. */
    static Optional<Kept> decoded(Buffer encoded) {
        int end = 0;
        while (end < encoded.length() && encoded.getByte(end) != LINE_FEED) {
            end++;
        }
        try {
            JsonObject head = encoded.getBuffer(0, end).toJsonObject();
            Integer length = head.getInteger("length");
            String type = head.getString("type");
            Long born = head.getLong("born");
            boolean whole = length != null && length == encoded.length() - end - 1;
            return whole && type != null && born != null
                    ? Optional.of(new Kept(type, notices(head), rest(encoded, end + 1), born))
                    : Optional.empty();
        } catch (DecodeException | ClassCastException _) {
            return Optional.empty(); // whatever wrote it, it is no answer of ours
        }
    }

    private static Buffer rest(Buffer encoded, int from) {
        return encoded.getBuffer(Math.min(from, encoded.length()), encoded.length());
    }

    private static Map<String, String> notices(JsonObject head) {
        Map<String, String> notices = new TreeMap<>();
        head.fieldNames().stream()
                .filter(name -> name.startsWith("X-"))
                .forEach(name -> notices.put(name.substring(2), head.getString(name)));
        return Map.copyOf(notices);
    }
}
