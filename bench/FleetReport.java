import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Turns the result lines of {@code bench/fleet} into a table with a column a policy, as Markdown. */
final class FleetReport {
    private static final Pattern FIELD = Pattern.compile("\"(\\w+)\":(?:\"([^\"]*)\"|([^,}]+))");

    private static final List<Row> ROWS = List.of(
            new Row("time to the first token, mean", value("firstTokenMeanMs", "%.0f ms")),
            new Row("the same, median", value("firstTokenP50Ms", "%.0f ms")),
            new Row("the same, p99", value("firstTokenP99Ms", "%.0f ms")),
            new Row("turns answered", value("turnsPerSecond", "%.1f/s")),
            new Row("batch requests answered", value("batchPerSecond", "%.1f/s")),
            new Row("a batch request, median", value("batchP50Ms", "%.0f ms")),
            new Row("failed: turns", value("failed", "%.0f")),
            new Row("failed: batch requests", value("failedBatch", "%.0f")),
            new Row("batch requests turned away, asked again later", value("shedBatch", "%.0f")),
            new Row("streams broken off by the kill", value("brokenOff", "%.0f")),
            new Row("most loaded of the five equal servers over their mean", value("imbalance", "%.2f")),
            new Row("loads of the cold server", value("coldLoads", "%.0f")),
            new Row("answers that waited for its load", value("waitedForLoad", "%.0f")),
            new Row("requests per server", FleetReport::servers),
            new Row("machine busy; the gateway; the load", result -> percent(result, "machineBusy") + "; "
                    + percent(result, "gatewayBusy") + "; " + percent(result, "loadBusy")));

    private record Row(String title, Function<Map<String, String>, String> cell) {
    }

    static void main(String[] args) throws IOException {
        var results = Files.readAllLines(Path.of(args[0])).stream().filter(line -> !line.isBlank())
                .map(FleetReport::fields).toList();
        IO.println(line("", results, result -> "`" + result.get("policy") + "`"));
        IO.println("|---|" + "---|".repeat(results.size()));
        ROWS.forEach(row -> IO.println(line(row.title, results, row.cell)));
    }

    private static String line(String title, List<Map<String, String>> results,
            Function<Map<String, String>, String> cell) {
        return results.stream().map(cell).collect(Collectors.joining(" | ", "| " + title + " | ", " |"));
    }

    private static Map<String, String> fields(String line) {
        return FIELD.matcher(line).results().collect(Collectors.toMap(match -> match.group(1),
                match -> match.group(2) == null ? match.group(3) : match.group(2)));
    }

    private static Function<Map<String, String>, String> value(String name, String format) {
        return result -> result.getOrDefault(name, "null").equals("null") ? "-"
                : String.format(Locale.ROOT, format, Double.parseDouble(result.get(name)));
    }

    private static String percent(Map<String, String> result, String name) {
        return String.format(Locale.ROOT, "%.0f %%", 100 * Double.parseDouble(result.get(name)));
    }

    private static String servers(Map<String, String> result) {
        return String.join(", ", result.get("perServer").replace("plain=", "").replace('=', ':').split(" "));
    }
}
