package dev.aicortex.keys;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.aicortex.keys.Admission.Gauge;
import dev.aicortex.keys.Buckets.Draw;
import dev.aicortex.keys.Buckets.Drawn;
import dev.aicortex.keys.KeySettings.Limited;
import dev.aicortex.model.AccessException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * How much keys may use: requests and tokens a minute, of a key and of each of its end users,
 * requests at once, and tokens a day or month. A request reserves what it may need and settles what
 * it did use.
 */
@Singleton
public class Limits {
    private static final String CODE = "rate_limit_exceeded";
    private static final int SOON = 1;

    /** Names no end user, so that it meets the limits of the key itself alone. */
    private static final Need ANY = new Need(0, 1);

    private final LocalBuckets local;
    private final SharedBuckets shared;
    private final Budgets budgets;
    private final MeterRegistry registry;
    private final Map<String, AtomicInteger> running = new ConcurrentHashMap<>();

    Limits(LocalBuckets local, SharedBuckets shared, Budgets budgets, MeterRegistry registry) {
        this.local = local;
        this.shared = shared;
        this.budgets = budgets;
        this.registry = registry;
    }

    /** One limit that a request meets. */
    private enum Kind {
        RPM("requests a minute", false, false),
        TPM("tokens a minute", true, false),
        USER_RPM("requests a minute of one user", false, true),
        USER_TPM("tokens a minute of one user", true, true);

        private final String words;
        private final boolean tokens;
        private final boolean ofUser;

        Kind(String words, boolean tokens, boolean ofUser) {
            this.words = words;
            this.tokens = tokens;
            this.ofUser = ofUser;
        }

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        private int of(Limited limits) {
            return switch (this) {
                case RPM -> limits.rpm();
                case TPM -> limits.tpm();
                case USER_RPM -> limits.userRpm();
                case USER_TPM -> limits.userTpm();
            };
        }
    }

    private record Asked(Kind kind, Draw draw) {}

    /**
     * So much of each limit of a key itself, not of its end users; absent where it has none.
     *
     * @param requests a minute
     * @param tokens a minute
     * @param concurrent requests at once
     * @param budgetTokens tokens of the day or month
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Amounts(
            @Nullable Long requests,
            @Nullable Long tokens,
            @Nullable Integer concurrent,
            @JsonProperty("budget_tokens") @Nullable Long budgetTokens) {
        /** Of a key without limits. */
        public static final Amounts NONE = new Amounts(null, null, null, null);

        /** The limits that hold for a key: its own, else those of {@code cortex.limits}. */
        public static Amounts all(ApiKey key) {
            Limited limits = key.limits();
            return new Amounts(
                    limits.rpm() > 0 ? (long) limits.rpm() : null,
                    limits.tpm() > 0 ? (long) limits.tpm() : null,
                    limits.concurrent() > 0 ? limits.concurrent() : null,
                    limits.budget().map(Budget::tokens).orElse(null));
        }
    }

    /**
     * What a key has left now; takes nothing. What running requests have reserved is not left.
     *
     * @return never fails; may complete on another thread where replicas count together
     */
    public Uni<Amounts> left(ApiKey key) {
        List<Asked> asked =
                asked(key, ANY).stream()
                        .map(each -> new Asked(each.kind, each.draw.costing(0)))
                        .toList();
        return asked.isEmpty()
                ? Uni.createFrom().item(left(key, null, null))
                : buckets()
                        .take(asked.stream().map(Asked::draw).toList())
                        .map(drawn ->
                                left(key, gauge(asked, drawn, false), gauge(asked, drawn, true)));
    }

    private Amounts left(ApiKey key, @Nullable Gauge requests, @Nullable Gauge tokens) {
        AtomicInteger now = running.get(key.id());
        int most = key.limits().concurrent();
        return new Amounts(
                requests == null ? null : requests.remaining(),
                tokens == null ? null : tokens.remaining(),
                most > 0 ? Math.max(0, most - (now == null ? 0 : now.get())) : null,
                key.limits()
                        .budget()
                        .map(budget -> Math.max(0, budgets.left(key, budget)))
                        .orElse(null));
    }

    private Buckets buckets() {
        return shared.wanted() ? shared : local;
    }

    /**
     * Asks for a request of a key that is limited.
     *
     * @return never fails; may complete on another thread where replicas count together
     */
    public Uni<Admission> admit(ApiKey key, Need need) {
        Limited limits = key.limits();
        if (limits.concurrent() > 0 && !enter(key, limits.concurrent())) {
            return refused(key, "concurrent", requests(limits.concurrent()) + " at once", SOON);
        }
        Optional<Budget> budget = limits.budget();
        if (budget.isPresent() && !budgets.reserve(key, budget.get(), need.tokens())) {
            leave(key);
            return spent(key, budget.get());
        }
        List<Asked> asked = asked(key, need);
        List<Draw> draws = asked.stream().map(Asked::draw).toList();
        if (draws.isEmpty()) {
            return Uni.createFrom()
                    .item(admitted(key, need, asked, new Drawn(-1, List.of(), local)));
        }
        return buckets()
                .take(draws)
                .map(drawn -> {
                    if (drawn.granted()) {
                        return admitted(key, need, asked, drawn);
                    }
                    giveBack(key, need);
                    return refused(key, asked, drawn);
                });
    }

    /** What is asked of which bucket. A request that needs more than all of it takes all of it. */
    private static List<Asked> asked(ApiKey key, Need need) {
        List<Asked> asked = new ArrayList<>(2);
        for (Kind kind : Kind.values()) {
            int limit = kind.of(key.limits());
            long cost = kind.tokens ? Math.min(need.tokens(), limit) : 1;
            if (limit > 0 && cost > 0 && !(kind.ofUser && need.user() == 0)) {
                String user = kind.ofUser ? ":" + Long.toHexString(need.user()) : "";
                // what stands in braces has Redis keep a key's buckets in one place
                String name = "{" + key.id() + "}:" + kind.word() + user;
                asked.add(new Asked(kind, new Draw(name, kind.ofUser, limit, cost)));
            }
        }
        return asked;
    }

    private static String requests(int number) {
        return number == 1 ? "1 request" : number + " requests";
    }

    private boolean enter(ApiKey key, int most) {
        AtomicInteger now = running.computeIfAbsent(key.id(), _ -> new AtomicInteger());
        if (now.incrementAndGet() <= most) {
            return true;
        }
        now.decrementAndGet();
        return false;
    }

    private void leave(ApiKey key) {
        if (key.limits().concurrent() > 0) {
            AtomicInteger now = running.get(key.id());
            if (now != null) {
                now.decrementAndGet();
            }
        }
    }

    private void giveBack(ApiKey key, Need need) {
        leave(key);
        key.limits().budget().ifPresent(budget -> budgets.settle(key, budget, need.tokens(), 0));
    }

    private Admission admitted(ApiKey key, Need need, List<Asked> asked, Drawn drawn) {
        return new Admission(
                Optional.empty(),
                gauge(asked, drawn, false),
                gauge(asked, drawn, true),
                used -> settle(key, need, asked, drawn.by(), used));
    }

    private void settle(ApiKey key, Need need, List<Asked> asked, Buckets by, long used) {
        leave(key);
        key.limits().budget().ifPresent(budget -> budgets.settle(key, budget, need.tokens(), used));
        List<Draw> corrections =
                asked.stream()
                        .filter(each -> each.kind.tokens && each.draw.cost() != used)
                        .map(each -> each.draw.costing(used - each.draw.cost()))
                        .toList();
        if (!corrections.isEmpty()) {
            by.correct(corrections);
        }
    }

    /** The tightest of its kind. */
    private static @Nullable Gauge gauge(List<Asked> asked, Drawn drawn, boolean tokens) {
        Gauge tightest = null;
        for (int i = 0; i < asked.size(); i++) {
            if (asked.get(i).kind.tokens == tokens) {
                Draw draw = asked.get(i).draw;
                long left = drawn.left().get(i);
                Gauge gauge =
                        new Gauge(
                                draw.capacity(),
                                Math.max(0, left),
                                draw.millis(draw.capacity() - left));
                if (tightest == null || gauge.remaining() < tightest.remaining()) {
                    tightest = gauge;
                }
            }
        }
        return tightest;
    }

    private Admission refused(ApiKey key, List<Asked> asked, Drawn drawn) {
        Asked by = asked.get(drawn.refused());
        long lacking = by.draw.cost() - drawn.left().get(drawn.refused());
        int seconds = (int) Math.ceilDiv(by.draw.millis(Math.max(1, lacking)), 1_000L);
        String most = by.draw.capacity() + " " + by.kind.words;
        return new Admission(
                Optional.of(limited(key, by.kind.word(), CODE, most, seconds)),
                gauge(asked, drawn, false),
                gauge(asked, drawn, true),
                _ -> {});
    }

    private Uni<Admission> refused(ApiKey key, String limit, String most, int seconds) {
        return refused(limited(key, limit, CODE, most, seconds));
    }

    private Uni<Admission> spent(ApiKey key, Budget budget) {
        if (budgets.used(key, budget) < budget.tokens()) {
            String held =
                    "%d tokens a %s, of which running requests hold what is left"
                            .formatted(budget.tokens(), budget.word());
            return refused(limited(key, "budget", CODE, held, SOON));
        }
        String most = "%d tokens a %s, which are used".formatted(budget.tokens(), budget.word());
        int seconds = (int) Math.min(Integer.MAX_VALUE, budgets.secondsLeft(budget));
        return refused(limited(key, "budget", "insufficient_quota", most, seconds));
    }

    private static Uni<Admission> refused(AccessException error) {
        return Uni.createFrom().item(new Admission(Optional.of(error), null, null, _ -> {}));
    }

    private AccessException limited(
            ApiKey key, String limit, String code, String most, int seconds) {
        Counter.builder("cortex.limits.refused")
                .description("Requests that a limit of their key refused")
                .tag("limit", limit)
                .register(registry)
                .increment();
        return AccessException.limited(
                code,
                "the key '%s' may use %s; try again in %d s".formatted(key.name(), most, seconds),
                seconds);
    }

    /** What keeps replicas from counting together; empty when nothing does. */
    public Optional<String> problem() {
        return shared.problem();
    }
}
