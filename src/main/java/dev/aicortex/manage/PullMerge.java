package dev.aicortex.manage;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Makes the progress of several servers that pull one model look like that of one server: lines in,
 * lines out. A layer is told as the sum over the servers, once for all that one read brought; a
 * status without a layer once, when the last server has reached it. Servers are named by their
 * places in the pull, from 0.
 */
final class PullMerge {
    static final String SUCCESS = "success";

    private final int servers;
    private final Map<String, Layer> layers = new LinkedHashMap<>();
    private final Map<Integer, Layer> current = new HashMap<>();
    private final Map<String, Set<Integer>> reached = new LinkedHashMap<>();
    private final Set<String> told = new HashSet<>();
    private final Set<Integer> succeeded = new HashSet<>();
    private final Map<Integer, String> failures = new TreeMap<>();
    private List<JsonObject> news = new ArrayList<>();

    PullMerge(int servers) {
        this.servers = servers;
    }

    /**
     * How far the servers are with one layer. What is told of it is the sum over all of them; a
     * server that has not come to it yet will, and its size is taken to be that of the others. So a
     * client that draws a bar of the first total it sees draws it to its end. Neither figure told
     * ever goes back, whatever a server says when it starts a part anew.
     */
    private static final class Layer {
        private static final long UNKNOWN = -1;

        private final String digest;
        private final long[] totals;
        private final long[] completed;
        private String status = "";
        private long toldTotal = UNKNOWN;
        private long toldCompleted = UNKNOWN;

        Layer(String digest, int servers) {
            this.digest = digest;
            this.totals = new long[servers];
            this.completed = new long[servers];
            Arrays.fill(totals, UNKNOWN);
        }

        void reached(int server, JsonObject line) {
            status = line.getValue("status") instanceof String text ? text : "pulling " + digest;
            totals[server] = Math.max(totals[server], number(line, "total"));
            completed[server] = Math.max(completed[server], number(line, "completed"));
        }

        private static long number(JsonObject line, String field) {
            return line.getValue(field) instanceof Number number
                    ? Math.max(0, number.longValue())
                    : 0;
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
            return totals[server] != UNKNOWN
                    ? totals[server]
                    : Arrays.stream(totals).max().orElse(0);
        }

        /** Adds what there is to tell of it, if anything. */
        void tell(List<JsonObject> news) {
            long total = IntStream.range(0, totals.length).mapToLong(this::total).sum();
            long done =
                    IntStream.range(0, totals.length)
                            .mapToLong(server -> Math.min(completed[server], total(server)))
                            .sum();
            if (total <= toldTotal && done <= toldCompleted) {
                return;
            }
            toldTotal = Math.max(toldTotal, total);
            toldCompleted = Math.max(toldCompleted, Math.min(done, toldTotal));
            news.add(
                    new JsonObject()
                            .put("status", status)
                            .put("digest", digest)
                            .put("total", toldTotal)
                            .put("completed", toldCompleted));
        }
    }

    /** Takes what one read of a server brought; gives what the client gets for it. */
    List<JsonObject> read(int server, List<Buffer> lines) {
        for (Buffer line : lines) {
            if (!over(server)) {
                take(server, line);
            }
        }
        return news();
    }

    /**
     * The server will say nothing more, for this reason; it counts as failed unless it had said how
     * its pull ended.
     */
    List<JsonObject> ended(int server, String reason) {
        if (!over(server)) {
            fail(server, reason);
        }
        return news();
    }

    private List<JsonObject> news() {
        tellLayers();
        List<JsonObject> told = news;
        news = new ArrayList<>();
        return told;
    }

    private void take(int server, Buffer line) {
        JsonObject json;
        try {
            json = line.toJsonObject();
        } catch (DecodeException | ClassCastException e) {
            fail(server, "a line of its answer is no JSON object");
            return;
        }
        if (json.getValue("error") != null) {
            fail(server, String.valueOf(json.getValue("error")));
        } else if (json.getValue("digest") instanceof String digest) {
            Layer layer = layers.computeIfAbsent(digest, name -> new Layer(name, servers));
            layer.reached(server, json);
            current.put(server, layer);
        } else if (json.getValue("status") instanceof String status) {
            reach(server, status);
        }
    }

    private void reach(int server, String status) {
        current.remove(server);
        if (status.equals(SUCCESS)) {
            succeeded.add(server);
            layers.values().forEach(layer -> layer.finished(server));
        } else {
            reached.computeIfAbsent(status, _ -> new HashSet<>()).add(server);
        }
        tellReached();
    }

    private void fail(int server, String reason) {
        failures.put(server, reason);
        tellReached();
    }

    /** Nobody waits for a status of those that are through. */
    private void tellReached() {
        reached.forEach((status, those) -> {
            boolean byAll =
                    IntStream.range(0, servers)
                            .allMatch(server -> those.contains(server) || over(server));
            if (byAll && told.add(status)) {
                tellLayers();
                news.add(new JsonObject().put("status", status));
            }
        });
    }

    private void tellLayers() {
        layers.values().forEach(layer -> layer.tell(news));
    }

    private boolean over(int server) {
        return succeeded.contains(server) || failures.containsKey(server);
    }

    /** How much of the layers that are known has been loaded. */
    int percent() {
        long total = 0;
        long done = 0;
        for (Layer layer : layers.values()) {
            total += Math.max(0, layer.toldTotal);
            done += Math.max(0, layer.toldCompleted);
        }
        return total == 0 ? 0 : (int) (done * 100 / total);
    }

    /** Whether all servers are through, one way or the other. */
    boolean over() {
        return succeeded.size() + failures.size() == servers;
    }

    /** The servers that failed, and why. */
    Map<Integer, String> failures() {
        return failures;
    }

    /** Whether the server may be busy without a word, as it never is while it loads a layer. */
    boolean atWork(int server) {
        Layer layer = current.get(server);
        return !over(server) && (layer == null || !layer.under(server));
    }
}
