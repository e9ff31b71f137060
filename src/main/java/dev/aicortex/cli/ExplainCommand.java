package dev.aicortex.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aicortex.cli.Table.Column;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What {@code POST /admin/explain} answers. */
@Command(
        name = "explain",
        description = "Tells which server would answer, and why; nothing is sent.")
final class ExplainCommand extends ListingCommands.Listing {
    @Parameters(
            paramLabel = "PROMPT",
            description = "What would be asked; standard input when there is none or it is '-'.")
    private List<String> words = List.of();

    @Option(names = "--model", paramLabel = "MODEL", description = "The model.")
    private @Nullable String model;

    @Option(names = "--system", paramLabel = "TEXT", description = "The system prompt.")
    private @Nullable String system;

    @Option(
            names = "--file",
            paramLabel = "FILE",
            description = "A whole request as JSON in place of these; '-' is standard input.")
    private @Nullable String file;

    @Option(
            names = "--as",
            paramLabel = "NAME",
            description = "The name of the key that would send it, for rules of servers.")
    private @Nullable String sender;

    @Override
    JsonNode ask(CortexClient cortex) throws IOException {
        String query = sender == null ? "" : "?key=" + CortexClient.encoded(sender);
        return cortex.read("/admin/explain" + query, body(), "servers");
    }

    private String body() throws IOException {
        if (file != null) {
            if (model != null || system != null || !words.isEmpty()) {
                throw wrongUsage(
                        "--file has the whole request; leave out --model, --system and the prompt");
            }
            return file.equals("-") ? input() : Files.readString(Path.of(file));
        }
        if (model == null) {
            throw wrongUsage(
                    "--model is missing; 'aicortex models' lists the names, or give a request with --file");
        }
        return Json.line(question(model, system, prompt(words)));
    }

    /** A line on the request, one a server. */
    @Override
    void show(JsonNode told) {
        long bytes = told.path("prompt_bytes").asLong(); // 0 where no policy looks at prompts
        int waiting = told.path("waiting").asInt();
        printLine(
                told.path("model").asText("")
                        + " by "
                        + told.path("policy").asText("")
                        + (bytes == 0 ? "" : ", a prompt of " + bytes + " bytes")
                        + (waiting == 0 ? "" : ", behind " + waiting + " that wait for a place"));
        printTable(
                told.path("servers"),
                new Column("RANK", at -> at.path("rank").asText("").replaceFirst("^0$", "")),
                Column.of("SERVER", "server"),
                millis("EXPECTED", "expected_ms"),
                millis("QUEUE", "queue_ms"),
                millis("LOAD", "load_ms"),
                millis("PREFILL", "prefill_ms"),
                millis("OTHERS", "others_ms"),
                new Column("CACHED", at -> number(at, "cached_bytes", "%.0f B")),
                new Column("IN FLIGHT", ExplainCommand::inFlight),
                Column.of("REASON", "reason"));
    }

    private static Column millis(String name, String field) {
        return new Column(name, at -> number(at, field, "%.1f ms"));
    }

    private static String number(JsonNode server, String field, String format) {
        JsonNode number = server.path("numbers").path(field);
        return number.isNumber() ? String.format(Locale.ROOT, format, number.asDouble()) : "";
    }

    private static String inFlight(JsonNode server) {
        JsonNode numbers = server.path("numbers");
        return numbers.isObject()
                ? numbers.path("in_flight").asInt() + " of " + numbers.path("parallel").asInt()
                : "";
    }
}
