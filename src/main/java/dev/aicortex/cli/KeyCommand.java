package dev.aicortex.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.aicortex.cli.Table.Column;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes keys of a running AI Cortex and changes them: what {@code /admin/keys} answers. */
@Command(
        name = "key",
        description = "Makes, lists and changes the keys that let clients in.",
        subcommands = {
            KeyCommand.Create.class,
            KeyCommand.ListAll.class,
            KeyCommand.Show.class,
            KeyCommand.Change.class,
            KeyCommand.Disable.class,
            KeyCommand.Enable.class,
            KeyCommand.Rotate.class,
            KeyCommand.Revoke.class
        })
final class KeyCommand extends OneShotCommand {
    private static final String PATH = "/admin/keys";

    @Override
    public Integer call() {
        throw wrongUsage(
                "name what to do: create, list, show, change, disable, enable, rotate or revoke");
    }

    /** Asks about keys; what is printed is one document, or the table of some. */
    abstract static class Asking extends ListingCommands.Listing {
        static String path(String name) {
            return PATH + "/" + CortexClient.encoded(name);
        }

        /** Every field of a key under another; its secret last, and alone. */
        @Override
        void show(JsonNode key) {
            Table table = new Table("KEY", key.path("name").asText(""));
            key.properties().stream()
                    .filter(field -> !List.of("name", "secret").contains(field.getKey()))
                    .forEach(field -> table.row(field.getKey(), words(field.getValue())));
            table.print(out());
            JsonNode secret = key.path("secret");
            if (secret.isTextual()) {
                note("this is the only time that the secret is shown:");
                printLine(secret.textValue());
            }
        }

        static String words(JsonNode value) {
            if (value.isObject()) {
                return value.properties().stream()
                        .map(field -> field.getKey() + " " + field.getValue().asText())
                        .collect(Collectors.joining(", "));
            }
            return value.isArray() ? Json.words(value, ", ") : value.asText("");
        }
    }

    /** A command on one key. */
    abstract static class OnKey extends Asking {
        @Parameters(paramLabel = "NAME", description = "The key's name.")
        String name = "";

        JsonNode change(CortexClient cortex, String change, ObjectNode body) {
            return Json.parse(cortex.read(path(name) + "/" + change, Json.line(body)));
        }
    }

    /** A command that settles something for a key. */
    abstract static class Settling extends OnKey {
        @Option(
                names = "--models",
                split = ",",
                paramLabel = "PATTERN",
                description = "Only these models, for example 'llama3.2:*,qwen3:8b'.")
        private List<String> models = List.of();

        @Option(
                names = "--routes",
                split = ",",
                paramLabel = "ROUTE",
                description =
                        "Only these kinds of routes: chat, embeddings, images, audio, models, manage, usage, or paths such as '/v1/*'.")
        private List<String> routes = List.of();

        @Option(
                names = "--role",
                paramLabel = "ROLE",
                description = "use, manage or admin (default: use).")
        private @Nullable String role;

        @Option(
                names = "--priority",
                paramLabel = "PRIORITY",
                description = "The highest that it may ask for: interactive, normal or batch.")
        private @Nullable String priority;

        @Option(names = "--rpm", paramLabel = "N", description = "Requests a minute.")
        private @Nullable Integer rpm;

        @Option(names = "--tpm", paramLabel = "N", description = "Tokens a minute.")
        private @Nullable Integer tpm;

        @Option(names = "--concurrent", paramLabel = "N", description = "Requests at once.")
        private @Nullable Integer concurrent;

        @Option(
                names = "--budget-tokens",
                paramLabel = "N/PERIOD",
                description = "Tokens a day or month, in UTC: 90000/day, 1000000/month.")
        private @Nullable String budget;

        @Option(
                names = "--user-rpm",
                paramLabel = "N",
                description = "Requests a minute of each end user.")
        private @Nullable Integer userRpm;

        @Option(
                names = "--user-tpm",
                paramLabel = "N",
                description = "Tokens a minute of each end user.")
        private @Nullable Integer userTpm;

        @Option(
                names = "--expires",
                paramLabel = "WHEN",
                description = "After how long, or when: 90d, 2027-01-31.")
        private @Nullable String expires;

        /** What is given. */
        Map<String, @Nullable Object> settings() {
            Map<String, @Nullable Object> given = new TreeMap<>();
            given.put("models", models);
            given.put("routes", routes);
            given.put("role", role);
            given.put("priority", priority);
            given.put("rpm", rpm);
            given.put("tpm", tpm);
            given.put("concurrent", concurrent);
            given.put("budget_tokens", budget);
            given.put("user_rpm", userRpm);
            given.put("user_tpm", userTpm);
            given.put("expires", expires);
            given.values().removeIf(value -> value == null || value.equals(List.of()));
            return given;
        }
    }

    @Command(name = "create", description = "Makes a key and prints its secret, once.")
    static final class Create extends Settling {
        @Override
        JsonNode ask(CortexClient cortex) {
            Map<String, @Nullable Object> body = settings();
            body.put("name", name);
            return Json.parse(cortex.made(PATH, Json.line(body)));
        }
    }

    @Command(
            name = "change",
            description = "Changes what a key may and its limits; what is not given stays.")
    static final class Change extends Settling {
        @Option(
                names = "--clear",
                split = ",",
                paramLabel = "SETTING",
                description =
                        "Takes settings away: models, routes, role, priority, rpm, tpm, concurrent, budget_tokens, user_rpm, user_tpm, expires.")
        private List<String> cleared = List.of();

        @Override
        JsonNode ask(CortexClient cortex) {
            Map<String, @Nullable Object> body = settings();
            for (String field : cleared) {
                String name = field.replace('-', '_');
                if (name.equals("name") || body.containsKey(name)) {
                    throw wrongUsage("--clear " + field + ": it is given, or cannot be cleared");
                }
                body.put(name, null);
            }
            if (body.isEmpty()) {
                throw wrongUsage("say what to change, for example --rpm 60 or --clear rpm");
            }
            return cortex.change("PATCH", path(name), Json.line(body));
        }
    }

    @Command(name = "list", description = "Lists all keys.")
    static final class ListAll extends Asking {
        @Override
        JsonNode ask(CortexClient cortex) {
            return cortex.get(PATH, "keys");
        }

        @Override
        void show(JsonNode document) {
            printTable(
                    document.path("keys"),
                    Column.of("NAME", "name"),
                    Column.of("STATUS", "status"),
                    Column.of("ROLE", "role"),
                    Column.list("MODELS", "models", ","),
                    Column.of("RPM", "rpm"),
                    Column.of("TPM", "tpm"),
                    Column.of("CONCURRENT", "concurrent"),
                    Column.of("BUDGET", "budget_tokens"),
                    Column.of("USED", "budget_used"),
                    Column.of("EXPIRES", "expires_at"),
                    Column.of("SOURCE", "source"));
        }
    }

    @Command(name = "show", description = "Shows one key; never its secret.")
    static final class Show extends OnKey {
        @Override
        JsonNode ask(CortexClient cortex) {
            return Json.parse(cortex.read(path(name), null));
        }
    }

    @Command(name = "disable", description = "Has a key let nobody in until it is enabled.")
    static final class Disable extends OnKey {
        @Override
        JsonNode ask(CortexClient cortex) {
            return change(cortex, "disable", Json.object());
        }
    }

    @Command(name = "enable", description = "Has a disabled key let in again.")
    static final class Enable extends OnKey {
        @Override
        JsonNode ask(CortexClient cortex) {
            return change(cortex, "enable", Json.object());
        }
    }

    @Command(
            name = "rotate",
            description = "Gives a key a new secret; the old one counts for a while.")
    static final class Rotate extends OnKey {
        @Option(
                names = "--grace",
                paramLabel = "TIME",
                description =
                        "How long the old secret lets in as well (default: 24h; 0s: no more).")
        private String grace = "24h";

        @Override
        JsonNode ask(CortexClient cortex) {
            return change(cortex, "rotate", Json.object().put("grace", grace));
        }
    }

    @Command(name = "revoke", description = "Forgets a key at once and for ever.")
    static final class Revoke extends GatewayCommand {
        @Parameters(paramLabel = "NAME", description = "The key's name.")
        private String name = "";

        @Override
        public Integer call() {
            client().delete(Asking.path(name));
            note("the key '%s' is revoked".formatted(name));
            return 0;
        }
    }
}
