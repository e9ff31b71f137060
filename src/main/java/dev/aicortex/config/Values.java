package dev.aicortex.config;

import dev.aicortex.model.Priority;
import dev.aicortex.model.ValidationException;
import io.quarkus.runtime.configuration.DurationConverter;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

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

    /** Half a gigabyte of them. */
    private static final int MOST_CAPTURES = 1_000;

    private final Problems problems;

    private Values(Problems problems) {
        this.problems = problems;
    }

    /**
     * Checks every value that has a range.
     *
     * @throws ValidationException naming each key, its value and the range
     */
    public static void check(CortexConfig config) {
        Problems problems = new Problems();
        check(config, problems);
        problems.refuse();
    }

    /** The same, adding to {@code problems} what is wrong. */
    public static void check(CortexConfig config, Problems problems) {
        Values values = new Values(problems);
        values.positive("cortex.connect-timeout", config.connectTimeout());
        values.positive("cortex.look-after", config.lookAfter());
        values.positive("cortex.manage-timeout", config.manageTimeout());
        values.positive("cortex.failover-deadline", config.failoverDeadline());
        values.positive("cortex.health.ttl", config.health().ttl());
        values.positive("cortex.health.timeout", config.health().timeout());
        values.positive("cortex.health.recovery-interval", config.health().recoveryInterval());
        values.positive("cortex.breaker.delay", config.breaker().delay());
        Duration kept = config.usage().keep();
        values.require(
                kept.toMillis() > 0 && kept.toDays() <= 36_500,
                "cortex.usage.keep",
                kept,
                "at least a millisecond, at most 36500d");
        values.atLeastOne("cortex.usage.max-records", config.usage().maxRecords());
        values.atLeastOne("cortex.max-body", config.maxBody().asLongValue());
        values.atLeastOne("cortex.control.max-answer", config.control().maxAnswer().asLongValue());
        values.atLeastOne("cortex.body-in-memory", config.bodyInMemory().asLongValue());
        values.atLeastOne("cortex.breaker.window", config.breaker().window());
        values.atLeastOne("cortex.catalogue.keep", config.catalogue().keep());
        values.atLeastOne("cortex.refresh.concurrency", config.refresh().concurrency());
        values.atLeastOne("cortex.max-attempts", config.maxAttempts());
        CortexConfig.Context context = config.context();
        context.numCtx().ifPresent(n -> values.atLeastOne("cortex.context.num-ctx", n));
        context.models()
                .forEach((model, n) -> values.atLeastOne("cortex.context.models." + model, n));
        context.sizes()
                .orElse(List.of())
                .forEach(n -> values.atLeastOne("cortex.context.sizes", n));
        config.aliases().forEach(values::aliased);
        values.secrets(config.keys());
        for (String line : config.prompt().strip().orElse(List.of())) {
            boolean told = TOLD.matcher(line.strip()).matches();
            values.require(
                    told, "cortex.prompt.strip", line, "how lines begin, in printable ASCII");
        }
        config.cors().origins().orElse(List.of()).forEach(values::origin);
        values.interval("cortex.refresh.every", config.refresh().every());
        values.interval("cortex.heartbeat", config.heartbeat());
        values.interval("cortex.total-timeout", config.totalTimeout());
        values.shield(config.load().shieldFrom());
        values.queue(config);
        values.routing(config.routing());
        values.servers(config);
        values.discovery(config);
        config.limits().rpm().ifPresent(n -> values.atLeastOne("cortex.limits.rpm", n));
        config.limits().tpm().ifPresent(n -> values.atLeastOne("cortex.limits.tpm", n));
        config.limits()
                .concurrent()
                .ifPresent(n -> values.atLeastOne("cortex.limits.concurrent", n));
        config.redis().url().ifPresent(values::redis);
        values.cache(config);
        config.hosts().orElse(List.of()).forEach(values::host);
        values.positive("cortex.client.timeout", config.client().timeout());
        values.positive("cortex.client.idle", config.client().idle());
        values.atLeastOne("cortex.client.connections", config.client().connections());
        config.pull().registries().forEach(values::registry);
        values.missing(config.pull());
        values.positive("cortex.wake.timeout", config.wake().timeout());
        int captures = config.captures();
        values.require(
                captures >= 0 && captures <= MOST_CAPTURES,
                "cortex.captures",
                captures,
                "at least 0, at most " + MOST_CAPTURES);
        double loss = config.refresh().maxLoss();
        values.require(
                loss >= 0 && loss <= 1, "cortex.refresh.max-loss", loss, "at least 0, at most 1");
        double ratio = config.breaker().failureRatio();
        String key = "cortex.breaker.failure-ratio";
        values.require(ratio > 0 && ratio <= 1, key, ratio, "above 0 and at most 1");
    }

    /** The duration that a key has which may also be {@code off}: empty, then. */
    public static Optional<Duration> orOff(String value) {
        return value.equals("off")
                ? Optional.empty()
                : Optional.of(DurationConverter.parseDuration(value));
    }

    /** Refuses keys that would let the wrong clients in, or nobody; no message has a secret. */
    private void secrets(Map<String, String> keys) {
        Map<String, String> names = new HashMap<>();
        new TreeMap<>(keys)
                .forEach((name, secret) -> {
                    String key = "cortex.keys." + name;
                    if (secret.isBlank()) {
                        problems.add(key + " is blank; give it a secret, or remove it");
                        return;
                    }
                    if (!SENDABLE.matcher(secret).matches()) {
                        problems.add(
                                key
                                        + " has a character that is not sent safely in a header; write its secret in ASCII letters, digits and signs, without spaces");
                    }
                    String other = names.putIfAbsent(secret, name);
                    if (other != null) {
                        problems.add(
                                "cortex.keys.%s and %s have the same secret; give each its own"
                                        .formatted(other, key));
                    }
                });
    }

    /** No message has what may be a password. */
    private void redis(String url) {
        if (!url.matches("rediss?://[^\\s/?#]+(/[0-9]{1,5})?")) {
            problems.add(
                    "cortex.redis.url is no address of a Redis; write redis://HOST:PORT, with :PASSWORD@ before the host where it asks for one");
        }
    }

    private void cache(CortexConfig config) {
        CortexConfig.Cache cache = config.cache();
        positive("cortex.cache.ttl", cache.ttl());
        atLeastOne("cortex.cache.max-answer", cache.maxAnswer().asLongValue());
        int batch = config.embeddings().batch();
        require(batch >= 0, "cortex.embeddings.batch", batch, "at least 0");
        if (cache.shared() && config.redis().url().isEmpty()) {
            problems.add(
                    "cortex.cache.shared: true needs a Redis; set cortex.redis.url, or leave it out");
        }
    }

    private void queue(CortexConfig config) {
        CortexConfig.Queue queue = config.queue();
        config.maxConcurrent().ifPresent(n -> atLeastOne("cortex.max-concurrent", n));
        require(queue.max() >= 0, "cortex.queue.max", queue.max(), "at least 0");
        positive("cortex.queue.aging", queue.aging());
        priority("cortex.queue.priority", queue.priority());
        queue.priorities().forEach((key, word) -> priority("cortex.queue.priorities." + key, word));
        queue.background().orElse(List.of()).forEach(this::beginning);
        config.warm().forEach((model, n) -> atLeastOne("cortex.warm." + model, n));
    }

    private void priority(String field, String word) {
        problems.of(() -> {
            Priority _ = Priority.of(field, word);
        });
    }

    private void beginning(String text) {
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

    private void session(String name) {
        if (!SESSION.matcher(name).matches()) {
            problems.add(
                    "cortex.routing.sessions: '%s' is neither a header nor a place in a body; write a header's name, body.prompt_cache_key, body.metadata.user_id, body.safety_identifier or body.user"
                            .formatted(name));
        }
    }

    private void routing(CortexConfig.Routing routing) {
        routing.sessions().orElse(List.of()).forEach(this::session);
        routing.parallel().ifPresent(n -> atLeastOne("cortex.routing.parallel", n));
        labels("cortex.routing.allow.keys.", routing.allow().keys());
        labels("cortex.routing.allow.models.", routing.allow().models());
    }

    private void labels(String map, Map<String, List<String>> all) {
        all.forEach((name, labels) -> labels(map + name, labels));
    }

    private void labels(String key, List<String> labels) {
        problems.of(() -> {
            Set<String> _ = Labels.of(key, labels);
        });
    }

    private void servers(CortexConfig config) {
        problems.of(() -> {
            List<ServerEntry> _ = ServerEntry.all(config);
        });
        config.server()
                .forEach((name, said) -> {
                    String key = "cortex.server." + name;
                    said.weight()
                            .ifPresent(weight ->
                                    require(
                                            weight > 0 && weight <= 1e6,
                                            key + ".weight",
                                            weight,
                                            "above 0 and at most 1000000"));
                    said.maxConcurrent().ifPresent(n -> atLeastOne(key + ".max-concurrent", n));
                    labels(key + ".labels", said.labels().orElse(List.of()));
                    problems.of(() -> {
                        Power _ = Power.of(key, said);
                    });
                });
    }

    private void discovery(CortexConfig config) {
        CortexConfig.Discovery discovery = config.discovery();
        positive("cortex.discovery.interval", discovery.interval());
        for (String name : discovery.dns().orElse(List.of())) {
            problems.of(() -> {
                DnsName _ = DnsName.of(name);
            });
        }
        discovery
                .dnsServer()
                .ifPresent(server ->
                        problems.of(() -> {
                            DnsName _ = DnsName.server(server);
                        }));
        discovery
                .kubernetes()
                .port()
                .filter(port -> port.matches("\\d+"))
                .ifPresent(port ->
                        require(
                                port.matches("0*\\d{1,5}") && isPort(Integer.parseInt(port)),
                                "cortex.discovery.kubernetes.port",
                                port,
                                "a port from 1 to 65535, or to the name of one"));
        if (config.demo() && Origin.discover(config)) {
            problems.add(
                    "cortex.demo: true, but cortex.discovery finds servers; leave one of the two out");
        }
    }

    private static boolean isPort(int number) {
        return number >= 1 && number <= 65_535;
    }

    private void origin(String value) {
        if (!ORIGIN.matcher(value).matches()) {
            problems.add(
                    "cortex.cors.origins: '%s' is no origin; write https://host or http://host:port without a path, null, * or none"
                            .formatted(value));
        }
    }

    private void host(String value) {
        if (!value.equals("*") && !HOST.matcher(value).matches()) {
            problems.of(() -> {
                throw ValidationException.of(
                        "cortex.hosts", value, "is no host", "write a name without a port, or *");
            });
        }
    }

    private void registry(String value) {
        if (!REGISTRY.matcher(value).matches()) {
            problems.of(() -> {
                throw ValidationException.of(
                        "cortex.pull.registries",
                        value,
                        "is no registry",
                        "write its host, and its port where it has one: models.example:5000");
            });
        }
    }

    private void missing(CortexConfig.Pull pull) {
        if (pull.missing() && pull.missingModels().orElse(List.of()).isEmpty()) {
            problems.add(
                    "cortex.pull.missing: true, but cortex.pull.missing-models names no model; list those that may be pulled, as in llama3.2:*,qwen3:*");
        }
    }

    private void interval(String key, String value) {
        String range = "a duration of at least a second, as in 30s or 15m, or to off";
        require(durationOrOff(value, Duration.ofSeconds(1)), key, value, range);
    }

    private void shield(String value) {
        String range = "a duration, as in 2s, or to off";
        require(durationOrOff(value, Duration.ZERO), "cortex.load.shield-from", value, range);
    }

    private static boolean durationOrOff(String value, Duration least) {
        try {
            return orOff(value).orElse(least).compareTo(least) >= 0;
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    private void aliased(String alias, List<String> models) {
        boolean named = !models.isEmpty() && models.stream().noneMatch(String::isBlank);
        String range = "one model or more, with commas between";
        require(named, "cortex.aliases." + alias, models, range);
    }

    private void positive(String key, Duration value) {
        require(value.toMillis() > 0, key, value, "at least a millisecond, as in 500ms or 30s");
    }

    private void atLeastOne(String key, long value) {
        require(value >= 1, key, value, "at least 1");
    }

    private void require(boolean holds, String key, Object value, String range) {
        if (!holds) {
            problems.add("%s: %s is out of range; set it to %s".formatted(key, value, range));
        }
    }
}
