package dev.aicortex.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code aicortex model}. */
@Command(name = "model", description = "Tells what is known of a model and which servers hold it.")
final class ModelCommand implements Callable<Integer> {
    @Mixin private final ClientOptions options = new ClientOptions();

    @Parameters(paramLabel = "NAME", description = "The model, for example llama3.2:3b.")
    private String name = "";

    @Mixin private final OutputOption output = new OutputOption();

    @Override
    public Integer call() {
        if (name.isBlank()) {
            throw options.wrongUsage("NAME is empty; 'aicortex models' lists the names");
        }
        JsonNode model = options.client().get("/catalogue/models/" + path(name), "servers");
        if (output.json()) {
            options.out().println(Json.line(model));
        } else {
            new ModelCard(model).print(options.out());
        }
        return 0;
    }

    /** The slashes of a name stay what they are; proxies do not like them encoded. */
    private static String path(String name) {
        return Stream.of(name.strip().split("/", -1))
                .map(CortexClient::encoded)
                .collect(Collectors.joining("/"));
    }
}
