package dev.aicortex.gateway.watch;

import dev.aicortex.model.ModelName;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** How one server has answered lately. May be used by any thread; each look at it is short. */
public final class ServerPace {
    /** Of the newest stream. */
    private static final double WEIGHT = 0.2;

    /** Fewer may come in one piece. */
    private static final int LEAST_TOKENS = 8;

    private final Rate tokens = new Rate();
    private final FirstTokens firstTokens = new FirstTokens();
    private final Map<ModelName, Double> decode = new ConcurrentHashMap<>();
    private volatile @Nullable Failure failure;

    /** Why an attempt failed there, in words that hold nothing of a request or an answer. */
    public record Failure(Instant at, String reason) {}

    /** Milliseconds to the first token in one span of 15 seconds. */
    public record FirstToken(int p50, int p95) {}

    /** The same for spans that follow each other; null where no stream began. */
    public record History(List<@Nullable Integer> p50, List<@Nullable Integer> p95) {
        public static final History NONE = new History(List.of(), List.of());
    }

    ServerPace() {}

    /** The number since 1970 of the last span that is over. */
    public static long lastSpan(long now) {
        return now / FirstTokens.SPAN_MILLIS - 1;
    }

    void firstToken(long now, long millis) {
        firstTokens.add(now, millis);
    }

    void answered(long from, long to, long completion) {
        if (completion > 0) {
            tokens.add(from, to, (double) completion);
        }
    }

    /** A stream has ended that had so many tokens in so long a time behind its first one. */
    void decoded(ModelName model, long millis, long completion) {
        if (millis > 0 && completion >= LEAST_TOKENS) {
            double measured = (completion - 1) * 1_000.0 / millis;
            decode.merge(model, measured, (mean, newest) -> mean + WEIGHT * (newest - mean));
        }
    }

    void failed(long now, String reason) {
        failure = new Failure(Instant.ofEpochMilli(now), reason);
    }

    /** Tokens of answers that have ended, each spread over its time; the last minute's average. */
    public double tokensASecond(long now) {
        return tokens.aSecond(now);
    }

    /**
     * Tokens of one answer a second, a mean in which the newest streams of the model count most;
     * null where none has ended.
     */
    public @Nullable Double decodeTokensASecond(ModelName model) {
        return decode.get(model);
    }

    /** The last one of an attempt; null where there was none. */
    public @Nullable Failure failure() {
        return failure;
    }

    /** That of a span that is over; null where no stream began in it. */
    public @Nullable FirstToken firstToken(long span) {
        FirstTokens.Span found = firstTokens.span(span);
        return found == null ? null : new FirstToken(found.p50(), found.p95());
    }

    /** The spans up to one that is over, the oldest first, from the first with a stream on. */
    public History history(long last) {
        List<@Nullable Integer> p50 = new ArrayList<>();
        List<@Nullable Integer> p95 = new ArrayList<>();
        for (long span = last - FirstTokens.SPANS + 1; span <= last; span++) {
            FirstToken first = firstToken(span);
            if (first != null || !p50.isEmpty()) {
                p50.add(first == null ? null : first.p50());
                p95.add(first == null ? null : first.p95());
            }
        }
        return new History(p50, p95);
    }
}
