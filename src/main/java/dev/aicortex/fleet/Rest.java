package dev.aicortex.fleet;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;

/**
 * How it is with the sleep of a server's machine. Times are milliseconds on the servers' clock; may
 * be used by any thread.
 */
public final class Rest {
    private final AtomicReference<Stage> stage = new AtomicReference<>(Stage.AWAKE);
    private volatile Woken woken = new Woken(0, 0, "");
    private volatile long usedMillis;

    /** On the way to sleep. Requests go only to a server that is awake. */
    public enum Stage {
        AWAKE,
        /** Nobody needed it for long: it gets no requests, and sleeps unless one wants it. */
        RETIRING,
        /** Its machine has been told to sleep. */
        TOLD
    }

    /**
     * What became of waking it.
     *
     * @param again until then it is not woken once more
     * @param problem why it did not come; empty when it did, and once it answers
     */
    private record Woken(int times, long again, String problem) {}

    public Stage stage() {
        return stage.get();
    }

    boolean awake() {
        return stage.get() == Stage.AWAKE;
    }

    /** Goes from one stage to another, unless somebody else was faster. */
    public boolean go(Stage from, Stage to) {
        return stage.compareAndSet(from, to);
    }

    /** Something else than a request is done there, such as a pull. */
    public void used(long nowMillis) {
        usedMillis = nowMillis;
    }

    /** When that was last so; 0 for never. */
    public long usedMillis() {
        return usedMillis;
    }

    /** How often it was woken. */
    public int wakes() {
        return woken.times;
    }

    /** How long it may not be woken; zero when it may. */
    public Duration notBefore(long nowMillis) {
        return Duration.ofMillis(Math.max(0, woken.again - nowMillis));
    }

    /** Why it did not come when it was woken last. */
    String problem() {
        return woken.problem;
    }

    /**
     * It was woken.
     *
     * @param problem why it did not come; empty when it did
     */
    synchronized void woken(long again, String problem) {
        woken = new Woken(woken.times + 1, again, problem);
    }

    /** It answers. */
    void answers() {
        if (!woken.problem.isEmpty()) {
            forgive(woken.again);
        }
    }

    /** It does not answer: what was told to sleep does, and may be woken at once. */
    void gone() {
        if (stage.getAndSet(Stage.AWAKE) == Stage.TOLD) {
            forgive(0);
        }
    }

    private synchronized void forgive(long again) {
        woken = new Woken(woken.times, again, "");
    }
}
