package dev.aicortex.cli;

import static java.util.Map.entry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.aicortex.cli.Table.Column;
import dev.aicortex.fleet.Drift.Content;
import dev.aicortex.model.Bytes;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The commands that list what a gateway knows: models, families, servers. */
final class ListingCommands {
    private ListingCommands() {}

    /** Models of the catalogue, as the gateway lists them under {@code models}. */
    abstract static class CatalogueListing extends GatewayCommand.Listing {
        @Option(
                names = "--family",
                paramLabel = "FAMILY",
                description = "Only models of this family, for example llama.")
        private String family = "";

        @Option(
                names = "--tag",
                paramLabel = "TAG",
                description = "Only models with this tag, for example chat.")
        private String tag = "";

        @Option(
                names = "--capability",
                paramLabel = "ABILITY",
                description =
                        "Only models that can do this: completion, tools, thinking, vision, embedding,"
                                + " insert.")
        private String capability = "";

        @Option(names = "--available", description = "Only models that a server holds now.")
        private boolean available;

        boolean narrows() {
            return available || !(family + tag + capability).isBlank();
        }

        /**
         * The gateway's answer.
         *
         * @param words that all have to be found; empty for any
         */
        JsonNode find(CortexClient cortex, String words) {
            String query =
                    Stream.of(
                                    entry("q", words),
                                    entry("family", family),
                                    entry("tag", tag),
                                    entry("capability", capability))
                            .filter(asked -> !asked.getValue().isBlank())
                            .map(asked ->
                                    asked.getKey() + "=" + CortexClient.encoded(asked.getValue()))
                            .collect(Collectors.joining("&"));
            JsonNode answer =
                    cortex.get(
                            "/catalogue/models" + (query.isEmpty() ? "" : "?" + query), "models");
            if (available && answer.path("models") instanceof ArrayNode models) {
                models.removeIf(model -> !model.path("available").asBoolean());
            }
            return answer;
        }

        @Override
        void show(JsonNode answer) {
            JsonNode models = answer.path("models");
            Table.of(
                            models,
                            Column.of("NAME", "name"),
                            Column.of("FAMILY", "family"),
                            Column.of("SIZE", "size"),
                            Column.of("PARAMETERS", "parameters"),
                            Column.of("CONTEXT", model -> tokens(model, "")),
                            Column.of("TAGS", model -> Json.words(model.path("tags"), ", ")),
                            Column.yesNo("AVAILABLE", "available"))
                    .print(out());
            if (models.isEmpty()) {
                note("no model matches; 'aicortex models --all' lists the whole catalogue");
            }
        }
    }

    /** The context's length with its thousands apart; empty while unknown. */
    private static String tokens(JsonNode model, String unit) {
        long tokens = model.path("context_length").asLong();
        return tokens == 0 ? "" : String.format(Locale.ROOT, "%,d%s", tokens, unit);
    }

    @Command(
            name = "models",
            description = "Lists the models that the fleet holds, or those of the catalogue.",
            footer = "Without a filter and without --all: what the fleet holds now.")
    static final class Models extends CatalogueListing {
        @Option(
                names = "--all",
                description = "The whole catalogue, also models that no server holds now.")
        private boolean all;

        @Override
        JsonNode ask(CortexClient cortex) {
            return all || narrows() ? find(cortex, "") : cortex.get("/api/tags", "models");
        }

        @Override
        void show(JsonNode answer) {
            if (all || narrows()) {
                super.show(answer);
                return;
            }
            Table.of(
                            answer.path("models"),
                            Column.of("NAME", "name"),
                            Column.of("SIZE", model -> Bytes.text(model.path("size").asLong())),
                            Column.of("PARAMETERS", "details/parameter_size"),
                            Column.of("QUANTIZATION", "details/quantization_level"),
                            Column.of("FAMILY", "details/family"))
                    .print(out());
        }
    }

    @Command(
            name = "search",
            description = "Finds models of the catalogue, also those that no server holds.")
    static final class Search extends CatalogueListing {
        @Parameters(
                arity = "1..*",
                paramLabel = "WORD",
                description =
                        "Found in the name, the family, the description or a tag; all have to be.")
        private List<String> words = List.of();

        @Override
        JsonNode ask(CortexClient cortex) {
            String text = String.join(" ", words).strip();
            if (text.isEmpty()) {
                throw wrongUsage("WORD is empty; name what to find, for example 'coding'");
            }
            return find(cortex, text);
        }
    }

    @Command(
            name = "families",
            description = "Lists the catalogue's families and how many models are held now.")
    static final class Families extends GatewayCommand.Listing {
        @Override
        JsonNode ask(CortexClient cortex) {
            return cortex.get("/catalogue/families", "families");
        }

        @Override
        void show(JsonNode answer) {
            Table.of(
                            answer.path("families"),
                            Column.of("FAMILY", "family"),
                            Column.of("MODELS", "models"),
                            Column.of("AVAILABLE", "available"))
                    .print(out());
        }
    }

    @Command(
            name = "model",
            description = "Tells what is known of a model and which servers hold it.")
    static final class Model extends GatewayCommand.Listing {
        private static final Column DIGEST =
                Column.of("DIGEST", holder -> Content.shortened(holder.path("digest").asText("")));

        private static final List<Column> FACTS =
                List.of(
                        Column.of("FAMILY", "family"),
                        Column.of("DESCRIPTION", "description"),
                        Column.of("SIZE", "size"),
                        Column.of("PARAMETERS", "parameters"),
                        Column.of("QUANTIZATION", "quantization"),
                        Column.of("CONTEXT", model -> tokens(model, " tokens")),
                        Column.of(
                                "CAPABILITIES",
                                model -> Json.words(model.path("capabilities"), ", ")),
                        Column.of("TAGS", model -> Json.words(model.path("tags"), ", ")),
                        Column.of("LICENSE", "license"),
                        DIGEST,
                        Column.of("MODIFIED", "modified_at"),
                        Column.yesNo("AVAILABLE", "available"));

        @Parameters(paramLabel = "NAME", description = "The model, for example llama3.2:3b.")
        private String name = "";

        @Override
        JsonNode ask(CortexClient cortex) {
            if (name.isBlank()) {
                throw wrongUsage("NAME is empty; 'aicortex models' lists the names");
            }
            // the slashes of a name stay what they are; proxies do not like them encoded
            String path = CortexClient.encoded(name.strip()).replace("%2F", "/");
            return cortex.get("/catalogue/models/" + path, "servers");
        }

        /** Its facts, as far as they are known, then its servers. */
        @Override
        void show(JsonNode model) {
            String called = model.path("name").asText("");
            Table facts = new Table("NAME", called);
            FACTS.stream()
                    .filter(fact -> !fact.cell().apply(model).isBlank())
                    .forEach(fact -> facts.row(fact.name(), fact.cell().apply(model)));
            facts.print(out());
            out().println();
            if (model.path("servers").isEmpty()) {
                out().println(
                                Terminal.inOneLine(
                                        "No server holds it; 'ollama pull %s' on one brings it."
                                                .formatted(called)));
                return;
            }
            Table.of(
                            model.path("servers"),
                            Column.of("SERVER", "url"),
                            Column.of("STATE", "status"),
                            Column.yesNo("HOLDS IT", "holds"),
                            Column.yesNo("IN FLEET", "fleet"),
                            Column.of("LAST SEEN", "last_seen"),
                            DIGEST)
                    .print(out());
        }
    }

    @Command(name = "servers", description = "Lists the servers of the fleet and how they are.")
    static final class Servers extends GatewayCommand.Listing {
        @Override
        JsonNode ask(CortexClient cortex) {
            return cortex.get("/health", "servers");
        }

        @Override
        void show(JsonNode health) {
            Table.of(
                            health.path("servers"),
                            Column.of("SERVER", "url"),
                            Column.of("STATE", "status"),
                            Column.of("MODELS", "models"),
                            Column.of("IN FLIGHT", "in_flight"),
                            Column.of("BREAKER", "breaker"),
                            Column.of("LABELS", server -> Json.words(server.path("labels"), ",")),
                            Column.of("REASON", "reason"))
                    .print(out());
            for (JsonNode model : health.path("drift")) {
                String line =
                        "%s differs from server to server; served is %s"
                                .formatted(model.path("model").asText(""), contents(model));
                out().println(Terminal.inOneLine(line));
            }
        }

        private static String contents(JsonNode model) {
            return model.path("contents")
                    .valueStream()
                    .map(content ->
                            Content.shortened(content.path("digest").asText(""))
                                    + " on "
                                    + Json.words(content.path("servers"), ", "))
                    .collect(Collectors.joining("; not "));
        }
    }
}
