package dev.aicortex.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;

/** Models of the catalogue, as the gateway lists them under {@code models}. */
record CatalogueModels(JsonNode answer) {
    void print(ClientOptions options, OutputOption output) {
        if (output.json()) {
            options.out().println(Json.line(answer));
            return;
        }
        JsonNode models = answer.path("models");
        Table table =
                new Table("NAME", "FAMILY", "SIZE", "PARAMETERS", "CONTEXT", "TAGS", "AVAILABLE");
        models.forEach(model -> add(model, table));
        table.print(options.out());
        if (models.isEmpty()) {
            options.note("no model matches; 'aicortex models --all' lists the whole catalogue");
        }
    }

    private static void add(JsonNode model, Table table) {
        table.row(
                model.path("name").asText(""),
                model.path("family").asText(""),
                model.path("size").asText(""),
                model.path("parameters").asText(""),
                tokens(model),
                Json.words(model.path("tags")),
                model.path("available").asBoolean() ? "yes" : "no");
    }

    /** The context's length with its thousands apart; empty while unknown. */
    static String tokens(JsonNode model) {
        long tokens = model.path("context_length").asLong();
        return tokens == 0 ? "" : String.format(Locale.ROOT, "%,d", tokens);
    }
}
