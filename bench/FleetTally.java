import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What the requests of one run came to; takes them from any thread. */
final class FleetTally {
    private static final int SHOWN_ERROR = 300;

    private final FleetOptions options;
    private final Histogram firstToken = new Histogram();
    private final Histogram batchTook = new Histogram();
    private final Map<String, Integer> perServer = new LinkedHashMap<>();
    private final Map<String, Integer> errors = new TreeMap<>();
    private final Set<String> killed;
    private double firstTokenSum;
    private int turns;
    private int batch;
    private int failed;
    private int failedBatch;
    private int shed;
    private int brokenOff;
    private int waitedForLoad;
    private boolean kill;
    private final PrintWriter log;
    private long startedAt;

    FleetTally(FleetOptions options) throws IOException {
        this.options = options;
        this.log = new PrintWriter(Files.newBufferedWriter(options.log()));
        log.println("endMs,user,turn,bytes,server,firstTokenMs,attempts,outcome,explained");
        this.killed = Set.copyOf(options.servers().keySet().stream()
                .filter(url -> options.servers().get(url).equals("killed")).toList());
        options.servers().keySet().forEach(url -> perServer.put(url, 0));
    }

    synchronized void begin() {
        startedAt = System.nanoTime();
    }

    synchronized void killed() {
        kill = true;
    }

    /**
     * @param turn of a conversation, from 0
     * @param bytes of the request
     */
    synchronized void turn(int user, int turn, int bytes, FleetCall.Result result) {
        log(user, "" + turn, bytes, result);
        if (result.begun()) {
            firstToken.record(result.firstTokenNanos());
            firstTokenSum += result.firstTokenNanos() / 1e6;
        }
        if (result.whole()) {
            turns++;
            answered(result);
        } else if (kill && result.begun() && killed.contains(result.server())) {
            brokenOff++;
        } else {
            failed++;
            error("turn", result);
        }
    }

    synchronized void batch(int user, int bytes, FleetCall.Result result) {
        log(user, "batch", bytes, result);
        if (result.whole()) {
            batch++;
            batchTook.record(result.firstTokenNanos());
            answered(result);
        } else if (result.retryAfter() >= 0) {
            shed++;
        } else {
            failedBatch++;
            error("batch", result);
        }
    }

    /** The first token's time is the whole answer's where it is no stream. */
    private void log(int user, String turn, int bytes, FleetCall.Result result) {
        log.printf(Locale.ROOT, "%d,%d,%s,%d,%s,%.0f,%s,%s,%s%n", (System.nanoTime() - startedAt) / 1_000_000, user, turn, bytes,
                options.servers().getOrDefault(result.server(), "none") + result.server().replaceFirst(".*:", ":"),
                result.firstTokenNanos() / 1e6, result.attempts(), result.whole() ? "whole" : "broken",
                result.explained());
    }

    synchronized void close() {
        log.close();
    }

    private void answered(FleetCall.Result result) {
        perServer.merge(result.server(), 1, Integer::sum);
        if (kind(result).equals("cold") && result.firstTokenNanos() / 1e6 > options.loadMillis() / 2) {
            waitedForLoad++;
        }
    }

    private String kind(FleetCall.Result result) {
        return options.servers().getOrDefault(result.server(), "unknown");
    }

    private void error(String what, FleetCall.Result result) {
        var text = what + " at " + kind(result) + ": " + result.error();
        errors.merge(text.substring(0, Math.min(text.length(), SHOWN_ERROR)), 1, Integer::sum);
    }

    /** One line of the report. */
    synchronized Map<String, Object> fields(double seconds) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("policy", options.policy());
        fields.put("seconds", seconds);
        fields.put("firstTokenMeanMs", turns == 0 ? null : firstTokenSum / (turns + brokenOff));
        fields.put("firstTokenP50Ms", firstToken.millisAt(0.5));
        fields.put("firstTokenP99Ms", firstToken.millisAt(0.99));
        fields.put("firstTokenMaxMs", firstToken.maxMillis());
        fields.put("turns", turns);
        fields.put("turnsPerSecond", turns / seconds);
        fields.put("batch", batch);
        fields.put("batchPerSecond", batch / seconds);
        fields.put("batchP50Ms", batchTook.millisAt(0.5));
        fields.put("failed", failed);
        fields.put("failedBatch", failedBatch);
        fields.put("shedBatch", shed);
        fields.put("brokenOff", brokenOff);
        fields.put("imbalance", imbalance());
        fields.put("waitedForLoad", waitedForLoad);
        fields.put("perServer", servers());
        return fields;
    }

    Map<String, Integer> errors() {
        return errors;
    }

    /** The most loaded one of those that are alike over their mean. */
    private double imbalance() {
        var plain = perServer.keySet().stream().filter(url -> "plain".equals(options.servers().get(url)))
                .mapToInt(perServer::get).summaryStatistics();
        return plain.getSum() == 0 ? 0 : plain.getMax() / plain.getAverage();
    }

    private String servers() {
        var text = new StringBuilder();
        perServer.forEach((url, requests) -> text.append(text.isEmpty() ? "" : " ")
                .append(options.servers().getOrDefault(url, "unknown")).append('=').append(requests));
        return text.toString();
    }
}
