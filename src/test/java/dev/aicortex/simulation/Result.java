package dev.aicortex.simulation;

/**
 * What came of a run. Times in milliseconds.
 *
 * @param mean time to the first token
 * @param p99 of it
 * @param perSecond answers
 * @param imbalance the most answers of a server over their mean
 * @param loads of models
 */
record Result(double mean, double p99, double perSecond, double imbalance, int loads) {}
