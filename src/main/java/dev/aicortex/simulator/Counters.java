package dev.aicortex.simulator;

/**
 * What a simulated server has done so far. But for {@code received} only inference requests count;
 * one that a fault cut short is neither completed nor cancelled.
 *
 * @param received requests of any kind, looks and probes included
 * @param inferences that have come
 * @param inFlight being answered, loading, queued or hanging now
 * @param completed answered with success to the answer's end
 * @param cancelled the client left or reset before the answer's end
 * @param connections open sockets now, idle ones included
 * @param loads how often a model was loaded into memory
 */
public record Counters(
        long received,
        long inferences,
        int inFlight,
        long completed,
        long cancelled,
        int connections,
        long loads) {}
