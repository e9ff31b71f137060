package dev.aicortex.usage;

import dev.aicortex.dialect.Endpoint;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * What one request used; never what was asked or answered. Texts that came from outside are cleaned
 * when the record is written.
 *
 * @param at when it ended, in milliseconds since 1970
 * @param key the name of the key that it came with; empty where none is asked for
 * @param user the end user behind the key, as the client says; empty where it does not
 * @param asked the model as it was asked for; {@link #UNKNOWN} for one that is not there
 * @param model the one that answered, or was to
 * @param server the last one that was asked; empty where none was
 * @param attempts servers that were asked, each time counted
 * @param waited for a place on a server, in milliseconds
 * @param firstToken milliseconds until a stream began; negative where none did
 * @param duration from its arrival to its end, in milliseconds
 * @param prompt tokens of the prompt
 * @param cached those of them that the server had cached
 * @param completion tokens of the answer
 * @param code of an error, or the status of a server's own verdict; empty where all went well
 * @param stopReason why the model stopped, in its dialect's word; empty where that was not said
 */
public record UsageRecord(
        long at,
        String key,
        String user,
        Route route,
        String asked,
        String model,
        String server,
        int attempts,
        long waited,
        long firstToken,
        long duration,
        long prompt,
        long cached,
        long completion,
        Outcome outcome,
        String code,
        String stopReason) {
    /** In place of names that exist nowhere: else a client could fill the database with them. */
    public static final String UNKNOWN = "(unknown)";

    /**
     * Milliseconds from one token of a whole stream to the next, on the average; negative where
     * that is not known.
     */
    public double perToken() {
        boolean known = outcome == Outcome.COMPLETE && firstToken >= 0 && completion > 1;
        return known ? (double) (duration - firstToken) / (completion - 1) : -1;
    }

    /** How a request ended. */
    public enum Outcome {
        /** With a whole answer. */
        COMPLETE,
        /** With a part of an answer. */
        TRUNCATED,
        /** Without an answer, which is not the request's fault. */
        FAILED,
        /** Without an answer: it was wrong, or not allowed. */
        REFUSED,
        /** Its client left first. */
        CLIENT_GONE;

        private final String word = name().toLowerCase(Locale.ROOT);

        /** For example {@code client_gone}. */
        public String word() {
            return word;
        }
    }

    /**
     * Where a request came in.
     *
     * @param dialect for example {@code openai}
     * @param path for example {@code /v1/chat/completions}
     */
    public record Route(String dialect, String path) {
        /** A chat of this process. */
        public static final Route TYPED = new Route("java", "chat");

        private static final Map<Endpoint, Route> OF = new EnumMap<>(Endpoint.class);

        static {
            for (Endpoint each : Endpoint.values()) {
                String dialect = each.dialect().name().toLowerCase(Locale.ROOT);
                OF.put(each, new Route(dialect, each.path()));
            }
        }

        public static Route of(Endpoint endpoint) {
            return Objects.requireNonNull(OF.get(endpoint));
        }
    }
}
