package dev.aicortex.gateway.cache;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.store.RedisPool;
import io.smallrye.faulttolerance.api.AsynchronousNonBlocking;
import io.smallrye.faulttolerance.api.CircuitBreakerMaintenance;
import io.smallrye.faulttolerance.api.CircuitBreakerName;
import io.smallrye.faulttolerance.api.CircuitBreakerState;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.vertx.UniHelper;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.eclipse.microprofile.faulttolerance.CircuitBreaker;
import org.eclipse.microprofile.faulttolerance.Fallback;
import org.eclipse.microprofile.faulttolerance.Timeout;
import org.jboss.logging.Logger;

/**
 * The answers that replicas share, in Redis or what speaks like it. One that is away or slow has
 * nothing: one request in {@value #AWAY_MILLIS} ms waits for it then.
 */
@ApplicationScoped
public class SharedAnswers {
    private static final Logger LOG = Logger.getLogger(SharedAnswers.class);
    private static final String NAME = "redis-answers";
    private static final String PREFIX = "aicortex:answer:";
    private static final int PATIENCE_MILLIS = 50;

    /** Texts of a list. */
    private static final int MOST_AT_ONCE = 2_048;

    private static final int AWAY_MILLIS = 5_000;

    private final CortexConfig config;
    private final CircuitBreakerMaintenance breakers;
    private final RedisPool redis;

    SharedAnswers(Vertx vertx, CortexConfig config, CircuitBreakerMaintenance breakers) {
        this.config = config;
        this.breakers = breakers;
        this.redis = new RedisPool(vertx, config.redis().url().orElseThrow(), 2 * MOST_AT_ONCE);
    }

    /** Those that are there, by their keys. */
    @AsynchronousNonBlocking
    @Timeout(value = PATIENCE_MILLIS, unit = ChronoUnit.MILLIS)
    @CircuitBreaker(requestVolumeThreshold = 1, failureRatio = 1, delay = AWAY_MILLIS)
    @CircuitBreakerName(NAME)
    @Fallback(fallbackMethod = "nothing")
    public Uni<Map<String, Kept>> find(List<String> keys) {
        Request get = Request.cmd(Command.MGET);
        keys.forEach(key -> get.arg(PREFIX + key));
        Future<Response> answer = redis.client().send(get).map(Objects::requireNonNull);
        return UniHelper.toUni(answer).map(values -> found(keys, values));
    }

    private static Map<String, Kept> found(List<String> keys, Response answer) {
        Map<String, Kept> found = new HashMap<>();
        for (int i = 0; i < keys.size(); i++) {
            String key = keys.get(i);
            Response value = answer.get(i);
            if (value != null) {
                Buffer bytes = value.toBuffer();
                Kept.decoded(bytes).ifPresent(kept -> found.put(key, kept));
            }
        }
        return found;
    }

    Uni<Map<String, Kept>> nothing(List<String> keys) {
        return Uni.createFrom().item(Map.of());
    }

    /** Nobody waits for it. */
    void keep(Map<String, Kept> answers) {
        if (breakers.currentState(NAME) != CircuitBreakerState.CLOSED) {
            return;
        }
        List<Request> sets = new ArrayList<>();
        answers.forEach((key, kept) -> sets.add(set(key, kept)));
        redis.client().batch(sets).onFailure(failure -> LOG.debugf("not shared: %s", failure));
    }

    private Request set(String key, Kept kept) {
        return Request.cmd(Command.SET)
                .arg(PREFIX + key)
                .arg(kept.encoded())
                .arg("PX")
                .arg(config.cache().ttl().toMillis());
    }

    @PreDestroy
    void close() {
        redis.close();
    }
}
