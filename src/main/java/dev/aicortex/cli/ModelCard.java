package dev.aicortex.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;

/** One model for people: its facts, as far as they are known, then its servers. */
record ModelCard(JsonNode model) {
    private static final int SHOWN_DIGITS = 12;

    void print(PrintWriter out) {
        facts().print(out);
        out.println();
        JsonNode servers = model.path("servers");
        if (servers.isEmpty()) {
            out.println(
                    ControlCharacters.inOneLine(
                            "No server holds it; 'ollama pull %s' on one brings it."
                                    .formatted(text("name"))));
        } else {
            table(servers).print(out);
        }
    }

    private Table facts() {
        String context = CatalogueModels.tokens(model);
        Table facts = new Table("NAME", text("name"));
        fact(facts, "FAMILY", text("family"));
        fact(facts, "DESCRIPTION", text("description"));
        fact(facts, "SIZE", text("size"));
        fact(facts, "PARAMETERS", text("parameters"));
        fact(facts, "QUANTIZATION", text("quantization"));
        fact(facts, "CONTEXT", context.isEmpty() ? "" : context + " tokens");
        fact(facts, "CAPABILITIES", Json.words(model.path("capabilities")));
        fact(facts, "TAGS", Json.words(model.path("tags")));
        fact(facts, "LICENSE", text("license"));
        fact(facts, "DIGEST", shortened(text("digest")));
        fact(facts, "MODIFIED", text("modified_at"));
        fact(facts, "AVAILABLE", model.path("available").asBoolean() ? "yes" : "no");
        return facts;
    }

    private static void fact(Table facts, String label, String value) {
        if (!value.isBlank()) {
            facts.row(label, value);
        }
    }

    private static Table table(JsonNode servers) {
        Table table = new Table("SERVER", "STATE", "HOLDS IT", "IN FLEET", "LAST SEEN", "DIGEST");
        servers.forEach(server -> add(server, table));
        return table;
    }

    private static void add(JsonNode server, Table table) {
        table.row(
                server.path("url").asText(""),
                server.path("status").asText(""),
                server.path("holds").asBoolean() ? "yes" : "no",
                server.path("fleet").asBoolean() ? "yes" : "no",
                server.path("last_seen").asText(""),
                shortened(server.path("digest").asText("")));
    }

    private String text(String field) {
        return model.path(field).asText("");
    }

    private static String shortened(String digest) {
        return digest.substring(0, Math.min(SHOWN_DIGITS, digest.length()));
    }
}
