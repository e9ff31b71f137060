package dev.aicortex.manage;

import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * How far the servers of a pull are with one layer. What is told of it is the sum over all of them;
 * a server that has not come to it yet will, and its size is taken to be that of the others. So a
 * client that draws a bar of the first total it sees draws it to its end. Neither figure told ever
 * goes back, whatever a server says when it starts a part anew.
 */
final class Layer {
    private static final long UNKNOWN = -1;

    private final String digest;
    private final long[] totals;
    private final long[] completed;
    private String status = "";
    private long toldTotal;
    private long toldCompleted;
    private boolean told;

    Layer(String digest, int servers) {
        this.digest = digest;
        this.totals = new long[servers];
        this.completed = new long[servers];
        Arrays.fill(totals, UNKNOWN);
    }

    /** What one server says of it. */
    void reached(int server, String words, long total, long done) {
        status = words;
        totals[server] = Math.max(totals[server], total);
        completed[server] = Math.max(completed[server], done);
    }

    /** The server has all its layers. */
    void finished(int server) {
        totals[server] = total(server);
        completed[server] = totals[server];
    }

    /** Whether the server is in the middle of it. */
    boolean under(int server) {
        return totals[server] != UNKNOWN && completed[server] < totals[server];
    }

    private long total(int server) {
        return totals[server] != UNKNOWN ? totals[server] : Arrays.stream(totals).max().orElse(0);
    }

    /** What there is to tell of it; null when that was told already. */
    @Nullable JsonObject news() {
        long total = 0;
        long done = 0;
        for (int server = 0; server < totals.length; server++) {
            total += total(server);
            done += Math.min(completed[server], total(server));
        }
        if (told && total <= toldTotal && done <= toldCompleted) {
            return null;
        }
        told = true;
        toldTotal = Math.max(toldTotal, total);
        toldCompleted = Math.max(toldCompleted, Math.min(done, toldTotal));
        return new JsonObject()
                .put("status", status)
                .put("digest", digest)
                .put("total", toldTotal)
                .put("completed", toldCompleted);
    }
}
