package dev.aicortex.simulation;

import dev.aicortex.config.Policy;
import java.util.Collections;
import java.util.List;

/** Prints what each policy comes to: {@code bench/routing}. */
final class RoutingFigures {
    static final int PLACES = 4;
    private static final long SEED = 42;
    private static final double MINUTE = 60_000;

    private RoutingFigures() {}

    public static void main(String[] args) {
        boolean quick = args.length > 0 && args[0].equals("--quick");
        System.out.println("seed " + SEED);
        for (int places : new int[] {PLACES, 1}) {
            List<Hardware> fleet = fleet(8, places, true);
            figures(fleet, Mix.conversations(28, 2_000, 10_000), 30, "system 2,000, think 10 s");
            figures(fleet, Mix.conversations(28, 100, 10_000), 30, "system 100, think 10 s");
            figures(fleet, Mix.conversations(200, 2_000, 60_000), 30, "system 2,000, think 60 s");
            figures(fleet, Mix.conversations(200, 100, 60_000), 30, "system 100, think 60 s");
        }
        figures(fleet(16, PLACES, true), Mix.agents(40, 5), 20, "with side requests");
        figures(fleet(16, 1, true), Mix.agents(12, 5), 20, "with side requests");
        List<Hardware> old = fleet(8, PLACES, false);
        figures(old, Mix.conversations(28, 2_000, 10_000), 30, "system 2,000, think 10 s");
        figures(old, Mix.conversations(28, 2_000, 0), 15, "system 2,000, no think time");
        figures(fleet(16, PLACES, false), Mix.agents(40, 5), 20, "with side requests");
        Mix batch = new Mix("batch", 60, 1, 0, 1_000, 200, 0, 1, 0);
        figures(fleet(16, PLACES, true), batch, 20, "no conversation at all");
        Mix models = new Mix("models", 120, 5, 500, 150, 100, 20_000, 12, 0);
        figures(fleet(32, PLACES, true), models, 30, "12 models, two in memory");
        long60(fleet(4, PLACES, true));
        Overload.figures();
        if (quick) {
            return;
        }
        figures(fleet(200, PLACES, true), Mix.conversations(700, 2_000, 10_000), 6, "think 10 s");
    }

    private static void figures(List<Hardware> fleet, Mix mix, int minutes, String remark) {
        Hardware first = fleet.getFirst();
        System.out.printf(
                "%n%d servers (%s) x %d places, %d users, %s, %d turns; %s%n",
                fleet.size(),
                first.version(),
                first.parallel(),
                mix.users(),
                mix.name(),
                mix.turns(),
                remark);
        System.out.printf(
                "%-22s %10s %10s %10s %10s %10s %8s%n",
                "policy", "mean ms", "p99 ms", "tokens", "answers/s", "max/mean", "loads");
        for (Simulation.Rule rule : rules()) {
            Result result = new Simulation(mix, fleet, rule, SEED).run(minutes * MINUTE);
            System.out.printf(
                    "%-22s %10.0f %10.0f %10.0f %10.2f %10.2f %8d%n",
                    rule.name(),
                    result.mean(),
                    result.p99(),
                    result.evaluated(),
                    result.perSecond(),
                    result.imbalance(),
                    result.loads());
        }
    }

    /** Every three minutes a prompt of 60,000 tokens comes beside ten chats. */
    private static void long60(List<Hardware> fleet) {
        System.out.printf("%n4 servers x 4 places, 10 chats beside prompts of 60,000 tokens%n");
        for (Simulation.Rule rule : rules()) {
            Result result = besideLongPrompts(fleet, rule);
            System.out.printf("%-22s %10.0f %10.0f%n", rule.name(), result.mean(), result.p99());
        }
    }

    static Result besideLongPrompts(List<Hardware> fleet, Simulation.Rule rule) {
        Simulation simulation =
                new Simulation(Mix.conversations(10, 2_000, 5_000), fleet, rule, SEED);
        simulation.longPrompts(60_000, 3 * MINUTE);
        return simulation.run(30 * MINUTE);
    }

    private static List<Simulation.Rule> rules() {
        return List.of(
                Simulation.Rule.of(Policy.EXPECTED_FIRST_TOKEN),
                Simulation.Rule.of(Policy.LEAST_BUSY),
                Simulation.Rule.of(Policy.ROUND_ROBIN),
                Simulation.Rule.ORACLE);
    }

    static List<Hardware> fleet(int servers, int places, boolean llamaServer) {
        return Collections.nCopies(servers, Hardware.measured(places, llamaServer));
    }
}
