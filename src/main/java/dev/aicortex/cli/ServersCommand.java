package dev.aicortex.cli;

import com.fasterxml.jackson.databind.JsonNode;
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
        }
        return 0;
    }

    private static Table table(JsonNode servers) {
        Table table = new Table("SERVER", "STATE", "MODELS", "IN FLIGHT", "BREAKER", "REASON");
        servers.forEach(server -> add(server, table));
        return table;
    }

    private static void add(JsonNode server, Table table) {
        table.row(
                server.path("url").asText(""),
                server.path("status").asText(""),
                server.path("models").asText(""),
                server.path("in_flight").asText(""),
                server.path("breaker").asText(""),
                server.path("reason").asText(""));
    }
}
