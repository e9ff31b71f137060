package dev.aicortex.relay;

import io.vertx.core.MultiMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/** Copies headers without those that concern one connection only (RFC 9110, section 7.6.1). */
public final class HopByHop {
    private static final Set<String> NAMES =
            Set.of(
                    "connection",
                    "keep-alive",
                    "proxy-authenticate",
                    "proxy-authorization",
                    "proxy-connection",
                    "te",
                    "trailer",
                    "transfer-encoding",
                    "upgrade",
                    "http2-settings");

    private HopByHop() {}

    /**
     * Hands every header that may travel on to {@code to}.
     *
     * @param dropped further names to leave out, in lower case
     */
    public static void copy(MultiMap from, Set<String> dropped, BiConsumer<String, String> to) {
        String named = connectionTokens(from.getAll("connection"));
        for (Map.Entry<String, String> header : from) {
            String name = header.getKey().toLowerCase(Locale.ROOT);
            boolean stays = NAMES.contains(name) || dropped.contains(name);
            if (!stays && (named.isEmpty() || !named.contains("," + name + ","))) {
                to.accept(header.getKey(), header.getValue());
            }
        }
    }

    /** A Connection header may name further headers that end here. */
    private static String connectionTokens(List<String> connection) {
        String all = String.join(",", connection);
        return all.isEmpty() || all.equalsIgnoreCase("keep-alive")
                ? ""
                : "," + all.toLowerCase(Locale.ROOT).replaceAll("\\s+", "") + ",";
    }
}
