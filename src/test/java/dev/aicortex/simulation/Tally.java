package dev.aicortex.simulation;

import dev.aicortex.model.Priority;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Counts what happens from its beginning on. */
final class Tally {
    private final List<Double> waitedFor = new ArrayList<>();
    private List<Integer> answeredBefore = List.of();
    private int loadsBefore;
    private long evaluatedBefore;
    private final Map<Priority, Class> classes = new EnumMap<>(Priority.class);
    private boolean counting;

    void begin(List<Machine> machines) {
        counting = true;
        answeredBefore = machines.stream().map(Machine::answered).toList();
        loadsBefore = loads(machines);
        evaluatedBefore = evaluated(machines);
    }

    private static long evaluated(List<Machine> machines) {
        return machines.stream().mapToLong(Machine::evaluated).sum();
    }

    private static int loads(List<Machine> machines) {
        return machines.stream().mapToInt(Machine::loads).sum();
    }

    void firstToken(Priority priority, double millis) {
        if (counting) {
            if (priority != Priority.BATCH) {
                waitedFor.add(millis);
            }
            of(priority).firstTokens.add(millis);
        }
    }

    void answered(Priority priority) {
        of(priority).answered += counting ? 1 : 0;
    }

    void shed(Priority priority) {
        of(priority).shed += counting ? 1 : 0;
    }

    private Class of(Priority priority) {
        return classes.computeIfAbsent(priority, _ -> new Class());
    }

    /** What became of one priority's requests. */
    static final class Class {
        private final List<Double> firstTokens = new ArrayList<>();
        private int answered;
        private int shed;

        private Result.Class result(double millis) {
            Collections.sort(firstTokens);
            return new Result.Class(
                    at(0.5), at(0.99), answered / millis * 1_000, shed / millis * 1_000);
        }

        private double at(double share) {
            return firstTokens.isEmpty() ? 0 : firstTokens.get((int) (firstTokens.size() * share));
        }
    }

    Result result(List<Machine> machines, double millis) {
        Collections.sort(waitedFor);
        double mean = waitedFor.stream().mapToDouble(t -> t).average().orElse(0);
        int most = 0;
        int all = 0;
        for (int i = 0; i < machines.size(); i++) {
            int answered = machines.get(i).answered() - answeredBefore.get(i);
            most = Math.max(most, answered);
            all += answered;
        }
        return new Result(
                mean,
                waitedFor.isEmpty() ? 0 : waitedFor.get((int) (waitedFor.size() * 0.99)),
                (double) (evaluated(machines) - evaluatedBefore) / 4 / all,
                all / millis * 1_000,
                (double) most * machines.size() / all,
                loads(machines) - loadsBefore,
                classes(millis));
    }

    private Map<Priority, Result.Class> classes(double millis) {
        Map<Priority, Result.Class> all = new EnumMap<>(Priority.class);
        classes.forEach((priority, each) -> all.put(priority, each.result(millis)));
        return all;
    }
}
