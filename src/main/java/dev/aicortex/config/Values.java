package dev.aicortex.config;

import dev.aicortex.model.Priority;
import dev.aicortex.model.ServerUrl;
import dev.aicortex.model.ValidationException;
import io.quarkus.runtime.configuration.DurationConverter;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Refuses values that have the right type and make no sense. */
public final class Values {
    /** A scheme and a host with its port, both with wildcards; or one of the words. */
    private static final Pattern ORIGIN =
            Pattern.compile("\\*|none|null|[A-Za-z*][A-Za-z0-9+.*-]*://[^/\\s]*");

    /** What every client can send in a header and no one trims. */
    private static final Pattern SENDABLE = Pattern.compile("[!-~]+");

    /** What a header can tell. */
    private static final Pattern TOLD = Pattern.compile("[ -~]+");

    /** A name that HTTP allows (RFC 9110, section 5.6.2), or where a body may have an id. */
    private static final Pattern SESSION =
            Pattern.compile(
                    "(?!body\\.)[!#$%&'*+.^_`|~0-9A-Za-z-]+|body\\.(prompt_cache_key|metadata\\.user_id|safety_identifier|user)");

    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._-]+");
    private static final Pattern REGISTRY = Pattern.compile("[A-Za-z0-9._-]+(:\\d{1,5})?");

    private static final Pattern WHITE_SPACE = Pattern.compile("\\s+");

    /** So much of a prompt's beginning is looked at, in characters. */
    public static final int MOST_BEGINNING = 100;

    private Values() {}

    /**
     * Checks every value that has a range.
     *
     * @throws ValidationException naming the key, the value and the range
     */
    public static void check(CortexConfig config) {
        positive("cortex.connect-timeout", config.connectTimeout());
        positive("cortex.look-after", config.lookAfter());
        positive("cortex.manage-timeout", config.manageTimeout());
        positive("cortex.failover-deadline", config.failoverDeadline());
        positive("cortex.health.ttl", config.health().ttl());
        positive("cortex.health.timeout", config.health().timeout());
        positive("cortex.health.recovery-interval", config.health().recoveryInterval());
        positive("cortex.breaker.delay", config.breaker().delay());
        atLeastOne("cortex.max-body", config.maxBody().asLongValue());
        atLeastOne("cortex.control.max-answer", config.control().maxAnswer().asLongValue());
        atLeastOne("cortex.body-in-memory", config.bodyInMemory().asLongValue());
        atLeastOne("cortex.breaker.window", config.breaker().window());
        atLeastOne("cortex.catalogue.keep", config.catalogue().keep());
        atLeastOne("cortex.refresh.concurrency", config.refresh().concurrency());
        atLeastOne("cortex.max-attempts", config.maxAttempts());
        CortexConfig.Context context = config.context();
        context.numCtx().ifPresent(n -> atLeastOne("cortex.context.num-ctx", n));
        context.models().forEach((model, n) -> atLeastOne("cortex.context.models." + model, n));
        context.sizes().orElse(List.of()).forEach(n -> atLeastOne("cortex.context.sizes", n));
        config.aliases().forEach(Values::aliased);
        secrets(config.keys());
        for (String key : config.resumeKeys().orElse(List.of())) {
            keyOf(config, key, "cortex.resume-keys");
        }
        for (String key : config.prompt().stripOffKeys().orElse(List.of())) {
            keyOf(config, key, "cortex.prompt.strip-off-keys");
        }
        for (String line : config.prompt().strip().orElse(List.of())) {
            boolean told = TOLD.matcher(line.strip()).matches();
            require(told, "cortex.prompt.strip", line, "how lines begin, in printable ASCII");
        }
        config.cors().origins().orElse(List.of()).forEach(Values::origin);
        config.hosts().orElse(List.of()).forEach(Values::host);
        positive("cortex.client.timeout", config.client().timeout());
        positive("cortex.client.idle", config.client().idle());
        atLeastOne("cortex.client.connections", config.client().connections());
        config.pull().registries().forEach(Values::registry);
        interval("cortex.refresh.every", config.refresh().every());
        interval("cortex.heartbeat", config.heartbeat());
        interval("cortex.total-timeout", config.totalTimeout());
        String shield = config.load().shieldFrom();
        boolean positive = !orOff(shield).orElse(Duration.ZERO).isNegative();
        require(positive, "cortex.load.shield-from", shield, "a duration, as in 2s, or to off");
        queue(config);
        routing(config.routing());
        double loss = config.refresh().maxLoss();
        require(loss >= 0 && loss <= 1, "cortex.refresh.max-loss", loss, "at least 0, at most 1");
        double ratio = config.breaker().failureRatio();
        String key = "cortex.breaker.failure-ratio";
        require(ratio > 0 && ratio <= 1, key, ratio, "above 0 and at most 1");
    }

    /** The duration that a key has which may also be {@code off}: empty, then. */
    public static Optional<Duration> orOff(String value) {
        return value.equals("off")
                ? Optional.empty()
                : Optional.of(DurationConverter.parseDuration(value));
    }

    /** Refuses keys that would let the wrong clients in, or nobody; no message has a secret. */
    private static void secrets(Map<String, String> keys) {
        Map<String, String> names = new HashMap<>();
        keys.forEach((name, secret) -> {
            if (secret.isBlank()) {
                throw new ValidationException(
                        "cortex.keys.%s is blank; give it a secret, or remove it".formatted(name));
            }
            if (!SENDABLE.matcher(secret).matches()) {
                throw new ValidationException(
                        "cortex.keys.%s has a character that is not sent safely in a header; write its secret in ASCII letters, digits and signs, without spaces"
                                .formatted(name));
            }
            String other = names.put(secret, name);
            if (other != null) {
                List<String> both = Stream.of(name, other).sorted().toList();
                throw new ValidationException(
                        "cortex.keys.%s and cortex.keys.%s have the same secret; give each its own"
                                .formatted(both.getFirst(), both.getLast()));
            }
        });
    }

    private static void queue(CortexConfig config) {
        CortexConfig.Queue queue = config.queue();
        config.maxConcurrent().ifPresent(n -> atLeastOne("cortex.max-concurrent", n));
        require(queue.max() >= 0, "cortex.queue.max", queue.max(), "at least 0");
        positive("cortex.queue.aging", queue.aging());
        Priority.of("cortex.queue.priority", queue.priority());
        queue.priorities()
                .forEach((key, word) -> {
                    String field = "cortex.queue.priorities." + key;
                    Priority.of(field, word);
                    keyOf(config, key, field);
                });
        queue.background().orElse(List.of()).forEach(Values::beginning);
        config.warm().forEach((model, n) -> atLeastOne("cortex.warm." + model, n));
    }

    private static void keyOf(CortexConfig config, String key, String field) {
        if (!config.keys().containsKey(key)) {
            throw new ValidationException(
                    "%s: there is no cortex.keys.%s; name one of %s"
                            .formatted(field, key, new TreeSet<>(config.keys().keySet())));
        }
    }

    private static void beginning(String text) {
        int length = oneLine(text).length();
        require(
                length > 0 && length <= MOST_BEGINNING,
                "cortex.queue.background",
                "'" + text + "'",
                "the beginning of a text, at most %d characters".formatted(MOST_BEGINNING));
    }

    /** A text with each run of white space as one space, and none around it. */
    public static String oneLine(String text) {
        return WHITE_SPACE.matcher(text.strip()).replaceAll(" ");
    }

    private static void session(String name) {
        if (!SESSION.matcher(name).matches()) {
            throw ValidationException.of(
                    "cortex.routing.sessions",
                    name,
                    "is neither a header nor a place in a body",
                    "write a header's name, body.prompt_cache_key, body.metadata.user_id, body.safety_identifier or body.user");
        }
    }

    private static void routing(CortexConfig.Routing routing) {
        routing.sessions().orElse(List.of()).forEach(Values::session);
        routing.parallel().ifPresent(n -> atLeastOne("cortex.routing.parallel", n));
        routing.weights()
                .forEach((server, weight) -> {
                    String key = "cortex.routing.weights." + server;
                    require(
                            weight > 0 && weight <= 1e6,
                            key,
                            weight,
                            "above 0 and at most 1000000");
                });
        urls("cortex.routing.weights.", routing.weights());
        urls("cortex.routing.priorities.", routing.priorities());
        urls("cortex.routing.labels.", routing.labels());
        labels("cortex.routing.labels.", routing.labels());
        labels("cortex.routing.allow.keys.", routing.allow().keys());
        labels("cortex.routing.allow.models.", routing.allow().models());
    }

    private static void labels(String map, Map<String, List<String>> all) {
        all.forEach((name, labels) -> Labels.of(map + name, labels));
    }

    private static void urls(String map, Map<String, ?> byServer) {
        byServer.keySet().forEach(server -> ServerUrl.of(server, map + server));
    }

    private static void origin(String value) {
        if (!ORIGIN.matcher(value).matches()) {
            throw ValidationException.of(
                    "cortex.cors.origins",
                    value,
                    "is no origin",
                    "write https://host or http://host:port without a path, null, * or none");
        }
    }

    private static void host(String value) {
        if (!value.equals("*") && !HOST.matcher(value).matches()) {
            throw ValidationException.of(
                    "cortex.hosts", value, "is no host", "write a name without a port, or *");
        }
    }

    private static void registry(String value) {
        if (!REGISTRY.matcher(value).matches()) {
            throw ValidationException.of(
                    "cortex.pull.registries",
                    value,
                    "is no registry",
                    "write its host, and its port where it has one: models.example:5000");
        }
    }

    private static void interval(String key, String value) {
        String range = "a duration of at least a second, as in 30s or 15m, or to off";
        try {
            require(orOff(value).map(Duration::toSeconds).orElse(1L) > 0, key, value, range);
        } catch (IllegalArgumentException _) {
            require(false, key, value, range);
        }
    }

    private static void aliased(String alias, List<String> models) {
        boolean named = !models.isEmpty() && models.stream().noneMatch(String::isBlank);
        String range = "one model or more, with commas between";
        require(named, "cortex.aliases." + alias, models, range);
    }

    private static void positive(String key, Duration value) {
        require(value.toMillis() > 0, key, value, "at least a millisecond, as in 500ms or 30s");
    }

    private static void atLeastOne(String key, long value) {
        require(value >= 1, key, value, "at least 1");
    }

    private static void require(boolean holds, String key, Object value, String range) {
        if (!holds) {
            throw new ValidationException(
                    "%s: %s is out of range; set it to %s".formatted(key, value, range));
        }
    }
}
