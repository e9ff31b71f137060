package dev.aicortex.catalogue;

import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import java.util.Map;

/**
 * One server that holds a model, as it was last known.
 *
 * @param url without credentials and without a trailing slash
 * @param digest of the model there, empty while unknown
 * @param lastSeen the day it last listed the model, as {@code 2026-11-22} in UTC; empty when never.
 *     A day and not an instant: otherwise every refresh would change every file
 * @param extra fields of the file that are not ours
 */
public record ModelServer(
        String url, Status status, String digest, String lastSeen, Map<String, JsonNode> extra) {

    /** How a server was when it was last asked; never authoritative, live health decides. */
    public enum Status {
        UP,
        DOWN,
        UNKNOWN;

        /** The word of the file, for example {@code up}. */
        @JsonValue
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** A server of which nothing is known but that it may hold the model. */
    public static ModelServer unknown(String url) {
        return new ModelServer(url, Status.UNKNOWN, "", "", Map.of());
    }

    /** The same server, which listed the model just now. */
    public ModelServer seen(String digest, String day) {
        return new ModelServer(url, Status.UP, digest, day, extra);
    }

    /** The same server, which did not answer just now. */
    public ModelServer unreachable() {
        return new ModelServer(url, Status.DOWN, digest, lastSeen, extra);
    }
}
