package dev.aicortex.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code aicortex families}. */
@Command(
        name = "families",
        description = "Lists the catalogue's families and how many models are held now.")
final class FamiliesCommand implements Callable<Integer> {
    @Mixin private final ClientOptions options = new ClientOptions();
    @Mixin private final OutputOption output = new OutputOption();

    @Override
    public Integer call() {
        JsonNode answer = options.client().get("/catalogue/families", "families");
        if (output.json()) {
            options.out().println(Json.line(answer));
        } else {
            table(answer.path("families")).print(options.out());
        }
        return 0;
    }

    private static Table table(JsonNode families) {
        Table table = new Table("FAMILY", "MODELS", "AVAILABLE");
        families.forEach(family ->
                table.row(
                        family.path("family").asText(""),
                        family.path("models").asText(""),
                        family.path("available").asText("")));
        return table;
    }
}
