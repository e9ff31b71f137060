package dev.aicortex.relay;

import io.vertx.core.MultiMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

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
        String named = connectionTokens(from.get("connection"));
        for (Map.Entry<String, String> header : from) {
            String name = header.getKey().toLowerCase(Locale.ROOT);
            boolean stays = NAMES.contains(name) || dropped.contains(name);
            if (!stays && !named.contains("," + name + ",")) {
                to.accept(header.getKey(), header.getValue());
            }
        }
    }

    /** A Connection header may name further headers that end here. */
    private static String connectionTokens(@Nullable String connection) {
        if (connection == null || connection.equalsIgnoreCase("keep-alive")) {
            return "";
        }
        return "," + connection.toLowerCase(Locale.ROOT).replaceAll("\\s+", "") + ",";
    }
}
