package dev.aicortex.gateway.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicortex.gateway.cache.Flights.Seat;
import dev.aicortex.gateway.cache.Flights.Turn;
import io.vertx.core.buffer.Buffer;
import org.junit.jupiter.api.Test;

class FlightsTest {
    private static final String KEY = "key";

    private final Flights flights = new Flights();

    private Seat waits() {
        return flights.join(KEY).orElseThrow();
    }

    @Test
    void allGetWhatTheFirstGot() {
        assertThat(flights.join(KEY)).isEmpty();
        Seat one = waits();
        Seat other = waits();
        assertThat(flights.join("another")).isEmpty();
        assertThat(flights.waiting()).isEqualTo(2);

        Turn landed = new Turn.Landed(Kept.part(Buffer.buffer("an answer")));
        flights.land(KEY, landed);
        assertThat(one.turn().result()).isEqualTo(landed);
        assertThat(other.turn().result()).isEqualTo(landed);
        assertThat(flights.waiting()).isZero();
        assertThat(flights.join(KEY)).as("the next one is a first again").isEmpty();
    }

    @Test
    void whenTheFirstLeavesTheNextOneAsksAndTheOthersWait() {
        assertThat(flights.join(KEY)).isEmpty();
        Seat left = waits();
        Seat next = waits();
        Seat last = waits();
        flights.leave(KEY, left);

        flights.handOver(KEY);
        assertThat(left.turn().isComplete()).isFalse();
        assertThat(next.turn().result()).isEqualTo(new Turn.Leads());
        assertThat(last.turn().isComplete()).isFalse();

        flights.handOver(KEY);
        assertThat(last.turn().result()).isEqualTo(new Turn.Leads());
        flights.handOver(KEY);
        assertThat(flights.join(KEY)).isEmpty();
    }
}
