package dev.aicortex.gateway.request;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The ids by which requests belong together, in the order of {@code cortex.routing.sessions}: of
 * those that a request has the first counts.
 */
final class SessionIds {
    static final int NONE = Integer.MAX_VALUE;
    private static final String BODY = "body.";
    private static final long FACTOR = 0x9e3779b97f4a7c15L;

    private final Map<String, Integer> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    private final Map<BodyHints.Id, Integer> fields = new EnumMap<>(BodyHints.Id.class);

    /**
     * @param names of headers, or {@code body.} and where a body has an id; others are never found
     */
    SessionIds(List<String> names) {
        for (int rank = 0; rank < names.size(); rank++) {
            headers.putIfAbsent(names.get(rank), rank);
        }
        for (BodyHints.Id id : BodyHints.Id.values()) {
            int rank = names.indexOf(BODY + id.path());
            if (rank >= 0) {
                fields.put(id, rank);
            }
        }
    }

    /** How early a header comes in the list; {@link #NONE} where it does not stand there. */
    int rank(String header) {
        return headers.getOrDefault(header, NONE);
    }

    /** The same number for requests that belong together; 0 where nothing says so. */
    long of(RequestHead head, Map<BodyHints.Id, String> body) {
        @Nullable String found = head.session();
        int rank = head.sessionRank();
        for (Map.Entry<BodyHints.Id, Integer> field : fields.entrySet()) {
            String id = body.get(field.getKey());
            if (id != null && field.getValue() < rank) {
                found = id;
                rank = field.getValue();
            }
        }
        return number(found);
    }

    /** Of an id, the same in every gateway; 0 for none. */
    static long number(@Nullable String id) {
        return id == null ? 0 : (id.hashCode() | 1L << Integer.SIZE) * FACTOR;
    }
}
