package dev.aicortex.gateway;

import io.vertx.ext.web.RoutingContext;
import java.util.Optional;

/** Who asks: the name of the key that a request came with, never the key itself. */
public final class Caller {
    private static final String NAME = "dev.aicortex.caller";

    private Caller() {}

    /** Remembers the name for the rest of the request. */
    public static void name(RoutingContext context, String name) {
        context.put(NAME, name);
    }

    /** As {@code cortex.keys} calls it; empty when the gateway asks for no key. */
    public static Optional<String> of(RoutingContext context) {
        return Optional.ofNullable(context.<String>get(NAME));
    }
}
