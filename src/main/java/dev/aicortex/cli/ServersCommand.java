package dev.aicortex.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aicortex.fleet.Content;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code aicortex servers}. */
@Command(name = "servers", description = "Lists the servers of the fleet and how they are.")
final class ServersCommand implements Callable<Integer> {
    @Mixin private final ClientOptions options = new ClientOptions();
    @Mixin private final OutputOption output = new OutputOption();

    @Override
    public Integer call() {
        JsonNode answer = options.client().get("/health", "servers");
        if (output.json()) {
            options.out().println(Json.line(answer));
        } else {
            table(answer.path("servers")).print(options.out());
            drift(answer.path("drift"));
        }
        return 0;
    }

    private static Table table(JsonNode servers) {
        Table table =
                new Table("SERVER", "STATE", "MODELS", "IN FLIGHT", "BREAKER", "LABELS", "REASON");
        servers.forEach(server -> add(server, table));
        return table;
    }

    /** Which models are not the same on all servers, a line each. */
    private void drift(JsonNode models) {
        for (JsonNode model : models) {
            String line =
                    "%s differs from server to server; served is %s"
                            .formatted(model.path("model").asText(""), contents(model));
            options.out().println(ControlCharacters.inOneLine(line));
        }
    }

    private static String contents(JsonNode model) {
        List<String> contents = new ArrayList<>();
        for (JsonNode content : model.path("contents")) {
            String digest = Content.shortened(content.path("digest").asText(""));
            contents.add(digest + " on " + joined(content.path("servers"), ", "));
        }
        return String.join("; not ", contents);
    }

    private static String joined(JsonNode texts, String between) {
        List<String> all = new ArrayList<>();
        texts.forEach(text -> all.add(text.asText("")));
        return String.join(between, all);
    }

    private static void add(JsonNode server, Table table) {
        table.row(
                server.path("url").asText(""),
                server.path("status").asText(""),
                server.path("models").asText(""),
                server.path("in_flight").asText(""),
                server.path("breaker").asText(""),
                joined(server.path("labels"), ","),
                server.path("reason").asText(""));
    }
}
