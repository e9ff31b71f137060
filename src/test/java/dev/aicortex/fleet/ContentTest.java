package dev.aicortex.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which content of a tag is served where servers have different ones. */
class ContentTest {
    private final MixedFleet fleet = new MixedFleet(Map.of());

    private String served(FleetSnapshot snapshot) {
        return snapshot.served(MixedFleet.MODEL);
    }

    @ParameterizedTest
    @CsvSource({
        "old old new, old",
        "old new new, new",
        "old old -old -old new new new, new",
        "old new, new",
        "new old old new, new",
        "old other, old",
        "other old, other",
        "none none old, old",
        "-old -old new, new",
        "-old -old -new, new",
    })
    void mostServersThatAreUpDecideThenTheNewestThenTheOrder(String contents, String served) {
        assertThat(served(fleet.now(contents))).isEqualTo(served);
    }

    @ParameterizedTest
    @CsvSource({
        "old old, old new, old",
        "old old, new new, new",
        "old old old, old new new, new",
        "old new new, old old new, old",
        "old old new new, old old new new, new",
        "old old old new, old old -old new new, old",
    })
    void whatWasServedStaysUntilAnotherHasMore(String before, String after, String served) {
        assertThat(served(fleet.after(fleet.now(before), after))).isEqualTo(served);
    }

    @Test
    void aRollingPullMovesOverOnceAndDoesNotComeBack() {
        List<String> served = new ArrayList<>();
        FleetSnapshot snapshot = fleet.now("old ".repeat(8));
        for (int pulled = 1; pulled <= 8; pulled++) {
            snapshot = fleet.after(snapshot, "new ".repeat(pulled) + "old ".repeat(8 - pulled));
            served.add(served(snapshot));
        }
        assertThat(served).containsExactly("old", "old", "old", "old", "new", "new", "new", "new");
    }

    @Test
    void aServerThatIsGoneForAMomentMovesNothing() {
        FleetSnapshot even = fleet.after(fleet.now("old old old old"), "old old new new");
        FleetSnapshot one = fleet.after(even, "old -old new new");
        FleetSnapshot both = fleet.after(one, "-old -old new new");
        FleetSnapshot back = fleet.after(both, "old old new new");
        assertThat(List.of(served(even), served(one), served(both), served(back)))
                .containsExactly("old", "old", "new", "new");
    }

    @Test
    void whileServersHaveNotBeenAskedTheOrderOfTheirAnswersDecidesNothing() {
        FleetSnapshot first = fleet.now("?old ?new");
        FleetSnapshot second = fleet.after(first, "old ?new");
        assertThat(served(second)).isEqualTo("old");
        assertThat(served(fleet.after(second, "old new"))).isEqualTo("new");
    }

    @Test
    void theListShowsTheContentThatIsServed() {
        FleetSnapshot snapshot = fleet.now("old new new");
        assertThat(snapshot.models()).extracting("digest").containsExactly("new");
        assertThat(snapshot.tag(MixedFleet.MODEL)).get().extracting("digest").isEqualTo("new");
    }

    @Test
    void serversThatAgreeOrDoNotTellAreNoDrift() {
        assertThat(fleet.now("old none old").drifts()).isEmpty();
        assertThat(fleet.now("old none new").drifts()).hasSize(1);
    }
}
