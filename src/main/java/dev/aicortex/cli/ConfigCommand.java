package dev.aicortex.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.aicortex.cli.Table.Column;
import dev.aicortex.config.CommandConfig;
import dev.aicortex.config.Keys;
import dev.aicortex.config.Shown;
import dev.aicortex.fleet.ConfigCheck;
import io.smallrye.config.SmallRyeConfig;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code aicortex config}: what is configured, and whether a file is right. */
@Command(
        name = "config",
        description = "Shows the configuration, and checks a file with one.",
        mixinStandardHelpOptions = true,
        versionProvider = AicortexCommand.Version.class,
        subcommands = {
            ConfigCommand.Show.class,
            ConfigCommand.Check.class,
            ConfigCommand.Schema.class
        })
final class ConfigCommand {
    private ConfigCommand() {}

    @Command(
            name = "show",
            description = "Shows each key's value and where it comes from; secrets masked.",
            footer = "As a start would have it here; a running AI Cortex tells its own at /config.")
    static final class Show extends OneShotCommand {
        @Option(
                names = "--config",
                paramLabel = "FILE",
                description = "The file with the configuration, in YAML (default: cortex.config).")
        private @Nullable Path file;

        @Option(names = "--set", description = "Only what is not the default.")
        private boolean set;

        @Mixin private final Output output = new Output();

        @Override
        public Integer call() {
            SmallRyeConfig config = CommandConfig.read(Optional.ofNullable(file));
            ArrayNode keys = Json.array();
            names(config)
                    .forEach(name ->
                            Shown.of(config, name)
                                    .filter(shown -> !set || !shown.source().equals("default"))
                                    .ifPresent(shown ->
                                            keys.addObject()
                                                    .put("key", name)
                                                    .put("value", shown.value())
                                                    .put("source", shown.source())));
            if (output.json()) {
                keys.forEach(each -> out().println(Json.line(each)));
            } else {
                printTable(
                        keys,
                        Column.of("KEY", "key"),
                        Column.of("VALUE", "value"),
                        Column.of("SOURCE", "source"));
            }
            return 0;
        }

        /** Those that exist, and the entries of maps that are set. */
        private static NavigableSet<String> names(SmallRyeConfig config) {
            NavigableSet<String> names = new TreeSet<>(Keys.all().keySet());
            names.removeIf(name -> name.contains("<"));
            for (String name : config.getPropertyNames()) {
                if (name.startsWith("cortex.")) {
                    names.add(name);
                }
            }
            return names;
        }
    }

    @Command(
            name = "check",
            description = "Tells all that is wrong with a file: exit status 0 if nothing is.")
    static final class Check extends OneShotCommand {
        @Parameters(paramLabel = "FILE", description = "The file, in YAML.")
        private Path file = Path.of("");

        @Override
        public Integer call() {
            List<String> problems = ConfigCheck.of(file);
            problems.forEach(this::printLine);
            if (problems.isEmpty()) {
                printLine(file + ": nothing is wrong");
            }
            return problems.isEmpty() ? 0 : 1;
        }
    }

    @Command(name = "schema", description = "Prints the JSON Schema of the file, for editors.")
    static final class Schema extends OneShotCommand {
        @Override
        public Integer call() throws IOException {
            try (InputStream schema =
                    ConfigCommand.class.getResourceAsStream("/aicortex.schema.json")) {
                out().print(
                                new String(
                                        Objects.requireNonNull(schema).readAllBytes(),
                                        StandardCharsets.UTF_8));
                out().flush();
            }
            return 0;
        }
    }
}
