package dev.aicortex.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aicortex.model.Bytes;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code aicortex models}. */
@Command(name = "models", description = "Lists the models that the fleet holds.")
final class ModelsCommand implements Callable<Integer> {
    @Mixin private final ClientOptions options = new ClientOptions();
    @Mixin private final OutputOption output = new OutputOption();

    @Override
    public Integer call() {
        JsonNode answer = options.client().get("/api/tags", "models");
        if (output.json()) {
            options.out().println(Json.line(answer));
        } else {
            table(answer.path("models")).print(options.out());
        }
        return 0;
    }

    private static Table table(JsonNode models) {
        Table table = new Table("NAME", "SIZE", "PARAMETERS", "QUANTIZATION", "FAMILY");
        models.forEach(model -> add(model, table));
        return table;
    }

    private static void add(JsonNode model, Table table) {
        JsonNode details = model.path("details");
        table.row(
                model.path("name").asText(""),
                Bytes.text(model.path("size").asLong()),
                details.path("parameter_size").asText(""),
                details.path("quantization_level").asText(""),
                details.path("family").asText(""));
    }
}
