package dev.aicortex.fleet;

/**
 * One request on one server, from the moment it is given to it; what it shows of the server is
 * learned at its end. For one thread at a time.
 */
public final class Job {
    private final Server server;
    private final Holding holding;
    private final PromptBlocks prompt;
    private final long cachedBytes;
    private final CacheMirror.Seat seat;
    private final Places places;
    private final long startedMillis;
    private final int inFlight;
    private final boolean queued;
    private final boolean cold;
    private long firstByteMillis;
    private boolean over;

    /** What an answer tells of itself, in nanoseconds; all 0 when it does not. */
    public record Told(long load, long prompt, long eval) {
        public static final Told NOTHING = new Told(0, 0, 0);
    }

    Job(Server server, Holding holding, PromptBlocks prompt, Places places, long nowMillis) {
        this.server = server;
        this.holding = holding;
        this.prompt = prompt;
        this.cachedBytes = holding.mirror().cachedBytes(prompt);
        this.places = places;
        this.startedMillis = nowMillis;
        this.inFlight = server.inFlight();
        this.queued = inFlight > server.parallel();
        this.cold = !holding.resident();
        this.seat = holding.mirror().take(prompt, server.parallel(), nowMillis);
        holding.asked(nowMillis);
        holding.roster().trails().note(prompt, server.position());
        holding.running().began(this);
    }

    long startedMillis() {
        return startedMillis;
    }

    boolean answered() {
        return firstByteMillis > 0;
    }

    /** The first byte of a stream is there. */
    public void answers() {
        answers(true);
    }

    /** The first byte of a stream is there, or the whole of an answer that is none. */
    public void answers(boolean streamed) {
        if (firstByteMillis == 0) {
            long now = Math.max(1, server.nowMillis());
            firstByteMillis = now;
            server.answered(now);
            places.began();
            places.atLeast(holding.running().atWorkWith(this));
            if (streamed && !cold && inFlight > 1) {
                places.probed(holding.running().madeWait(this, now), inFlight, now);
            }
            holding.answers();
            holding.mirror().answers(seat, server.parallel(), now);
        }
    }

    /** The answer is whole. */
    public void complete(Told told, boolean streamed) {
        server.finished();
        if (!over) {
            watchDocument(streamed);
            holding.learn(timing(told, streamed));
        }
        end();
    }

    private void watchDocument(boolean streamed) {
        if (!streamed && !cold) {
            long now = server.nowMillis();
            double times = holding.running().timesAsLong(this, (double) (now - startedMillis));
            places.document(times, inFlight, now);
        }
    }

    /** It has ended, however it did; may be called twice. */
    public void end() {
        if (over) {
            return;
        }
        over = true;
        holding.running().ended(this, server.nowMillis());
        holding.mirror().leave(seat, server.parallel(), server.nowMillis());
        if (firstByteMillis > 0) {
            server.answered(server.nowMillis());
            places.ended();
        } else {
            holding.failed();
        }
        server.release();
    }

    private Timing timing(Told told, boolean streamed) {
        return told.equals(Told.NOTHING)
                ? seen(streamed)
                : new Timing(
                        millis(told.load),
                        millis(told.prompt),
                        millis(told.prompt) + millis(told.eval),
                        prompt.bytes(),
                        cachedBytes);
    }

    /** Our own clock sees the queue, a load and the prompt as one: only what was alone is told. */
    private Timing seen(boolean streamed) {
        if (queued) {
            return Timing.NOTHING;
        }
        double first = streamed ? firstByteMillis - startedMillis : 0;
        double service = server.nowMillis() - startedMillis;
        return cold
                ? new Timing(first, 0, 0, 0, 0)
                : new Timing(0, first, service, prompt.bytes(), cachedBytes);
    }

    private static double millis(long nanos) {
        return nanos / 1e6;
    }
}
