package dev.aicortex.gateway.request;

import dev.aicortex.keys.ApiKey;
import dev.aicortex.keys.Grant;
import io.vertx.ext.web.RoutingContext;
import org.jspecify.annotations.Nullable;

/** Who sends a request, by its key; never by the secret. */
public final class Caller {
    private static final String KEY = "cortex.caller";

    private Caller() {}

    /** Notes whose key the request came with. */
    public static void is(RoutingContext context, ApiKey key) {
        context.put(KEY, key);
    }

    /** The name of its key; null where it came without one. */
    public static @Nullable String of(RoutingContext context) {
        ApiKey key = key(context);
        return key == null ? null : key.name();
    }

    /** Its key; null where it came without one. */
    public static @Nullable ApiKey key(RoutingContext context) {
        return context.get(KEY);
    }

    /** What its key may; everything where it came without one. */
    public static Grant grant(RoutingContext context) {
        ApiKey key = key(context);
        return key == null ? Grant.ALL : key.grant();
    }
}
