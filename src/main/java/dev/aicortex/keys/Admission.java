package dev.aicortex.keys;

import dev.aicortex.model.CortexException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Whether a request may go on, and what it has reserved of its key's limits until it is settled.
 */
public final class Admission {
    private final Optional<CortexException> refusal;
    private final @Nullable Gauge requests;
    private final @Nullable Gauge tokens;
    private final LongConsumer whenSettled;
    private final AtomicBoolean settled = new AtomicBoolean();

    /**
     * How much of a limit a minute is left.
     *
     * @param resetMillis until all of it is there again
     */
    public record Gauge(long limit, long remaining, long resetMillis) {}

    Admission(
            Optional<CortexException> refusal,
            @Nullable Gauge requests,
            @Nullable Gauge tokens,
            LongConsumer whenSettled) {
        this.refusal = refusal;
        this.requests = requests;
        this.tokens = tokens;
        this.whenSettled = whenSettled;
    }

    /** Why it may not; empty when it may. */
    public Optional<CortexException> refusal() {
        return refusal;
    }

    /** That of requests a minute; null without such a limit. */
    public @Nullable Gauge requests() {
        return requests;
    }

    /** That of tokens a minute; null without such a limit. */
    public @Nullable Gauge tokens() {
        return tokens;
    }

    /** The request has ended and used so many tokens; only the first time counts. */
    public void settle(long used) {
        if (settled.compareAndSet(false, true)) {
            whenSettled.accept(used);
        }
    }
}
