package dev.aicortex.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.Locale;

/** What {@code POST /admin/explain} answers, for people: a line on the request, one a server. */
record ReasonTable(JsonNode explanation) {
    void print(PrintWriter out) {
        out.println(ControlCharacters.inOneLine(head()));
        Table table =
                new Table(
                        "RANK",
                        "SERVER",
                        "EXPECTED",
                        "QUEUE",
                        "LOAD",
                        "PREFILL",
                        "OTHERS",
                        "CACHED",
                        "IN FLIGHT",
                        "REASON");
        explanation.path("servers").forEach(server -> add(server, table));
        table.print(out);
    }

    /** Under a policy that does not look at prompts their bytes are 0. */
    private String head() {
        long bytes = explanation.path("prompt_bytes").asLong();
        int waiting = explanation.path("waiting").asInt();
        return "%s by %s%s%s"
                .formatted(
                        explanation.path("model").asText(""),
                        explanation.path("policy").asText(""),
                        bytes == 0 ? "" : ", a prompt of " + bytes + " bytes",
                        waiting == 0 ? "" : ", behind " + waiting + " that wait for a place");
    }

    private static void add(JsonNode server, Table table) {
        JsonNode numbers = server.path("numbers");
        int rank = server.path("rank").asInt();
        table.row(
                rank == 0 ? "" : Integer.toString(rank),
                server.path("server").asText(""),
                millis(numbers.path("expected_ms")),
                millis(numbers.path("queue_ms")),
                millis(numbers.path("load_ms")),
                millis(numbers.path("prefill_ms")),
                millis(numbers.path("others_ms")),
                bytes(numbers.path("cached_bytes")),
                inFlight(numbers),
                server.path("reason").asText(""));
    }

    private static String millis(JsonNode number) {
        return number.isNumber() ? String.format(Locale.ROOT, "%.1f ms", number.asDouble()) : "";
    }

    private static String bytes(JsonNode number) {
        return number.isNumber() ? number.asLong() + " B" : "";
    }

    private static String inFlight(JsonNode numbers) {
        return numbers.isObject()
                ? numbers.path("in_flight").asInt() + " of " + numbers.path("parallel").asInt()
                : "";
    }
}
