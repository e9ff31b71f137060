package dev.aicortex.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.aicortex.cli.Table.Column;
import dev.aicortex.fleet.Drift.Content;
import dev.aicortex.model.Bytes;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The commands that show what a gateway knows of models and servers. */
final class ListingCommands {
    private ListingCommands() {}

    /** Shows one document of the gateway, for people or as it is. */
    abstract static class Listing extends GatewayCommand {
        @Mixin private final Output output = new Output();

        @Override
        public Integer call() throws IOException {
            JsonNode document = ask(client());
            if (output.json()) {
                out().println(Json.line(document));
            } else {
                show(document);
            }
            return 0;
        }

        abstract JsonNode ask(CortexClient cortex) throws IOException;

        abstract void show(JsonNode document);
    }

    /** Models of the catalogue, as the gateway lists them under {@code models}. */
    abstract static class CatalogueListing extends Listing {
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
                        "Only models that can do this: completion, tools, thinking, vision, embedding, insert.")
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
                    parameter("q", words)
                            + parameter("family", family)
                            + parameter("tag", tag)
                            + parameter("capability", capability);
            JsonNode answer =
                    cortex.get("/catalogue/models" + query.replaceFirst("&", "?"), "models");
            if (available && answer.path("models") instanceof ArrayNode models) {
                models.removeIf(model -> !model.path("available").asBoolean());
            }
            return answer;
        }

        private static String parameter(String name, String value) {
            return value.isBlank() ? "" : "&" + name + "=" + CortexClient.encoded(value);
        }

        @Override
        void show(JsonNode answer) {
            JsonNode models = answer.path("models");
            printTable(
                    models,
                    Column.of("NAME", "name"),
                    Column.of("FAMILY", "family"),
                    Column.of("SIZE", "size"),
                    Column.of("PARAMETERS", "parameters"),
                    new Column("CONTEXT", model -> tokens(model, "")),
                    Column.list("TAGS", "tags", ", "),
                    Column.yesNo("AVAILABLE", "available"));
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
            printTable(
                    answer.path("models"),
                    Column.of("NAME", "name"),
                    new Column("SIZE", model -> Bytes.text(model.path("size").asLong())),
                    Column.of("PARAMETERS", "details/parameter_size"),
                    Column.of("QUANTIZATION", "details/quantization_level"),
                    Column.of("FAMILY", "details/family"));
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
    static final class Families extends Listing {
        @Override
        JsonNode ask(CortexClient cortex) {
            return cortex.get("/catalogue/families", "families");
        }

        @Override
        void show(JsonNode answer) {
            printTable(
                    answer.path("families"),
                    Column.of("FAMILY", "family"),
                    Column.of("MODELS", "models"),
                    Column.of("AVAILABLE", "available"));
        }
    }

    @Command(
            name = "model",
            description = "Tells what is known of a model and which servers hold it.")
    static final class Model extends Listing {
        private static final List<Column> FACTS =
                List.of(
                        Column.of("FAMILY", "family"),
                        Column.of("DESCRIPTION", "description"),
                        Column.of("SIZE", "size"),
                        Column.of("PARAMETERS", "parameters"),
                        Column.of("QUANTIZATION", "quantization"),
                        new Column("CONTEXT", model -> tokens(model, " tokens")),
                        Column.list("CAPABILITIES", "capabilities", ", "),
                        Column.list("TAGS", "tags", ", "),
                        Column.of("LICENSE", "license"),
                        new Column("DIGEST", ListingCommands::digest),
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
                printLine(
                        "No server holds it; 'ollama pull %s' on one brings it.".formatted(called));
                return;
            }
            printTable(
                    model.path("servers"),
                    Column.of("SERVER", "url"),
                    Column.of("STATE", "status"),
                    Column.yesNo("HOLDS IT", "holds"),
                    Column.yesNo("IN FLEET", "fleet"),
                    Column.of("LAST SEEN", "last_seen"),
                    new Column("DIGEST", ListingCommands::digest));
        }
    }

    private static String digest(JsonNode content) {
        return Content.shortened(content.path("digest").asText(""));
    }

    @Command(
            name = "servers",
            description = "Lists the servers of the fleet and how they are.",
            subcommands = {ServerCommands.Add.class, ServerCommands.Remove.class})
    static final class Servers extends Listing {
        private static final List<Column> COLUMNS =
                List.of(
                        Column.of("SERVER", "url"),
                        Column.of("STATE", "status"),
                        Column.of("MODELS", "models"),
                        Column.of("IN FLIGHT", "in_flight"),
                        Column.of("BREAKER", "breaker"),
                        Column.list("LABELS", "labels", ","),
                        Column.of("REASON", "reason"));

        @Override
        JsonNode ask(CortexClient cortex) {
            return cortex.get("/health", "servers");
        }

        @Override
        void show(JsonNode health) {
            JsonNode servers = health.path("servers");
            boolean named = servers.valueStream().anyMatch(server -> server.has("name"));
            Stream<Column> first = named ? Stream.of(Column.of("NAME", "name")) : Stream.empty();
            printTable(servers, Stream.concat(first, COLUMNS.stream()).toArray(Column[]::new));
            for (JsonNode model : health.path("drift")) {
                String name = model.path("model").asText("");
                printLine(name + " differs from server to server; served is " + contents(model));
            }
        }

        private static String contents(JsonNode model) {
            return model.path("contents")
                    .valueStream()
                    .map(content ->
                            digest(content) + " on " + Json.words(content.path("servers"), ", "))
                    .collect(Collectors.joining("; not "));
        }
    }
}
