package dev.aicortex.simulation;

import dev.aicortex.config.Policy;
import dev.aicortex.model.Priority;
import java.util.Map;

/**
 * What becomes of urgent and less urgent requests when three times as many come as can be answered.
 */
final class Overload {
    /** Single questions of about 50 tokens, answers of about 200. */
    private static final Mix QUESTIONS = new Mix("questions", 0, 1, 0, 50, 200, 0, 1, 0);

    private static final int SERVERS = 8;
    private static final double MILLIS = 10 * 60_000;
    private static final long SEED = 42;

    private Overload() {}

    /**
     * Requests a second that the fleet can answer: places over the mean time that a request holds
     * one, but no more than prompts are evaluated one after the other.
     */
    static double capacity() {
        Hardware hardware = Hardware.measured(RoutingFigures.PLACES, true);
        double prefill = hardware.prefillMillis(50 * 4);
        double service = prefill + 200 * 1_000.0 / 60;
        return SERVERS * 1_000 / Math.max(service / hardware.parallel(), prefill);
    }

    /**
     * One run.
     *
     * @param interactive share of the capacity, like the others
     */
    static Result run(Policy policy, double interactive, double normal, double batch) {
        Simulation simulation =
                new Simulation(
                        QUESTIONS,
                        RoutingFigures.fleet(SERVERS, RoutingFigures.PLACES, true),
                        Simulation.Rule.of(policy),
                        SEED,
                        Map.of("cortex.routing.parallel", "" + RoutingFigures.PLACES));
        simulation.arrivals(Priority.INTERACTIVE, interactive * capacity());
        simulation.arrivals(Priority.NORMAL, normal * capacity());
        simulation.arrivals(Priority.BATCH, batch * capacity());
        return simulation.run(MILLIS);
    }

    static void figures() {
        System.out.printf(
                "%n%d servers x 4 places, single questions; capacity %.1f/s%n",
                SERVERS, capacity());
        System.out.printf(
                "%-34s %-12s %10s %10s %10s %8s%n",
                "offered", "priority", "median ms", "p99 ms", "answers/s", "shed/s");
        figures("interactive 0.3", run(Policy.EXPECTED_FIRST_TOKEN, 0.3, 0, 0));
        figures("0.3 + normal 0.7 + batch 2.0", run(Policy.EXPECTED_FIRST_TOKEN, 0.3, 0.7, 2));
        figures("the same, round-robin", run(Policy.ROUND_ROBIN, 0.3, 0.7, 2));
    }

    private static void figures(String offered, Result result) {
        result.classes()
                .forEach((priority, each) ->
                        System.out.printf(
                                "%-34s %-12s %10.0f %10.0f %10.2f %8.2f%n",
                                offered,
                                priority.word(),
                                each.median(),
                                each.p99(),
                                each.perSecond(),
                                each.shedPerSecond()));
        System.out.printf("%-34s %-12s %21s %10.2f%n", offered, "all", "", result.perSecond());
    }
}
