package dev.aicortex.manage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicortex.fleet.FleetFixtures;
import dev.aicortex.fleet.FleetSnapshot;
import dev.aicortex.fleet.Health;
import dev.aicortex.fleet.Server;
import dev.aicortex.fleet.ServerState;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Where blobs were put, and where the next one goes. */
class BlobPlacesTest {
    private final Server a = FleetFixtures.server(0);
    private final Server b = FleetFixtures.server(1);
    private final SetClock clock = new SetClock();
    private final BlobPlaces places = new BlobPlaces(clock);

    private static final class SetClock extends Clock {
        private Instant now = Instant.parse("2026-11-22T15:00:00Z");

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    private FleetSnapshot fleet(Health ofA) {
        Health up = new Health.Up(Instant.EPOCH);
        return FleetFixtures.snapshot(
                List.of(
                        new ServerState(a, ofA, "", Map.of(), List.of()),
                        new ServerState(b, up, "", Map.of(), List.of())));
    }

    private FleetSnapshot allUp() {
        return fleet(new Health.Up(Instant.EPOCH));
    }

    private FleetSnapshot aDown() {
        return fleet(new Health.Down(Instant.EPOCH, "connection refused"));
    }

    @Test
    void theNextBlobGoesWhereTheLastOneWent() {
        assertThat(places.last(allUp())).isEmpty();
        places.took(b, "x");
        places.took(a, "y");
        assertThat(places.last(allUp())).contains(a);
    }

    @Test
    void butNotForEverAndNotToAServerThatIsDown() {
        places.took(a, "x");
        assertThat(places.last(aDown())).isEmpty();
        clock.now = clock.now.plus(Duration.ofMinutes(10));
        assertThat(places.last(allUp())).isEmpty();
    }

    @Test
    void aModelIsCreatedWhereAllItsBlobsAre() {
        places.took(a, "x");
        places.took(a, "y");
        places.took(b, "y");
        assertThat(places.having(List.of("x", "y"), allUp())).containsExactly(a);
        assertThat(places.having(List.of("y"), allUp())).containsExactlyInAnyOrder(a, b);
        assertThat(places.having(List.of("y"), aDown())).containsExactly(b);
        assertThat(places.having(List.of("y", "z"), allUp())).isEmpty();
    }

    @Test
    void aServerThatSaysThatItLacksABlobIsBelieved() {
        places.took(a, "x");
        places.lacks(a, "x");
        places.lacks(b, "never seen");
        assertThat(places.having(List.of("x"), allUp())).isEmpty();
    }

    @Test
    void whatWasPutLongAgoIsForgotten() {
        places.took(a, "first");
        for (int i = 0; i < 10_000; i++) {
            places.took(a, "blob " + i);
        }
        assertThat(places.having(List.of("first"), allUp())).isEmpty();
        assertThat(places.having(List.of("blob 0"), allUp())).containsExactly(a);
    }
}
