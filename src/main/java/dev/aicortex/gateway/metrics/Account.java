package dev.aicortex.gateway.metrics;

import dev.aicortex.dialect.Usage;
import dev.aicortex.model.CortexException;
import dev.aicortex.relay.Ending;
import dev.aicortex.usage.UsageRecord;
import dev.aicortex.usage.UsageRecord.Outcome;
import java.util.concurrent.TimeUnit;

/**
 * What one request has used so far, and how it stands. Confined to the request's event loop; what
 * it comes to is its record.
 */
public final class Account {
    private static final int LEAST_SERVER_ERROR = 500;
    private static final long NOT_YET = -1;

    private final String key;
    private final UsageRecord.Route route;
    private final long startedNanos = System.nanoTime();
    private String user = "";
    private long waitedMillis;
    private long firstTokenMillis = NOT_YET;
    private long prompt;
    private long cached;
    private long completion;
    private String stopReason = "";
    private Outcome outcome = Outcome.FAILED;
    private String code = "";

    /**
     * A request has arrived.
     *
     * @param key the name of the key that it came with; empty where none is asked for
     */
    public Account(UsageRecord.Route route, String key) {
        this.route = route;
        this.key = key;
    }

    /** Where the request came in. */
    public UsageRecord.Route route() {
        return route;
    }

    /** The end user has this name; empty where nobody says who it is. */
    public void user(String name) {
        user = name;
    }

    /** It had to wait for a place on a server. */
    public void waited(long millis) {
        waitedMillis += millis;
    }

    /** A server begins to answer; of a stream the first counts, whoever goes on with it. */
    public void answers(boolean streams) {
        if (streams && firstTokenMillis == NOT_YET) {
            firstTokenMillis = elapsedMillis();
        }
    }

    /**
     * An answer has ended, or the part of one that came from one server.
     *
     * @param cachedShare of its prompt, 0 to 1; negative when it is not known
     */
    public void ended(Ending how, Usage usage, double cachedShare) {
        counted(usage);
        cached += cachedShare > 0 ? Math.round(usage.prompt() * cachedShare) : 0;
        stopReason = usage.stopReason();
        code = "";
        outcome =
                switch (how) {
                    case Ending.Complete _ -> Outcome.COMPLETE;
                    case Ending.Truncated _, Ending.Failed _, Ending.Interrupted _ ->
                            Outcome.TRUNCATED;
                    case Ending.ClientGone _ -> Outcome.CLIENT_GONE;
                };
    }

    /** A server counted this, of an answer or of a part of one. */
    public void counted(Usage usage) {
        prompt += usage.prompt();
        completion += usage.completion();
    }

    /** It was served otherwise than by one server's answer. */
    public void served() {
        outcome = Outcome.COMPLETE;
    }

    /** There will be no answer. */
    public void refused(CortexException error) {
        outcome = error.status() < LEAST_SERVER_ERROR ? Outcome.REFUSED : Outcome.FAILED;
        code = error.code();
    }

    /**
     * A server's own words are the answer.
     *
     * @param unclear whether they may not be the request's fault
     */
    public void rejected(int status, boolean unclear) {
        outcome = unclear ? Outcome.FAILED : Outcome.REFUSED;
        code = Integer.toString(status);
    }

    /** Its client left before the end. */
    public void clientGone() {
        outcome = Outcome.CLIENT_GONE;
        code = "";
    }

    private long elapsedMillis() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startedNanos);
    }

    /**
     * All of it, at the end.
     *
     * @param asked the model as it was asked for, {@link UsageRecord#UNKNOWN} for none that is
     *     there
     * @param model the one that answered, or was to
     * @param server the last one that was asked; empty where none was
     */
    public UsageRecord record(String asked, String model, String server, int attempts) {
        return new UsageRecord(
                System.currentTimeMillis(),
                key,
                user,
                route,
                asked,
                model,
                server,
                attempts,
                waitedMillis,
                firstTokenMillis,
                elapsedMillis(),
                prompt,
                cached,
                completion,
                outcome,
                code,
                stopReason);
    }
}
