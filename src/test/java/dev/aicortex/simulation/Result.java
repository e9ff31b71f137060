package dev.aicortex.simulation;

import dev.aicortex.model.Priority;
import java.util.Map;

/**
 * What came of a run. Times in milliseconds.
 *
 * @param mean time to the first token of what somebody waits for
 * @param p99 of it
 * @param evaluated tokens of an answer's prompt, in the mean
 * @param perSecond answers
 * @param imbalance the most answers of a server over their mean
 * @param loads of models
 * @param classes what became of each priority
 */
record Result(
        double mean,
        double p99,
        double evaluated,
        double perSecond,
        double imbalance,
        int loads,
        Map<Priority, Class> classes) {
    /**
     * What became of one priority's requests.
     *
     * @param median time to the first token
     * @param p99 of it
     * @param perSecond answers
     * @param shedPerSecond refused
     */
    record Class(double median, double p99, double perSecond, double shedPerSecond) {}
}
