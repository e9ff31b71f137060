package dev.aicortex.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aicortex.model.Bytes;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code aicortex models}. */
@Command(
        name = "models",
        description = "Lists the models that the fleet holds, or those of the catalogue.",
        footer = "Without a filter and without --all: what the fleet holds now.")
final class ModelsCommand implements Callable<Integer> {
    @Mixin private final ClientOptions options = new ClientOptions();
    @Mixin private final ModelFilter filter = new ModelFilter();

    @Option(
            names = "--all",
            description = "The whole catalogue, also models that no server holds now.")
    private boolean all;

    @Mixin private final OutputOption output = new OutputOption();

    @Override
    public Integer call() {
        CortexClient cortex = options.client();
        if (all || filter.narrows()) {
            new CatalogueModels(filter.find(cortex, "")).print(options, output);
            return 0;
        }
        JsonNode answer = cortex.get("/api/tags", "models");
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
