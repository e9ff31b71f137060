package dev.aicortex.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aicortex.cli.CortexClient.Answer;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code aicortex health}, for people and for probes. */
@Command(
        name = "health",
        description = "Tells whether AI Cortex is ready: exit status 0 if it is, else 1.")
final class HealthCommand implements Callable<Integer> {
    @Mixin private final ClientOptions options = new ClientOptions();
    @Mixin private final OutputOption output = new OutputOption();

    @Option(names = "--live", description = "Asks whether it is alive, not whether it is ready.")
    private boolean live;

    @Override
    public Integer call() {
        CortexClient cortex = options.client();
        String path = live ? "/q/health/live" : "/q/health/ready";
        Answer answer = cortex.ask(path);
        JsonNode body = Json.parse(answer.body());
        if (!body.has("status")) {
            throw CommandException.refused(cortex.url(), answer.status(), answer.body());
        }
        boolean well = answer.status() == 200;
        options.out().println(output.json() ? Json.line(body) : line(well, cortex, body));
        return well ? 0 : 1;
    }

    private String line(boolean well, CortexClient cortex, JsonNode body) {
        String state = (well ? "" : "not ") + (live ? "live" : "ready");
        String reason = well ? "" : " (down: " + down(body) + ")";
        return ControlCharacters.inOneLine(state + ": " + cortex.url() + reason);
    }

    private static String down(JsonNode body) {
        return StreamSupport.stream(body.path("checks").spliterator(), false)
                .filter(check -> check.path("status").asText("").equals("DOWN"))
                .map(check -> check.path("name").asText(""))
                .collect(Collectors.joining(", "));
    }
}
