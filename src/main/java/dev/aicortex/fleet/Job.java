package dev.aicortex.fleet;

import dev.aicortex.fleet.observed.CacheMirror;
import dev.aicortex.fleet.observed.Places;
import dev.aicortex.fleet.observed.Speeds;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * One request on one server, from the moment it is given to it; what it shows of the server is
 * learned at its end. For one thread at a time.
 */
public final class Job {
    private final Server server;
    private final Holding holding;
    private final PromptBlocks prompt;
    private final long cachedBytes;
    private final CacheMirror mirror;
    private final CacheMirror.Seat seat;
    private final Places places;
    private final long startedMillis;
    private final int inFlight;
    private final boolean queued;
    private final boolean cold;
    private long firstByteMillis;
    private volatile boolean streams;
    private double found;
    private boolean over;
    private boolean beside; // guarded by the running ones
    private boolean disturbed; // likewise

    /** What an answer tells of itself, in nanoseconds; all 0 when it does not. */
    public record Told(long load, long prompt, long eval) {
        public static final Told NOTHING = new Told(0, 0, 0);
    }

    Job(Server server, Holding holding, PromptBlocks prompt, Places places, long nowMillis) {
        this.server = server;
        this.holding = holding;
        this.prompt = prompt;
        this.mirror = holding.mirror();
        this.found = holding.reuse();
        this.places = places;
        this.startedMillis = nowMillis;
        this.inFlight = server.inFlight();
        this.queued = inFlight > holding.parallel();
        this.cold = !holding.resident();
        this.seat = mirror.take(prompt, holding.parallel(), nowMillis);
        this.cachedBytes = seat.cachedBytes();
        holding.asked(nowMillis);
        holding.typical().prompts().note(prompt, server.position());
        holding.running().began(this, evaluationMillis());
    }

    private double evaluationMillis() {
        return (prompt.bytes() - cachedBytes * found) * holding.speeds().perKilobyte() / 1024;
    }

    /** The first byte of a stream is there, or the whole of an answer that is none. */
    public void answers(boolean streamed) {
        if (firstByteMillis == 0) {
            long now = Math.max(1, server.nowMillis());
            firstByteMillis = now;
            streams = streamed;
            holding.running().answered();
            places.began(holding.running().atWorkWith(this));
            if (streamed && !cold && inFlight > 1) {
                places.probed(holding.running().madeWait(this, now), inFlight);
            }
            holding.answers();
            mirror.answers(seat, holding.parallel(), now);
        }
    }

    /** The answer is whole. */
    public void complete(Told told, boolean streamed) {
        server.finished();
        if (!over) {
            long took = server.nowMillis() - startedMillis;
            if (!streamed && !cold) {
                places.document(holding.running().timesAsLong(this, (double) took), inFlight);
            }
            Speeds.Timing timing = timing(told, streamed, (double) took);
            double reuse = timing.reuse(holding.speeds().perKilobyte());
            found = reuse < 0 ? found : reuse;
            holding.learn(timing);
        }
        end();
    }

    /**
     * How much of the prompt was cached, 0 to 1: what was believed to be, as far as the time of its
     * evaluation does not show otherwise. Negative when nobody looked at the prompt.
     */
    public double cachedShare() {
        return prompt.size() == 0 ? -1 : cachedBytes * found / prompt.bytes();
    }

    /** It has ended, however it did; may be called twice. */
    public void end() {
        if (over) {
            return;
        }
        over = true;
        long now = server.nowMillis();
        holding.running().ended(this, now);
        mirror.leave(seat, holding.parallel(), now);
        if (firstByteMillis > 0) {
            places.ended();
        } else {
            holding.failed();
        }
        holding.release();
    }

    private Speeds.Timing timing(Told told, boolean streamed, double took) {
        if (told.equals(Told.NOTHING)) {
            return seen(streamed, took);
        }
        double evaluated = told.prompt / 1e6;
        double service = evaluated + told.eval / 1e6;
        boolean tells = alone() || holding.speeds().perKilobyte() == 0;
        return new Speeds.Timing(
                told.load / 1e6, tells ? evaluated : 0, service, prompt.bytes(), cachedBytes);
    }

    /** Whether nothing else was evaluated meanwhile, which would have made it slower. */
    private boolean alone() {
        return !disturbed || holding.parallel() == 1;
    }

    /** Our own clock sees the queue, a load and the prompt as one: only what was alone is told. */
    private Speeds.Timing seen(boolean streamed, double took) {
        if (queued) {
            return Speeds.Timing.NOTHING;
        }
        double first = streamed ? firstByteMillis - startedMillis : 0;
        return cold
                ? new Speeds.Timing(first, 0, 0, 0, 0)
                : new Speeds.Timing(0, alone() ? first : 0, took, prompt.bytes(), cachedBytes);
    }

    /**
     * The requests that one server is working on for one model, in the order in which it got them:
     * what overtakes and what waits shows how many it answers at once.
     */
    static final class Running {
        /** Requests that were sent sooner after each other may have arrived in any order. */
        private static final long ORDERED_MILLIS = 50;

        /** What began after another's end had waited for that if it had waited so long before. */
        private static final long WAITED_MILLIS = 200;

        /** And so many times as long as it took from that end on. */
        private static final int FACTOR = 3;

        private static final double WEIGHT = 0.2;

        /** Answers that were seen to overlap: an end may be read late. */
        private static final int SURE = 3;

        private final Set<Job> jobs = new LinkedHashSet<>();
        private long lastEnd;
        private double alone;
        private volatile boolean sideBySide;
        private int overlaps;
        private volatile long evaluatedAt;

        /**
         * @param evaluation of its prompt, in milliseconds: a server evaluates one after the other
         */
        synchronized void began(Job job, double evaluation) {
            job.disturbed = evaluating(job.startedMillis) > 0;
            for (Job other : jobs) {
                other.disturbed |= other.firstByteMillis == 0;
            }
            evaluatedAt = Math.max(evaluatedAt, job.startedMillis) + (long) evaluation;
            job.beside = !jobs.isEmpty();
            if (jobs.size() == 1) {
                jobs.iterator().next().beside = true; // of several, all are already
            }
            jobs.add(job);
        }

        /** Until all prompts are evaluated that were given to it, in milliseconds. */
        double evaluating(long nowMillis) {
            return Math.max(0, evaluatedAt - nowMillis);
        }

        /** One more is evaluated: perhaps there is nothing left to be. */
        synchronized void answered() {
            for (Job job : jobs) {
                if (job.firstByteMillis == 0) {
                    return;
                }
            }
            evaluatedAt = 0;
        }

        synchronized void ended(Job job, long nowMillis) {
            jobs.remove(job);
            answered();
            if (job.firstByteMillis > 0) {
                lastEnd = nowMillis;
            }
        }

        /** Whether two were seen to be answered at the same time. */
        boolean sideBySide() {
            return sideBySide;
        }

        /** It, those that are answered, and those that the server got before it. */
        synchronized int atWorkWith(Job job) {
            int atWork = 1;
            for (Job other : jobs) {
                boolean before = other.startedMillis + ORDERED_MILLIS <= job.startedMillis;
                atWork += other != job && (before || other.firstByteMillis > 0) ? 1 : 0;
                overlaps = other != job && other.streams ? overlaps + 1 : overlaps;
            }
            sideBySide |= overlaps >= SURE;
            return atWork;
        }

        /** As one document takes that has the server for itself; 0 while that is not known. */
        synchronized double timesAsLong(Job job, double millis) {
            if (job.beside) {
                return alone == 0 ? 0 : millis / alone;
            }
            alone = alone == 0 ? millis : alone + WEIGHT * (millis - alone);
            return 0;
        }

        /** Whether it is answered now because another one has ended. */
        synchronized boolean madeWait(Job job, long nowMillis) {
            long waited = lastEnd - job.startedMillis;
            boolean made = waited > WAITED_MILLIS && waited > FACTOR * (nowMillis - lastEnd);
            if (made) { // what seemed to overlap was read late
                overlaps = 0;
                sideBySide = false;
            }
            return made;
        }
    }
}
