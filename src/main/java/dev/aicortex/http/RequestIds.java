package dev.aicortex.http;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Gives every answer an {@code x-request-id}: the client's own where it sent a sane one. */
@ApplicationScoped
class RequestIds {
    static final CharSequence HEADER = HttpHeaders.createOptimized("x-request-id");
    private static final Pattern SANE = Pattern.compile("[A-Za-z0-9._:-]{1,128}");
    private static final int EARLY = 10_000;

    void register(@Observes Filters filters) {
        filters.register(RequestIds::add, EARLY);
    }

    private static void add(RoutingContext context) {
        context.response().putHeader(HEADER, id(context.request().getHeader(HEADER)));
        context.next();
    }

    /** The client's own where it is sane, else a new one. */
    static String id(@Nullable String fromClient) {
        if (fromClient != null && SANE.matcher(fromClient).matches()) {
            return fromClient;
        }
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return Long.toHexString(random.nextLong() | Long.MIN_VALUE);
    }
}
