package dev.aicortex.gateway;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.model.Priority;
import dev.aicortex.model.ValidationException;
import io.quarkus.runtime.configuration.DurationConverter;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads how requests wait, from their headers and by their keys. */
@Singleton
class QueueStandings {
    static final String PRIORITY = "X-Cortex-Priority";
    static final String DEADLINE = "X-Cortex-Deadline";

    private final Priority usual;
    private final Map<String, Priority> ofKeys = new HashMap<>();

    QueueStandings(CortexConfig config) {
        this.usual = Priority.of("cortex.queue.priority", config.queue().priority());
        config.queue()
                .priorities()
                .forEach((key, word) ->
                        ofKeys.put(key, Priority.of("cortex.queue.priorities." + key, word)));
    }

    /**
     * Of this request.
     *
     * @throws ValidationException when a header is wrong
     */
    QueueStanding of(RoutingContext context) {
        HttpServerRequest request = context.request();
        String caller = Caller.of(context);
        return new QueueStanding(
                priority(request.getHeader(PRIORITY), caller),
                caller != null ? caller : address(request.remoteAddress()),
                Optional.ofNullable(request.getHeader(DEADLINE)).map(QueueStandings::deadline));
    }

    private Priority priority(@Nullable String header, @Nullable String caller) {
        return header == null ? ofKeys.getOrDefault(caller, usual) : Priority.of(PRIORITY, header);
    }

    private static String address(@Nullable SocketAddress address) {
        return address == null ? "" : String.valueOf(address.hostAddress());
    }

    private static Duration deadline(String header) {
        try {
            Duration deadline = DurationConverter.parseDuration(header.strip());
            if (deadline != null && deadline.isPositive()) { // null for a blank one
                return deadline;
            }
        } catch (IllegalArgumentException _) {
            // told below, in our own words
        }
        throw ValidationException.of(
                DEADLINE, header, "is no time", "use seconds or a duration, as in 20 or 500ms");
    }
}
