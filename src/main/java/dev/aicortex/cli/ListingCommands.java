package dev.aicortex.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.aicortex.cli.Table.Column;
import dev.aicortex.fleet.Drift.Content;
import dev.aicortex.model.Bytes;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The commands that show what a gateway knows: models, servers, how it is, whom it would ask. */
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

    @Command(name = "servers", description = "Lists the servers of the fleet and how they are.")
    static final class Servers extends Listing {
        @Override
        JsonNode ask(CortexClient cortex) {
            return cortex.get("/health", "servers");
        }

        @Override
        void show(JsonNode health) {
            printTable(
                    health.path("servers"),
                    Column.of("SERVER", "url"),
                    Column.of("STATE", "status"),
                    Column.of("MODELS", "models"),
                    Column.of("IN FLIGHT", "in_flight"),
                    Column.of("BREAKER", "breaker"),
                    Column.list("LABELS", "labels", ","),
                    Column.of("REASON", "reason"));
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

    /** For people and for probes. */
    @Command(
            name = "health",
            description = "Tells whether AI Cortex is ready: exit status 0 if it is, else 1.")
    static final class Health extends GatewayCommand {
        @Mixin private final Output output = new Output();

        @Option(
                names = "--live",
                description = "Asks whether it is alive, not whether it is ready.")
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

    /** What {@code POST /admin/explain} answers. */
    @Command(
            name = "explain",
            description = "Tells which server would answer, and why; nothing is sent.")
    static final class Explain extends Listing {
        @Parameters(
                paramLabel = "PROMPT",
                description =
                        "What would be asked; standard input when there is none or it is '-'.")
        private List<String> words = List.of();

        @Option(names = "--model", paramLabel = "MODEL", description = "The model.")
        private @Nullable String model;

        @Option(names = "--system", paramLabel = "TEXT", description = "The system prompt.")
        private @Nullable String system;

        @Option(
                names = "--file",
                paramLabel = "FILE",
                description = "A whole request as JSON in place of these; '-' is standard input.")
        private @Nullable String file;

        @Option(
                names = "--as",
                paramLabel = "NAME",
                description = "The name of the key that would send it, for rules of servers.")
        private @Nullable String sender;

        @Override
        JsonNode ask(CortexClient cortex) throws IOException {
            String query = sender == null ? "" : "?key=" + CortexClient.encoded(sender);
            return cortex.read("/admin/explain" + query, body(), "servers");
        }

        private String body() throws IOException {
            if (file != null) {
                if (model != null || system != null || !words.isEmpty()) {
                    throw wrongUsage(
                            "--file has the whole request; leave out --model, --system and the prompt");
                }
                return file.equals("-") ? input() : Files.readString(Path.of(file));
            }
            if (model == null) {
                throw wrongUsage(
                        "--model is missing; 'aicortex models' lists the names, or give a request with --file");
            }
            return Json.line(question(model, system, prompt(words)));
        }

        /** A line on the request, one a server. */
        @Override
        void show(JsonNode told) {
            long bytes = told.path("prompt_bytes").asLong(); // 0 where no policy looks at prompts
            int waiting = told.path("waiting").asInt();
            printLine(
                    told.path("model").asText("")
                            + " by "
                            + told.path("policy").asText("")
                            + (bytes == 0 ? "" : ", a prompt of " + bytes + " bytes")
                            + (waiting == 0
                                    ? ""
                                    : ", behind " + waiting + " that wait for a place"));
            printTable(
                    told.path("servers"),
                    new Column("RANK", at -> at.path("rank").asText("").replaceFirst("^0$", "")),
                    Column.of("SERVER", "server"),
                    new Column("EXPECTED", at -> number(at, "expected_ms", "%.1f ms")),
                    new Column("QUEUE", at -> number(at, "queue_ms", "%.1f ms")),
                    new Column("LOAD", at -> number(at, "load_ms", "%.1f ms")),
                    new Column("PREFILL", at -> number(at, "prefill_ms", "%.1f ms")),
                    new Column("OTHERS", at -> number(at, "others_ms", "%.1f ms")),
                    new Column("CACHED", at -> number(at, "cached_bytes", "%.0f B")),
                    new Column("IN FLIGHT", Explain::inFlight),
                    Column.of("REASON", "reason"));
        }

        private static String number(JsonNode server, String field, String format) {
            JsonNode number = server.path("numbers").path(field);
            return number.isNumber() ? String.format(Locale.ROOT, format, number.asDouble()) : "";
        }

        private static String inFlight(JsonNode server) {
            JsonNode numbers = server.path("numbers");
            return numbers.isObject()
                    ? numbers.path("in_flight").asInt() + " of " + numbers.path("parallel").asInt()
                    : "";
        }
    }
}
