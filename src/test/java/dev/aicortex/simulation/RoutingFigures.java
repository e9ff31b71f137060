package dev.aicortex.simulation;

import dev.aicortex.config.Policy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Prints what each policy comes to: {@code bench/routing}. */
final class RoutingFigures {
    private static final long SEED = 42;
    private static final double MINUTE = 60_000;

    private RoutingFigures() {}

    public static void main(String[] args) {
        boolean quick = args.length > 0 && args[0].equals("--quick");
        System.out.println("seed " + SEED);
        for (boolean multiuser : new boolean[] {true, false}) {
            String caches = multiuser ? "shared between users (LRU)" : "as by default";
            figures(8, Mix.conversations(28, 10_000), multiuser, 30, caches + ", think 10 s");
            figures(8, Mix.conversations(28, 0), multiuser, 15, caches + ", no think time");
            figures(8, Mix.conversations(200, 60_000), multiuser, 30, caches + ", think 60 s");
            figures(8, Mix.conversations(200, 0), multiuser, 10, caches + ", no think time");
        }
        Mix agents = new Mix("agents", 40, 20, 4_000, 600, 80, 500, 1);
        figures(16, agents, true, 20, "tools answer in 0.5 s");
        Mix batch = new Mix("batch", 60, 1, 0, 1_000, 200, 0, 1);
        figures(16, batch, true, 20, "no conversation at all");
        Mix models = new Mix("models", 120, 5, 500, 150, 100, 20_000, 12);
        figures(32, models, true, 30, "12 models, two in memory");
        figures(4, Mix.conversations(12, 10_000), true, 30, "think 10 s");
        Overload.figures();
        if (quick) {
            return;
        }
        figures(200, Mix.conversations(700, 10_000), true, 6, "think 10 s");
        figures(2_000, Mix.conversations(7_000, 10_000), true, 3, "think 10 s");
    }

    private static void figures(
            int servers, Mix mix, boolean multiuser, int minutes, String remark) {
        System.out.printf(
                "%n%d servers x 4 places, %d users, %s, %d turns; %s%n",
                servers, mix.users(), mix.name(), mix.turns(), remark);
        System.out.printf(
                "%-22s %10s %10s %10s %10s %8s%n",
                "policy", "mean ms", "p99 ms", "answers/s", "max/mean", "loads");
        for (Simulation.Rule rule : rules()) {
            Result result =
                    new Simulation(mix, fleet(servers, multiuser), rule, SEED)
                            .run(minutes * MINUTE);
            System.out.printf(
                    "%-22s %10.0f %10.0f %10.2f %10.2f %8d%n",
                    rule.name(),
                    result.mean(),
                    result.p99(),
                    result.perSecond(),
                    result.imbalance(),
                    result.loads());
        }
    }

    private static List<Simulation.Rule> rules() {
        List<Simulation.Rule> rules = new ArrayList<>();
        for (Policy policy : Policy.values()) {
            rules.add(Simulation.Rule.of(policy));
        }
        rules.add(Simulation.Rule.ORACLE);
        return rules;
    }

    static List<Hardware> fleet(int servers, boolean multiuser) {
        return Collections.nCopies(servers, Hardware.measured(multiuser));
    }
}
