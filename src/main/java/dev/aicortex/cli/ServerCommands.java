package dev.aicortex.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code aicortex servers add|remove}: servers beside those of the configuration. */
final class ServerCommands {
    private ServerCommands() {}

    @Command(
            name = "add",
            description = "Adds a server to a running AI Cortex, for later starts too.",
            footer = "Needs this machine or, as --key, the token of cortex.admin-token.")
    static final class Add extends GatewayCommand {
        @Parameters(index = "0", paramLabel = "NAME", description = "What it is to be called.")
        private String name = "";

        @Parameters(
                index = "1",
                paramLabel = "ADDRESS",
                description = "Its URL, for example http://gpu-c:11434.")
        private String address = "";

        @Option(
                names = "--weight",
                paramLabel = "N",
                description = "Under the policy weighted (default: 1).")
        private @Nullable Double weight;

        @Option(
                names = "--priority",
                paramLabel = "N",
                description = "Under the policy priority (default: 0).")
        private @Nullable Integer priority;

        @Option(
                names = "--max-concurrent",
                paramLabel = "N",
                description = "Requests at once (default: cortex.max-concurrent).")
        private @Nullable Integer maxConcurrent;

        @Option(
                names = "--label",
                paramLabel = "NAME=VALUE",
                description = "A label, for example gpu=eu; repeatable.")
        private List<String> labels = List.of();

        @Override
        public Integer call() {
            ObjectNode server = Json.object().put("name", name).put("url", address);
            if (weight != null) {
                server.put("weight", weight);
            }
            if (priority != null) {
                server.put("priority", priority);
            }
            if (maxConcurrent != null) {
                server.put("max_concurrent", maxConcurrent);
            }
            if (!labels.isEmpty()) {
                labels.forEach(server.putArray("labels")::add);
            }
            JsonNode added = client().change("POST", "/admin/servers", Json.line(server));
            printLine(
                    "%s is a server now: %s"
                            .formatted(added.path("name").asText(), added.path("url").asText()));
            return 0;
        }
    }

    @Command(
            name = "remove",
            description = "Takes out a server that was added; its requests go on.",
            footer = "Needs this machine or, as --key, the token of cortex.admin-token.")
    static final class Remove extends GatewayCommand {
        @Parameters(paramLabel = "NAME", description = "The name under which it was added.")
        private String name = "";

        @Override
        public Integer call() {
            String path = "/admin/servers/" + CortexClient.encoded(name);
            JsonNode removed = client().change("DELETE", path, "");
            printLine(
                    "%s is no server any more; requests that go on there: %d"
                            .formatted(name, removed.path("in_flight").asInt()));
            return 0;
        }
    }
}
