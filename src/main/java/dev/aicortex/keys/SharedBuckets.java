package dev.aicortex.keys;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.store.RedisPool;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.faulttolerance.api.AsynchronousNonBlocking;
import io.smallrye.faulttolerance.api.CircuitBreakerMaintenance;
import io.smallrye.faulttolerance.api.CircuitBreakerName;
import io.smallrye.faulttolerance.api.CircuitBreakerState;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.vertx.UniHelper;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.eclipse.microprofile.faulttolerance.CircuitBreaker;
import org.eclipse.microprofile.faulttolerance.Fallback;
import org.eclipse.microprofile.faulttolerance.Timeout;
import org.jboss.logging.Logger;

/**
 * The buckets that replicas share, in Redis or what speaks like it: one script a request. When
 * Redis is away this process counts for itself, after one request that waited for it; a ping in the
 * background, and no request, finds out that it is back.
 */
@ApplicationScoped
public class SharedBuckets implements Buckets {
    private static final Logger LOG = Logger.getLogger(SharedBuckets.class);
    private static final String NAME = "redis";
    private static final int PATIENCE_MILLIS = 50;
    private static final int PING_MILLIS = 1_000;
    private static final int MOST_PIPELINED = 2_048;
    private static final int HOUR_MILLIS = 3_600_000;

    private static final Draw PING = new Draw("ping", false, 1, 0);

    /**
     * KEYS are the buckets; ARGV says whether they may be overdrawn (1 or 0), then capacity and
     * cost of each. Answers the place of the first that has too little, from 1 on or 0, and what is
     * left in each. A bucket that would be full again is forgotten.
     */
    private static final String SCRIPT =
            """
            local time = redis.call('TIME')
            local now = time[1] * 1000 + math.floor(time[2] / 1000)
            local refused, left = 0, {}
            for i, key in ipairs(KEYS) do
              local capacity, cost = tonumber(ARGV[2 * i]), tonumber(ARGV[2 * i + 1])
              local known = redis.call('HMGET', key, 'left', 'at')
              left[i] = capacity
              if known[1] then
                local gained = math.max(0, now - tonumber(known[2])) * capacity / 60000
                left[i] = math.min(capacity, tonumber(known[1]) + gained)
              end
              if refused == 0 and ARGV[1] == '0' and left[i] < cost then refused = i end
            end
            local answer = {refused}
            for i, key in ipairs(KEYS) do
              local capacity, cost = tonumber(ARGV[2 * i]), tonumber(ARGV[2 * i + 1])
              if refused == 0 then
                left[i] = math.min(capacity, left[i] - cost)
                redis.call('HSET', key, 'left', string.format('%.3f', left[i]), 'at', now)
                redis.call('PEXPIRE', key, math.ceil((capacity - left[i]) * 60000 / capacity) + 1000)
              end
              answer[i + 1] = math.floor(left[i])
            end
            return answer
            """;

    private final Vertx vertx;
    private final LocalBuckets local;
    private final Optional<RedisPool> redis;
    private final CircuitBreakerMaintenance breakers;
    private volatile boolean away;
    private volatile boolean closed;

    SharedBuckets(
            Vertx vertx,
            CortexConfig config,
            LocalBuckets local,
            CircuitBreakerMaintenance breakers,
            MeterRegistry registry) {
        this.vertx = vertx;
        this.local = local;
        this.redis = config.redis().url().map(url -> new RedisPool(vertx, url, MOST_PIPELINED));
        this.breakers = breakers;
        if (redis.isPresent()) {
            Gauge.builder("cortex.redis.up", () -> away ? 0 : 1)
                    .description("Whether replicas count together what keys use")
                    .register(registry);
        }
    }

    /** Whether replicas count together. */
    boolean wanted() {
        return redis.isPresent();
    }

    /** What people are told is wrong; empty when nothing is. */
    Optional<String> problem() {
        return away
                ? Optional.of("Redis does not answer: each replica counts what keys use for itself")
                : Optional.empty();
    }

    @PostConstruct
    void watch() {
        if (wanted()) {
            breakers.onStateChange(NAME, this::changed);
        }
    }

    private void changed(CircuitBreakerState state) {
        boolean wasAway = away;
        away = state != CircuitBreakerState.CLOSED;
        if (away && !wasAway) {
            LOG.warnf("%s; cortex.redis.url says where it is", problem().orElse(""));
            pingLater();
        } else if (wasAway && !away) {
            LOG.info("Redis answers again: replicas count together what keys use");
        }
    }

    private void pingLater() {
        if (!closed) {
            vertx.setTimer(PING_MILLIS, _ -> ping());
        }
    }

    /** By the script itself: a Redis that only answers pings is of no use. */
    private void ping() {
        Future<Response> answer = run(List.of(PING), true);
        long late = vertx.setTimer(PING_MILLIS, _ -> pingLater());
        answer.onComplete(result -> {
            if (vertx.cancelTimer(late) && result.failed()) {
                pingLater();
            } else if (result.succeeded()) {
                breakers.reset(NAME);
                changed(CircuitBreakerState.CLOSED);
            }
        });
    }

    @Override
    @AsynchronousNonBlocking
    @Timeout(value = PATIENCE_MILLIS, unit = ChronoUnit.MILLIS)
    @CircuitBreaker(requestVolumeThreshold = 1, failureRatio = 1, delay = HOUR_MILLIS)
    @CircuitBreakerName(NAME)
    @Fallback(fallbackMethod = "alone")
    public Uni<Drawn> take(List<Draw> draws) {
        return UniHelper.toUni(run(draws, false)).map(answer -> drawn(answer, draws.size()));
    }

    /** The place of the first that has too little, from 1 on, and then what is left in each. */
    private Drawn drawn(Response answer, int buckets) {
        List<Long> numbers = new ArrayList<>(buckets + 1);
        answer.forEach(each -> numbers.add(Long.parseLong(each.toString())));
        int refused = Math.toIntExact(numbers.getFirst()) - 1;
        return new Drawn(refused, List.copyOf(numbers.subList(1, numbers.size())), this);
    }

    Uni<Drawn> alone(List<Draw> draws) {
        return local.take(draws);
    }

    @Override
    public void correct(List<Draw> draws) {
        if (!away) {
            run(draws, true)
                    .onFailure(failure ->
                            LOG.debugf("what a request used is not counted: %s", failure));
        }
    }

    private Future<Response> run(List<Draw> draws, boolean overdrawn) {
        Request script = Request.cmd(Command.EVAL).arg(SCRIPT).arg(Integer.toString(draws.size()));
        draws.forEach(draw -> script.arg("aicortex:" + draw.name()));
        script.arg(overdrawn ? "1" : "0");
        draws.forEach(draw -> script.arg(draw.capacity()).arg(draw.cost()));
        return redis.orElseThrow().client().send(script).map(Objects::requireNonNull);
    }

    @PreDestroy
    void close() {
        closed = true;
        redis.ifPresent(RedisPool::close);
    }
}
