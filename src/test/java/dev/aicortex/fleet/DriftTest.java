package dev.aicortex.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.Test;

/** What the log says of contents that differ. */
class DriftTest {
    private final MixedFleet fleet = new MixedFleet(Map.of());
    private final Drift.Log log = new Drift.Log();

    private List<String> news(FleetSnapshot snapshot) {
        return log.news(snapshot).stream().map(Drift.Log.News::text).toList();
    }

    @Test
    void eachChangeIsToldOnceWithDigestsAndServers() {
        FleetSnapshot one = fleet.now("old0123456789abcdef old0123456789abcdef new");
        assertThat(news(one))
                .containsExactly(
                        "m:1b differs from server to server; served is old012345678 on"
                                + " http://server-0:11434, http://server-1:11434; not new on"
                                + " http://server-2:11434");
        assertThat(news(fleet.after(one, "old0123456789abcdef -old0123456789abcdef new")))
                .isEmpty();
        FleetSnapshot moved = fleet.after(one, "old0123456789abcdef new new");
        assertThat(news(moved)).singleElement().asString().contains("served is new on");
    }

    @Test
    void itsEndIsNews() {
        news(fleet.now("old new"));
        assertThat(log.news(fleet.now("new new")))
                .containsExactly(
                        new Drift.Log.News(Logger.Level.INFO, "m:1b is the same everywhere again"));
        assertThat(news(fleet.now("new new"))).isEmpty();
    }

    @Test
    void nothingIsSaidBeforeAllServersWereAsked() {
        assertThat(news(fleet.now("old ?new"))).isEmpty();
        assertThat(news(fleet.now("old new"))).hasSize(1);
    }

    @Test
    void aLargeFleetDoesNotFillTheLog() {
        assertThat(news(fleet.now("new " + "old ".repeat(100))))
                .singleElement()
                .asString()
                .contains("http://server-8:11434 and 92 more")
                .doesNotContain("server-9:");
    }
}
