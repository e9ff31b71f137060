package dev.aicortex.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.aicortex.cli.Table.Column;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What {@code GET /admin/usage} or {@code GET /v1/usage} answers. */
@Command(
        name = "usage",
        description = "Tells who used what: requests and tokens over a time.",
        footer =
                "Asks /admin/usage: on the machine of AI Cortex, or with cortex.admin-token as --key; with --own any key will do.")
final class UsageCommand extends GatewayCommand {
    private static final List<String> FIGURES =
            List.of(
                    "requests",
                    "complete",
                    "truncated",
                    "failed",
                    "refused",
                    "client_gone",
                    "prompt_tokens",
                    "cached_tokens",
                    "completion_tokens",
                    "waited_ms",
                    "duration_ms");

    @Option(
            names = "--by",
            paramLabel = "WHAT",
            description =
                    "What is told apart: key, user, model, server, or several with commas between (default: key; with --own model).")
    private @Nullable String by;

    @Option(
            names = "--since",
            paramLabel = "TIME",
            description =
                    "From when on: how long ago, as in 24h or 7d, a date or a time (default: 24h).")
    private @Nullable String since;

    @Option(
            names = "--until",
            paramLabel = "TIME",
            description = "Until when, written in the same ways (default: now).")
    private @Nullable String until;

    @Option(
            names = "--span",
            paramLabel = "SPAN",
            description = "Tells each minute, hour or day apart.")
    private @Nullable String span;

    @Option(
            names = "--top",
            paramLabel = "N",
            description =
                    "Tells at most N names apart, 1 to 100, by the tokens of the whole time; the others are one row, (other).")
    private @Nullable Integer top;

    @Option(names = "--own", description = "What the key itself used; no right of an operator.")
    private boolean own;

    @Option(
            names = "--output",
            paramLabel = "FORMAT",
            description = "How to print: ${COMPLETION-CANDIDATES} (default: table).")
    private Format format = Format.TABLE;

    private enum Format {
        TABLE,
        JSON,
        CSV;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Override
    public Integer call() {
        JsonNode report = client().get((own ? "/v1/usage" : "/admin/usage") + query(), "usage");
        switch (format) {
            case JSON -> out().println(Json.line(report));
            case CSV -> csv(report);
            case TABLE -> table(report);
        }
        if (report.path("more").asBoolean()) {
            note("there are more rows than are shown; name a shorter time or tell less apart");
        }
        return 0;
    }

    private String query() {
        return (parameter("by", by)
                        + parameter("since", since)
                        + parameter("until", until)
                        + parameter("span", span)
                        + parameter("top", top))
                .replaceFirst("&", "?");
    }

    private static String parameter(String name, @Nullable Object value) {
        return value == null ? "" : "&" + name + "=" + CortexClient.encoded(value.toString());
    }

    private static List<String> apart(JsonNode report) {
        List<String> apart = new ArrayList<>();
        if (report.hasNonNull("span")) {
            apart.add("at");
        }
        report.path("by").forEach(each -> apart.add(each.asText()));
        return apart;
    }

    /** A row each, and all of them together where there are several. */
    private void table(JsonNode report) {
        List<String> apart = apart(report);
        ArrayNode rows = Json.array();
        report.path("usage").forEach(rows::add);
        if (rows.size() > 1) {
            rows.add(report.path("total"));
        }
        Stream<Column> names = apart.stream().map(UsageCommand::name);
        Stream<Column> figures =
                Stream.of(
                        figure("REQUESTS", "requests"),
                        new Column("NOT SERVED", row -> number(notServed(row))),
                        figure("PROMPT", "prompt_tokens"),
                        figure("CACHED", "cached_tokens"),
                        figure("COMPLETION", "completion_tokens"));
        printTable(rows, Stream.concat(names, figures).toArray(Column[]::new));
        if (rows.isEmpty()) {
            note("nothing was used in that time");
        }
    }

    private static Column name(String field) {
        return new Column(
                field.equals("at") ? "SINCE" : field.toUpperCase(Locale.ROOT),
                row -> row.has("at") || row.has(field) ? row.path(field).asText() : "total");
    }

    private static Column figure(String name, String field) {
        return new Column(name, row -> number(row.path(field).asLong()));
    }

    private static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    private static long notServed(JsonNode row) {
        return row.path("requests").asLong() - row.path("complete").asLong();
    }

    /** RFC 4180, with a header. */
    private void csv(JsonNode report) {
        List<String> columns = new ArrayList<>(apart(report));
        columns.addAll(FIGURES);
        out().println(String.join(",", columns));
        for (JsonNode row : report.path("usage")) {
            out().println(
                            columns.stream()
                                    .map(column -> cell(row.path(column).asText()))
                                    .collect(Collectors.joining(",")));
        }
    }

    /** A spreadsheet would take a name that begins like a formula for one. */
    static String cell(String text) {
        String plain = Terminal.inOneLine(text);
        String harmless = plain.matches("[=+@\\-].*") ? "'" + plain : plain;
        return harmless.matches(".*[\",].*")
                ? '"' + harmless.replace("\"", "\"\"") + '"'
                : harmless;
    }
}
