package dev.aicortex.manage;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/**
 * Makes the progress of several servers that pull one model look like that of one server: lines in,
 * lines out. A layer is told as the sum over the servers ({@link Layer}), once for all that one
 * read brought; a status without a layer once, when the last server has reached it.
 */
final class PullMerge {
    private static final String SUCCESS = "success";

    private final int servers;
    private final Map<String, Layer> layers = new LinkedHashMap<>();
    private final Map<String, Set<Integer>> reached = new LinkedHashMap<>();
    private final Set<String> told = new HashSet<>();
    private final Set<Integer> succeeded = new HashSet<>();
    private final Map<Integer, String> failures = new TreeMap<>();
    private final Map<Integer, Layer> current = new HashMap<>();

    private final List<JsonObject> out = new ArrayList<>();
    private final Set<Layer> touched = new LinkedHashSet<>();

    PullMerge(int servers) {
        this.servers = servers;
    }

    /**
     * Takes what one read of a server brought.
     *
     * @param server its place among the servers of this pull, from 0
     * @return what the client gets for it, possibly nothing
     */
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
            advance(server, digest, json);
        } else if (json.getValue("status") instanceof String status) {
            state(server, status);
        }
    }

    private void advance(int server, String digest, JsonObject line) {
        Layer layer = layers.computeIfAbsent(digest, name -> new Layer(name, servers));
        String status = line.getValue("status") instanceof String text ? text : "pulling " + digest;
        layer.reached(server, status, number(line, "total"), number(line, "completed"));
        current.put(server, layer);
        touched.add(layer);
    }

    private static long number(JsonObject line, String field) {
        return line.getValue(field) instanceof Number number ? Math.max(0, number.longValue()) : 0;
    }

    private void state(int server, String status) {
        current.remove(server);
        if (status.equals(SUCCESS)) {
            succeed(server);
            return;
        }
        reached.computeIfAbsent(status, _ -> new HashSet<>()).add(server);
        tellReached();
    }

    private void succeed(int server) {
        succeeded.add(server);
        for (Layer layer : layers.values()) {
            layer.finished(server);
            touched.add(layer);
        }
        tellReached();
    }

    private void fail(int server, String reason) {
        failures.put(server, reason);
        current.remove(server);
        tellReached();
    }

    /** Of those that fail nobody waits for a status. */
    private void tellReached() {
        for (Map.Entry<String, Set<Integer>> status : reached.entrySet()) {
            if (!told.contains(status.getKey()) && byAll(status.getValue())) {
                told.add(status.getKey());
                tellLayers();
                out.add(new JsonObject().put("status", status.getKey()));
            }
        }
    }

    private boolean byAll(Set<Integer> those) {
        for (int server = 0; server < servers; server++) {
            if (!those.contains(server) && !over(server)) {
                return false;
            }
        }
        return true;
    }

    private void tellLayers() {
        touched.stream().map(Layer::news).filter(Objects::nonNull).forEach(out::add);
        touched.clear();
    }

    private List<JsonObject> news() {
        tellLayers();
        List<JsonObject> news = List.copyOf(out);
        out.clear();
        return news;
    }

    private boolean over(int server) {
        return succeeded.contains(server) || failures.containsKey(server);
    }

    /** Whether all servers are through, one way or the other. */
    boolean over() {
        return succeeded.size() + failures.size() == servers;
    }

    /** The servers that failed and why, by their places. */
    Map<Integer, String> failures() {
        return failures;
    }

    /** Whether the server may be busy without a word, as it never is while it loads a layer. */
    boolean atWork(int server) {
        Layer layer = current.get(server);
        return !over(server) && (layer == null || !layer.under(server));
    }

    /** The last line of a pull that worked everywhere. */
    static JsonObject success() {
        return new JsonObject().put("status", SUCCESS);
    }
}
