package dev.aicortex.simulation;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Counts what happens from its beginning on. */
final class Tally {
    private final List<Double> firstTokens = new ArrayList<>();
    private List<Integer> answeredBefore = List.of();
    private int loadsBefore;
    private boolean counting;

    void begin(List<Machine> machines) {
        counting = true;
        answeredBefore = machines.stream().map(Machine::answered).toList();
        loadsBefore = loads(machines);
    }

    private static int loads(List<Machine> machines) {
        return machines.stream().mapToInt(Machine::loads).sum();
    }

    void firstToken(double millis) {
        if (counting) {
            firstTokens.add(millis);
        }
    }

    Result result(List<Machine> machines, double millis) {
        Collections.sort(firstTokens);
        double mean = firstTokens.stream().mapToDouble(t -> t).average().orElseThrow();
        int most = 0;
        int all = 0;
        for (int i = 0; i < machines.size(); i++) {
            int answered = machines.get(i).answered() - answeredBefore.get(i);
            most = Math.max(most, answered);
            all += answered;
        }
        return new Result(
                mean,
                firstTokens.get((int) (firstTokens.size() * 0.99)),
                all / millis * 1_000,
                (double) most * machines.size() / all,
                loads(machines) - loadsBefore);
    }
}
