package dev.aicortex.gateway.request;

import io.vertx.ext.web.RoutingContext;
import org.jspecify.annotations.Nullable;

/** Who sends a request, by the name of its key; never by the secret. */
public final class Caller {
    private static final String KEY = "cortex.caller";

    private Caller() {}

    /** Notes whose key the request came with. */
    public static void is(RoutingContext context, String name) {
        context.put(KEY, name);
    }

    /** The name of its key as under {@code cortex.keys}; null where no key is asked for. */
    public static @Nullable String of(RoutingContext context) {
        return context.get(KEY);
    }
}
