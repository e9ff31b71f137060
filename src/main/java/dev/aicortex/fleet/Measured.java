package dev.aicortex.fleet;

/** Speeds that answers keep up to date; reading them waits for nobody. */
final class Measured {
    private volatile Speeds speeds = Speeds.UNKNOWN;

    Speeds speeds() {
        return speeds;
    }

    synchronized void learn(Timing timing) {
        speeds = speeds.learned(timing);
    }
}
