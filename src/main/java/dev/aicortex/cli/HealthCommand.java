package dev.aicortex.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** For people and for probes. */
@Command(
        name = "health",
        description = "Tells whether AI Cortex is ready: exit status 0 if it is, else 1.")
final class HealthCommand extends GatewayCommand {
    @Mixin private final Output output = new Output();

    @Option(names = "--live", description = "Asks whether it is alive, not whether it is ready.")
    private boolean live;

    @Override
    public Integer call() {
        CortexClient cortex = client();
        String asked = live ? "live" : "ready";
        HttpResponse<String> answer = cortex.ask("/q/health/" + asked, null);
        JsonNode body = Json.parse(answer.body());
        if (!body.has("status")) {
            throw cortex.refused(answer.statusCode(), answer.body());
        }
        boolean well = answer.statusCode() == 200;
        String line =
                well
                        ? "%s: %s".formatted(asked, cortex.url())
                        : "not %s: %s (down: %s)".formatted(asked, cortex.url(), down(body));
        out().println(output.json() ? Json.line(body) : Terminal.inOneLine(line));
        return well ? 0 : 1;
    }

    private static String down(JsonNode body) {
        return body.path("checks")
                .valueStream()
                .filter(check -> check.path("status").asText("").equals("DOWN"))
                .map(check -> check.path("name").asText(""))
                .collect(Collectors.joining(", "));
    }
}
