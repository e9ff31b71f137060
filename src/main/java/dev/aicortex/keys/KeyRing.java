package dev.aicortex.keys;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.config.LiveConfig;
import dev.aicortex.model.ServerException;
import dev.aicortex.store.StoreException;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.vertx.http.HttpServerStart;
import io.quarkus.vertx.http.HttpsServerStart;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.ObservesAsync;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * All keys, found by the digests of their secrets: those of the configuration at once, those of the
 * database from soon after the start on, and again every few seconds, since other replicas change
 * them too. While the database is away the keys that were read last stay.
 */
@Singleton
public class KeyRing implements LiveConfig.Part {
    private static final Logger LOG = Logger.getLogger(KeyRing.class);
    private static final int EVERY_MILLIS = 3_000;
    private static final int PATIENCE_MILLIS = 1_000;
    private static final int SOON_SECONDS = 2;

    private final Vertx vertx;
    private final KeyStore store;
    private final Budgets budgets;

    /** Held while the database is asked; never while a configuration is taken. */
    private final Object database = new Object();

    private final NamedKeys named = new NamedKeys();
    private final AtomicBoolean begun = new AtomicBoolean();
    private final AtomicBoolean reading = new AtomicBoolean();
    private final CompletableFuture<Boolean> tried = new CompletableFuture<>();

    /** The bearer of the admin token: found by it, and otherwise no key of this ring. */
    private final Optional<ApiKey> operator;

    private Map<String, String> configured;
    private KeySettings.Limited usual;
    private List<ApiKey> stored = List.of();
    private long version = KeyStore.NONE;
    private volatile boolean known;
    private volatile @Nullable String problem;
    private volatile Ring ring;

    /** The keys at one moment; immutable. */
    private record Ring(Map<Digest, ApiKey> byDigest, Map<String, ApiKey> byName) {
        static Ring of(Collection<ApiKey> keys, Optional<ApiKey> operator) {
            Map<Digest, ApiKey> byDigest = new HashMap<>();
            Map<String, ApiKey> byName = new TreeMap<>();
            operator.ifPresent(key -> byDigest.put(key.digest(), key));
            // those of the configuration come first, and put others of their names out of force
            keys.forEach(key -> byName.putIfAbsent(key.name(), key));
            for (ApiKey key : byName.values()) {
                key.previous().ifPresent(former -> byDigest.put(former.digest(), key));
            }
            byName.values().forEach(key -> byDigest.put(key.digest(), key));
            return new Ring(byDigest, byName);
        }
    }

    /** Whose request it is. */
    public sealed interface Identity {
        /** That of a key which counts. */
        record Known(ApiKey key) implements Identity {}

        /** Of nobody that is known. */
        record Unknown() implements Identity {
            static final Unknown IT = new Unknown();
        }

        /** That of a key which does not count, or of two. */
        record Refused(String problem) implements Identity {}
    }

    KeyRing(
            Vertx vertx,
            CortexConfig config,
            KeyStore store,
            Budgets budgets,
            MeterRegistry registry) {
        this.vertx = vertx;
        this.store = store;
        this.budgets = budgets;
        this.usual = KeySettings.Limited.of(config.limits());
        this.configured = Map.copyOf(config.keys());
        this.named.take(config);
        this.known = !store.exists();
        this.operator = config.adminToken().filter(token -> !token.isBlank()).map(ApiKey::operator);
        this.ring = Ring.of(all(), operator);
        Gauge.builder("cortex.keys", () -> ring.byName.size())
                .description("Keys, of the configuration and the database")
                .register(registry);
    }

    // ---- looking up

    /** Whose request this is, by the secrets that it carries. */
    public Identity identify(List<String> secrets) {
        ApiKey found = null;
        boolean former = false;
        for (String secret : secrets) {
            Digest digest = Digest.of(secret);
            ApiKey key = ring.byDigest.get(digest);
            if (key != null && found != null && !key.id().equals(found.id())) {
                return new Identity.Refused("two different keys are sent; send one");
            }
            if (key != null) {
                found = key;
                former = !key.digest().equals(digest);
            }
        }
        return found == null ? Identity.Unknown.IT : judged(found, former);
    }

    private static Identity judged(ApiKey key, boolean former) {
        if (key.disabled()) {
            return new Identity.Refused("the key is disabled");
        }
        if (key.expiresAt() == 0 && !former) {
            return new Identity.Known(key);
        }
        long now = System.currentTimeMillis();
        boolean over = former && key.previous().filter(old -> now < old.until()).isEmpty();
        return key.expired(now) || over
                ? new Identity.Refused("the key has expired")
                : new Identity.Known(key);
    }

    /** Whether there is no key at all. */
    public boolean isEmpty() {
        return ring.byName.isEmpty();
    }

    /** Whether the keys of the database are known, be there any or not. */
    public boolean known() {
        return known;
    }

    /** Done when they are, or could not be read, or a second has passed; never fails. */
    public Future<Boolean> tried() {
        return Future.fromCompletionStage(
                tried.copy().completeOnTimeout(false, PATIENCE_MILLIS, TimeUnit.MILLISECONDS),
                vertx.getOrCreateContext());
    }

    public Optional<ApiKey> named(String name) {
        return Optional.ofNullable(ring.byName.get(name));
    }

    /** All of them, sorted by name. */
    public List<ApiKey> keys() {
        return List.copyOf(ring.byName.values());
    }

    /** Why the keys of the database cannot be read now; empty when they can. */
    public Optional<String> problem() {
        return Optional.ofNullable(problem);
    }

    /**
     * What somebody is told whose key may be one of the database, while those are not known: not
     * turned away as a stranger.
     */
    public ServerException unread() {
        return ServerException.unavailable(
                "the keys cannot be read now (%s); try again, or set cortex.database.url or cortex.auth"
                        .formatted(problem().orElse("they are not there as yet")),
                SOON_SECONDS);
    }

    // ---- keeping up

    @Override
    public Runnable prepared(CortexConfig next) {
        return () -> {
            named.take(next);
            configured(next.keys(), KeySettings.Limited.of(next.limits()));
        };
    }

    /**
     * From now on these are the keys of the configuration.
     *
     * @param secrets by name
     * @param limits of every key that has none of its own
     */
    synchronized void configured(Map<String, String> secrets, KeySettings.Limited limits) {
        configured = Map.copyOf(secrets);
        usual = limits;
        ring = Ring.of(all(), operator);
    }

    void listens(@ObservesAsync HttpServerStart event) {
        begin();
    }

    void listensWithTls(@ObservesAsync HttpsServerStart event) {
        begin();
    }

    private void begin() {
        if (begun.compareAndSet(false, true)) {
            look();
            vertx.setPeriodic(EVERY_MILLIS, _ -> look());
        }
    }

    private void look() {
        if (reading.compareAndSet(false, true)) {
            Thread.ofVirtual()
                    .start(() -> {
                        try {
                            keepUp();
                        } catch (RuntimeException | LinkageError e) { // a driver has errors too
                            failed(e);
                        } finally {
                            reading.set(false);
                            tried.complete(known);
                        }
                    });
        }
    }

    /** What was used is written and read under one lock, so that nothing counts twice. */
    private void keepUp() {
        synchronized (database) {
            budgets.write();
            read();
        }
    }

    private void failed(Throwable e) {
        if (problem == null) {
            LOG.warnf("the keys that are known stay as they are: %s", e.getMessage());
        }
        problem = String.valueOf(e.getMessage());
    }

    /**
     * Reads the keys of the database now; blocks.
     *
     * @throws StoreException when they cannot be read
     */
    public void read() {
        synchronized (database) {
            if (store.exists()) {
                store.read(version)
                        .ifPresent(read -> {
                            version = read.version();
                            stored(read.keys());
                        });
                budgets.read(keys());
            }
        }
        if (problem != null) {
            LOG.info("the keys of the database can be read again");
            problem = null;
        }
        known = true;
        named.news(ring.byName.keySet()).forEach(LOG::warn);
    }

    /** What was used of budgets is kept. */
    void stops(@Observes ShutdownEvent event) {
        try {
            synchronized (database) {
                budgets.write();
            }
        } catch (RuntimeException e) {
            LOG.warnf("what keys used of their budgets is not kept: %s", e.getMessage());
        }
    }

    private synchronized void stored(List<ApiKey> keys) {
        stored = keys;
        ring = Ring.of(all(), operator);
    }

    private List<ApiKey> all() {
        return Stream.concat(
                        configured.entrySet().stream()
                                .map(each -> ApiKey.configured(each.getKey(), each.getValue())),
                        stored.stream())
                .map(key -> key.with(usual))
                .toList();
    }
}
