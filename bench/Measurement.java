import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** What one run saw between {@link #start} and {@link #stop}; failures count from the first request to the last. */
final class Measurement {
    private final List<Long> target;
    private final List<Long> upstream;
    private final Histogram latency = new Histogram();
    private final Histogram firstByte = new Histogram();
    private final Histogram tokenGap = new Histogram();
    private long requests;
    private long tokens;
    private long bytes;
    private long errors;
    private long reconnects;
    private String firstError;

    private boolean recording;
    private long startedAt;
    private double seconds;
    private Usage before;
    private Usage after;

    private record Usage(ProcessUsage target, ProcessUsage upstream, ProcessUsage load, double machineCpuSeconds) {
    }

    Measurement(List<Long> target, List<Long> upstream) {
        this.target = ProcessUsage.trees(target);
        this.upstream = ProcessUsage.trees(upstream);
        // Once for nothing: loading the classes between two requests would show as the longest latency.
        before = usage();
    }

    void start() {
        before = usage();
        startedAt = System.nanoTime();
        recording = true;
    }

    void stop() {
        recording = false;
        seconds = (System.nanoTime() - startedAt) / 1e9;
        after = usage();
    }

    void answered(long latencyNanos, long firstByteNanos) {
        if (recording) {
            requests++;
            latency.record(latencyNanos);
            firstByte.record(firstByteNanos);
        }
    }

    void received(int newBytes, long newTokens) {
        if (recording) {
            bytes += newBytes;
            tokens += newTokens;
        }
    }

    void waitedForToken(long nanos) {
        if (recording) {
            tokenGap.record(nanos);
        }
    }

    void failed(String reason) {
        errors++;
        if (firstError == null) {
            firstError = reason;
        }
    }

    void reconnected() {
        reconnects++;
    }

    long errors() {
        return errors;
    }

    long requests() {
        return requests;
    }

    String json(Options options) {
        var fields = new LinkedHashMap<String, Object>(options.tags());
        fields.put("mode", options.paced() ? "paced" : "closed");
        fields.put("connections", options.connections());
        fields.put("seconds", seconds);
        fields.put("requests", requests);
        fields.put("errors", errors);
        fields.put("firstError", firstError);
        fields.put("reconnects", reconnects);
        fields.put("requestsPerSecond", requests / seconds);
        fields.put("tokens", tokens);
        fields.put("tokensPerSecond", tokens / seconds);
        fields.put("bytes", bytes);
        putPercentiles(fields, "latency", latency);
        putPercentiles(fields, "firstByte", firstByte);
        if (options.paced()) {
            putPercentiles(fields, "tokenGap", tokenGap);
        }
        putUsage(fields);
        return toJson(fields);
    }

    static String toJson(Map<String, Object> fields) {
        return fields.entrySet().stream().map(field -> '"' + field.getKey() + "\":" + toJson(field.getValue()))
                .collect(Collectors.joining(",", "{", "}"));
    }

    private static String toJson(Object value) {
        return switch (value) {
            case null -> "null";
            case Double number -> String.format(Locale.ROOT, "%.4f", number);
            case Number number -> number.toString();
            default -> '"' + value.toString().replaceAll("[\"\\\\\\p{Cntrl}]", "'") + '"';
        };
    }

    private static void putPercentiles(Map<String, Object> fields, String name, Histogram histogram) {
        fields.put(name + "P50Ms", histogram.millisAt(0.5));
        fields.put(name + "P90Ms", histogram.millisAt(0.9));
        fields.put(name + "P99Ms", histogram.millisAt(0.99));
        fields.put(name + "MaxMs", histogram.maxMillis());
    }

    private void putUsage(Map<String, Object> fields) {
        var load = after.load.cpuSeconds() - before.load.cpuSeconds();
        var servers = after.upstream.cpuSeconds() - before.upstream.cpuSeconds();
        var cpu = after.target.cpuSeconds() - before.target.cpuSeconds();
        fields.put("loadCpuSeconds", load);
        fields.put("upstreamCpuSeconds", servers);
        fields.put("otherCpuSeconds", after.machineCpuSeconds - before.machineCpuSeconds - load - servers - cpu);
        fields.put("cores", Runtime.getRuntime().availableProcessors());
        if (!target.isEmpty()) {
            fields.put("cpuSeconds", cpu);
            fields.put("cpuMicrosPerRequest", requests == 0 ? null : cpu * 1e6 / requests);
            fields.put("cpuSecondsPerMillionTokens", tokens == 0 ? null : cpu * 1e6 / tokens);
            fields.put("rssKb", after.target.residentKb());
            fields.put("peakRssKb", after.target.peakResidentKb());
        }
    }

    private Usage usage() {
        return new Usage(ProcessUsage.of(target), ProcessUsage.of(upstream),
                ProcessUsage.of(ProcessHandle.current().pid()), ProcessUsage.machineCpuSeconds());
    }
}
