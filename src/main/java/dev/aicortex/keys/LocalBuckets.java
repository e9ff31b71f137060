package dev.aicortex.keys;

import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.TokensInheritanceStrategy;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The buckets of this process alone, by Bucket4j. */
@Singleton
class LocalBuckets implements Buckets {
    /** Whoever was not seen for longest is forgotten first, and has full buckets again. */
    private static final int MOST_USERS = 10_000;

    private final Map<String, Filled> ofKeys = new ConcurrentHashMap<>();
    private final Map<String, Filled> ofUsers = Collections.synchronizedMap(new Recent());

    /** A bucket with the capacity that it was made with. */
    private record Filled(long capacity, Bucket bucket) {
        static Filled of(long capacity) {
            return new Filled(capacity, Bucket.builder().addLimit(limit(capacity)).build());
        }

        Filled with(long other) {
            if (other == capacity) {
                return this;
            }
            BucketConfiguration next = BucketConfiguration.builder().addLimit(limit(other)).build();
            bucket.replaceConfiguration(next, TokensInheritanceStrategy.PROPORTIONALLY);
            return new Filled(other, bucket);
        }

        private static Bandwidth limit(long capacity) {
            return Bandwidth.builder()
                    .capacity(capacity)
                    .refillGreedy(capacity, Duration.ofMillis(MINUTE_MILLIS))
                    .build();
        }
    }

    private static final class Recent extends LinkedHashMap<String, Filled> {
        Recent() {
            super(16, 0.75f, true);
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Filled> eldest) {
            return size() > MOST_USERS;
        }
    }

    private Bucket of(Draw draw) {
        Map<String, Filled> filled = draw.ofUser() ? ofUsers : ofKeys;
        return filled.compute(
                        draw.name(),
                        (_, known) ->
                                known == null
                                        ? Filled.of(draw.capacity())
                                        : known.with(draw.capacity()))
                .bucket();
    }

    @Override
    public Uni<Drawn> take(List<Draw> draws) {
        return Uni.createFrom().item(taken(draws));
    }

    /** What was taken goes back when a later one has too little. */
    Drawn taken(List<Draw> draws) {
        List<Long> left = new ArrayList<>(draws.size());
        for (int i = 0; i < draws.size(); i++) {
            Draw draw = draws.get(i);
            if (draw.cost() == 0) {
                left.add(of(draw).getAvailableTokens());
                continue;
            }
            ConsumptionProbe probe = of(draw).tryConsumeAndReturnRemaining(draw.cost());
            left.add(
                    probe.isConsumed()
                            ? probe.getRemainingTokens()
                            : of(draw).getAvailableTokens());
            if (!probe.isConsumed()) {
                draws.subList(0, i).forEach(taken -> correct(taken.costing(-taken.cost())));
                draws.subList(i + 1, draws.size())
                        .forEach(unasked -> left.add(of(unasked).getAvailableTokens()));
                return new Drawn(i, left, this);
            }
        }
        return new Drawn(-1, left, this);
    }

    @Override
    public void correct(List<Draw> draws) {
        draws.forEach(this::correct);
    }

    private void correct(Draw draw) {
        if (draw.cost() > 0) {
            of(draw).consumeIgnoringRateLimits(draw.cost());
        } else if (draw.cost() < 0) {
            of(draw).addTokens(-draw.cost());
        }
    }
}
