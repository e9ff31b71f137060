package dev.aicortex.relay;

import io.vertx.core.MultiMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;

/** Copies headers without those that concern one connection only (RFC 9110, section 7.6.1). */
public final class HopByHop {
    private final Set<String> kept = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);

    /**
     * @param more names of headers that are not copied
     */
    public HopByHop(String... more) {
        kept.addAll(
                List.of(
                        "connection",
                        "keep-alive",
                        "proxy-authenticate",
                        "proxy-authorization",
                        "proxy-connection",
                        "te",
                        "trailer",
                        "transfer-encoding",
                        "upgrade",
                        "http2-settings"));
        kept.addAll(List.of(more));
    }

    /** Hands every header that may travel on to {@code to}, in one pass. */
    public void copy(MultiMap from, BiConsumer<String, String> to) {
        String named = connectionTokens(from);
        for (Map.Entry<String, String> header : from) {
            String name = header.getKey();
            if (!kept.contains(name) && (named.isEmpty() || !named(name, named))) {
                to.accept(name, header.getValue());
            }
        }
    }

    private static boolean named(String name, String tokens) {
        return tokens.contains("," + name.toLowerCase(Locale.ROOT) + ",");
    }

    /** A Connection header may name further headers that end here. */
    private static String connectionTokens(MultiMap from) {
        if (from.get("connection") == null) {
            return "";
        }
        String all = String.join(",", from.getAll("connection"));
        if (all.equalsIgnoreCase("keep-alive")) {
            return "";
        }
        return "," + all.toLowerCase(Locale.ROOT).replaceAll("\\s+", "") + ",";
    }
}
