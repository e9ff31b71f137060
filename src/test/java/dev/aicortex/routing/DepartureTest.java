package dev.aicortex.routing;

import static dev.aicortex.testing.FactsTable.closed;
import static dev.aicortex.testing.FactsTable.doubtful;
import static dev.aicortex.testing.FactsTable.idle;
import static dev.aicortex.testing.FactsTable.measured;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aicortex.config.Policy;
import dev.aicortex.fleet.Facts;
import dev.aicortex.fleet.PromptBlocks;
import dev.aicortex.testing.FactsTable;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whether a request goes or waits; servers take two requests at once. */
class DepartureTest {
    private static final PromptBlocks PROMPT =
            new PromptBlocks(new long[] {7}, new int[] {10 * 1024});

    private static Departure going(FactsTable table, Policy policy, double waited) {
        Ask ask = new Ask(policy, PROMPT, false, 0, 0);
        return Departure.of(table, ask, List.of(), 0, waited, Ranking.NONE);
    }

    private static Departure going(FactsTable table) {
        return going(table, Policy.EXPECTED_FIRST_TOKEN, 0);
    }

    /** All of its places are taken at the first server. */
    private static FactsTable withAFullOne(Facts... facts) {
        FactsTable table = FactsTable.of(facts);
        while (!table.server(0).full()) {
            table.server(0).reserveAnyway();
        }
        return table;
    }

    /** The prompt is cached at a full server, where a place is free in half a second. */
    private static Facts warm() {
        return measured(0, 2, 2, 1_000, 0, 400, 10 * 1024);
    }

    /**
     * Here it takes four seconds; with a request in flight, so that the other one is not crowded.
     */
    private static Facts cold(int position) {
        return measured(position, 1, 2, 1_000, 0, 400, 0);
    }

    @Test
    void goesToTheBestThatHasAPlace() {
        assertThat(going(FactsTable.of(idle(0), idle(1)))).isEqualTo(new Departure.To(0));
        assertThat(going(FactsTable.of(closed(idle(0)), idle(1)))).isEqualTo(new Departure.To(1));
    }

    @Test
    void hasNowhereToGoWhenNoneMayBeAsked() {
        assertThat(going(FactsTable.of(closed(idle(0))))).isEqualTo(new Departure.Nowhere());
    }

    @Test
    void waitsWhenAllAreFull() {
        assertThat(going(withAFullOne(idle(0)))).isEqualTo(new Departure.Waits(0));
    }

    @Test
    void waitsForTheBestAsLongAsThatCostsLess() {
        FactsTable table = withAFullOne(warm(), cold(1));
        assertThat(going(table)).isEqualTo(new Departure.Waits(0));
        // three of four places are at work, so that four seconds of work count as much as these
        assertThat(going(table, Policy.EXPECTED_FIRST_TOKEN, 6_399))
                .isEqualTo(new Departure.Waits(0));
        assertThat(going(table, Policy.EXPECTED_FIRST_TOKEN, 6_400)).isEqualTo(new Departure.To(1));
    }

    @Test
    void otherPoliciesTakeTheBestThatHasAPlace() {
        FactsTable table = withAFullOne(warm(), cold(1));
        assertThat(going(table, Policy.ROUND_ROBIN, 0)).isEqualTo(new Departure.To(1));
        assertThat(going(table, Policy.PRIORITY, 0)).isEqualTo(new Departure.To(1));
    }

    @Test
    void ratherWaitsThanGoesWhereItMayFail() {
        assertThat(going(withAFullOne(warm(), doubtful(cold(1)))))
                .isEqualTo(new Departure.Waits(0));
    }

    @Test
    void goesToTheOneThatHasAPlaceAgain() {
        FactsTable table = withAFullOne(cold(0), cold(1));
        while (!table.server(1).full()) {
            table.server(1).reserveAnyway();
        }
        table.server(1).release();
        Ask ask = new Ask(Policy.LEAST_BUSY, PROMPT, false, 0, 0);
        assertThat(Departure.of(table, ask, List.of(), 0, 0, 1)).isEqualTo(new Departure.To(1));
        assertThat(Departure.of(table, ask, List.of(table.server(1)), 0, 0, 1))
                .isEqualTo(new Departure.Waits(0));
    }
}
