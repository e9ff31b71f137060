import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Turns the result lines of {@code bench/run} into tables (medians of the rounds) and one line per bar. */
final class Report {
    private static final Pattern FIELD = Pattern.compile("\"(\\w+)\":(?:\"([^\"]*)\"|([^,}]+))");
    private static final double MEGABYTES = 1.0 / 1024;
    private static final double SECONDS = 1e-3;
    private static final double QUIET = 0.10;
    private static final List<String> TARGETS = List.of("direct", "nginx", "against", "cortex");

    private final List<Map<String, String>> results;

    /** What was measured: kind of answer, number of connections, and where the requests went. */
    private record Cell(String kind, int connections, String target) {
        Cell at(String otherTarget) {
            return new Cell(kind, connections, otherTarget);
        }
    }

    private record Column(String title, String field, String format, double scale) {
    }

    private enum Limit { AT_LEAST, AT_MOST }

    private record Bar(String name, OptionalDouble value, Limit limit, double bound, String format) {
        @Override
        public String toString() {
            var passed = value.isPresent()
                    && (limit == Limit.AT_LEAST ? value.getAsDouble() >= bound : value.getAsDouble() <= bound);
            var shown = value.isPresent() ? text(format, value.getAsDouble()) : "not measured";
            return "%s  %-58s %12s   (bar: %s %s)".formatted(passed ? "PASS" : "MISS", name, shown,
                    limit == Limit.AT_LEAST ? "at least" : "at most", text(format, bound));
        }
    }

    static void main(String[] args) throws IOException {
        if (args.length != 1) {
            System.err.println("usage: java bench/Report.java target/bench/results.jsonl");
            System.exit(2);
        }
        try (var lines = Files.lines(Path.of(args[0]))) {
            new Report(lines.filter(line -> !line.isBlank()).map(Report::fields).toList()).print();
        }
    }

    private Report(List<Map<String, String>> results) {
        this.results = results;
    }

    private void print() {
        var latency = List.of(new Column("p50 ms", "latencyP50Ms", "%.3f", 1),
                new Column("p99 ms", "latencyP99Ms", "%.3f", 1), new Column("max ms", "latencyMaxMs", "%.1f", 1));
        var firstByte = List.of(new Column("ttfb p50", "firstByteP50Ms", "%.3f", 1),
                new Column("ttfb p99", "firstByteP99Ms", "%.3f", 1));
        var cpu = new Column("CPU s", "cpuSeconds", "%.2f", 1);
        var memory = List.of(new Column("RSS MB", "rssKb", "%.0f", MEGABYTES),
                new Column("peak MB", "peakRssKb", "%.0f", MEGABYTES), new Column("errors", "errors", "%.0f", 1));
        var perMillion = new Column("CPU s/Mtoken", "cpuSecondsPerMillionTokens", "%.2f", 1);

        table("JSON answers, closed loop", "json", List.of(
                List.of(new Column("requests/s", "requestsPerSecond", "%.0f", 1)), latency,
                List.of(new Column("CPU us/req", "cpuMicrosPerRequest", "%.0f", 1)), memory));
        table("Streams of tokens as fast as they go, closed loop", "stream", List.of(
                List.of(new Column("streams/s", "requestsPerSecond", "%.0f", 1),
                        new Column("tokens/s", "tokensPerSecond", "%.0f", 1)),
                latency, firstByte, List.of(perMillion), memory));
        table("Paced streams, all at once", "paced", List.of(
                List.of(new Column("streams", "requests", "%.0f", 1), new Column("tokens", "tokens", "%.0f", 1)),
                firstByte,
                List.of(new Column("gap p50", "tokenGapP50Ms", "%.2f", 1),
                        new Column("gap p99", "tokenGapP99Ms", "%.2f", 1),
                        new Column("gap max", "tokenGapMaxMs", "%.1f", 1), cpu, perMillion),
                memory));
        table("JSON answers, first seconds after a start", "cold-json", List.of(
                List.of(new Column("requests/s", "requestsPerSecond", "%.0f", 1)), latency,
                List.of(new Column("CPU us/req", "cpuMicrosPerRequest", "%.0f", 1)), memory));
        var gateways = List.of("against", "cortex").stream().filter(this::measured).toList();
        gateways.forEach(this::printReady);
        IO.println();
        printDisturbance();
        for (var gateway : gateways) {
            if (gateways.size() > 1) {
                IO.println(gateway);
            }
            bars(gateway).forEach(IO::println);
        }
    }

    private boolean measured(String gateway) {
        return results.stream().anyMatch(result -> gateway.equals(result.get("target")));
    }

    private List<Bar> bars(String gateway) {
        var json = new Cell("json", 32, gateway);
        var stream = new Cell("stream", 32, gateway);
        var single = new Cell("json", 1, gateway);
        var paced = cells("paced").filter(cell -> cell.target().equals(gateway)).findFirst()
                .orElse(new Cell("paced", 500, gateway));
        var name = paced.connections() + " paced streams: ";
        return List.of(
                new Bar("JSON, 32 connections: requests/s over nginx", ratio(json, "requestsPerSecond"),
                        Limit.AT_LEAST, 0.80, "%.2fx"),
                new Bar("JSON, 32 connections: CPU over nginx", ratio(json, "cpuMicrosPerRequest"), Limit.AT_MOST, 1.8,
                        "%.2fx"),
                new Bar("streams, 32 connections: streams/s over nginx", ratio(stream, "requestsPerSecond"),
                        Limit.AT_LEAST, 0.90, "%.2fx"),
                new Bar("JSON, 1 connection: p50 above direct", aboveDirect(single), Limit.AT_MOST, 0.12, "%+.3f ms"),
                new Bar("JSON, 32 connections: first seconds over the warm rate", coldShare(gateway), Limit.AT_LEAST,
                        0.5, "%.2fx"),
                new Bar(name + "errors, all rounds", values(paced, "errors").reduce(Double::sum), Limit.AT_MOST, 0,
                        "%.0f"),
                new Bar(name + "CPU over nginx", ratio(paced, "cpuSeconds"), Limit.AT_MOST, 1.45, "%.2fx"),
                new Bar(name + "first byte, p50 over nginx", ratio(paced, "firstByteP50Ms"), Limit.AT_MOST, 2,
                        "%.2fx"),
                new Bar(name + "largest RSS after them",
                        scaled(values(paced, "rssKb").max(), MEGABYTES), Limit.AT_MOST, 180, "%.0f MB"),
                new Bar("first ready, median of the starts", scaled(median(ready(gateway)), SECONDS), Limit.AT_MOST, 0.9,
                        "%.3f s"));
    }

    private void table(String title, String kind, List<List<Column>> groups) {
        var columns = groups.stream().flatMap(List::stream).toList();
        var rows = new ArrayList<List<String>>();
        rows.add(Stream.concat(Stream.of("conns", "target", "x nginx", "p50-direct", "CPU x nginx"),
                columns.stream().map(Column::title)).toList());
        cells(kind).forEach(cell -> rows.add(Stream.concat(
                Stream.of(Integer.toString(cell.connections()), cell.target(),
                        text("%.2f", ratio(cell, "requestsPerSecond")), text("%+.3f", aboveDirect(cell)),
                        text("%.2f", ratio(cell, kind.equals("json") ? "cpuMicrosPerRequest"
                                : "cpuSecondsPerMillionTokens"))),
                columns.stream().map(column -> text(column.format(),
                        scaled(value(cell, column.field()), column.scale())))).toList()));
        if (rows.size() > 1) {
            IO.println(title);
            printAligned(rows);
            cells(kind).forEach(this::printErrors);
            IO.println();
        }
    }

    private void printErrors(Cell cell) {
        of(cell).map(result -> result.get("firstError")).filter(error -> !error.equals("null")).distinct()
                .forEach(error -> IO.println("  error at " + cell.connections() + " connections to " + cell.target()
                        + ": " + error));
    }

    private OptionalDouble coldShare(String gateway) {
        var cold = value(new Cell("cold-json", 32, gateway), "requestsPerSecond");
        var warm = value(new Cell("json", 32, gateway), "requestsPerSecond");
        return cold.isEmpty() || warm.isEmpty() ? OptionalDouble.empty()
                : OptionalDouble.of(cold.getAsDouble() / warm.getAsDouble());
    }

    private void printReady(String gateway) {
        var starts = ready(gateway).mapToObj("%.0f"::formatted).collect(Collectors.joining(", "));
        if (!starts.isEmpty()) {
            IO.println("Start of the launcher of " + gateway + " to the first 200 on /q/health/ready: " + starts
                    + " ms");
        }
    }

    /** Whatever else runs on the machine takes from the proxies what they are measured by. */
    private void printDisturbance() {
        var shares = results.stream().filter(result -> result.containsKey("otherCpuSeconds"))
                .filter(result -> !result.get("kind").startsWith("warmup"))
                .mapToDouble(result -> number(result, "otherCpuSeconds")
                        / (number(result, "seconds") * number(result, "cores"))).toArray();
        var disturbed = DoubleStream.of(shares).filter(share -> share > QUIET).count();
        if (disturbed > 0) {
            IO.println(text("NOTE: in %d of %d measurements other processes took more than %.0f %% of the CPU (at most "
                    + "%.0f %%): run again on an idle machine.%n", disturbed, shares.length, QUIET * 100,
                    DoubleStream.of(shares).max().orElse(0) * 100));
        }
    }

    private Stream<Cell> cells(String kind) {
        return results.stream().filter(result -> kind.equals(result.get("kind")))
                .map(result -> new Cell(kind, Integer.parseInt(result.get("connections")), result.get("target")))
                .distinct().sorted((a, b) -> a.connections() != b.connections() ? a.connections() - b.connections()
                        : TARGETS.indexOf(a.target()) - TARGETS.indexOf(b.target()));
    }

    private Stream<Map<String, String>> of(Cell cell) {
        return results.stream().filter(result -> cell.kind().equals(result.get("kind"))
                && cell.target().equals(result.get("target"))
                && Integer.toString(cell.connections()).equals(result.get("connections")));
    }

    private DoubleStream values(Cell cell, String field) {
        return of(cell).map(result -> result.get(field)).filter(Objects::nonNull)
                .filter(value -> !value.equals("null")).mapToDouble(Double::parseDouble);
    }

    private DoubleStream ready(String gateway) {
        return results.stream()
                .filter(result -> "start".equals(result.get("kind")) && gateway.equals(result.get("target")))
                .mapToDouble(result -> Double.parseDouble(result.get("readyMs")));
    }

    private OptionalDouble value(Cell cell, String field) {
        // One failed request in one round matters: a median would hide it.
        return field.equals("errors") ? values(cell, field).reduce(Double::sum) : median(values(cell, field));
    }

    /** The value of a cell over that of nginx; nothing for nginx itself. */
    private OptionalDouble ratio(Cell cell, String field) {
        var own = value(cell, field);
        var nginx = value(cell.at("nginx"), field);
        return cell.target().equals("nginx") || own.isEmpty() || nginx.isEmpty() || nginx.getAsDouble() == 0
                ? OptionalDouble.empty() : OptionalDouble.of(own.getAsDouble() / nginx.getAsDouble());
    }

    private OptionalDouble aboveDirect(Cell cell) {
        var own = value(cell, "latencyP50Ms");
        var direct = value(cell.at("direct"), "latencyP50Ms");
        return cell.target().equals("direct") || cell.connections() != 1 || own.isEmpty() || direct.isEmpty()
                ? OptionalDouble.empty() : OptionalDouble.of(own.getAsDouble() - direct.getAsDouble());
    }

    private static OptionalDouble median(DoubleStream values) {
        var sorted = values.sorted().toArray();
        var middle = sorted.length / 2;
        if (sorted.length == 0) {
            return OptionalDouble.empty();
        }
        return OptionalDouble.of(sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2);
    }

    private static OptionalDouble scaled(OptionalDouble value, double scale) {
        return value.isPresent() ? OptionalDouble.of(value.getAsDouble() * scale) : value;
    }

    private static String text(String format, OptionalDouble value) {
        return value.isPresent() ? text(format, value.getAsDouble()) : "-";
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }

    private static double number(Map<String, String> result, String field) {
        return Double.parseDouble(result.get(field));
    }

    private static void printAligned(List<List<String>> rows) {
        var widths = IntStream.range(0, rows.getFirst().size())
                .map(column -> rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0)).toArray();
        rows.forEach(row -> IO.println(IntStream.range(0, widths.length)
                .mapToObj(column -> ("%" + widths[column] + "s").formatted(row.get(column)))
                .collect(Collectors.joining("  "))));
    }

    private static Map<String, String> fields(String line) {
        var fields = new LinkedHashMap<String, String>();
        FIELD.matcher(line).results().forEach(
                field -> fields.put(field.group(1), field.group(2) != null ? field.group(2) : field.group(3)));
        return fields;
    }
}
