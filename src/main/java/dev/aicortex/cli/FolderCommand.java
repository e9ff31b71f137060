package dev.aicortex.cli;

import dev.aicortex.catalogue.Lease;
import dev.aicortex.catalogue.Volume;
import dev.aicortex.catalogue.refresh.Apply.Applied;
import dev.aicortex.catalogue.refresh.Apply.NotAppliedException;
import dev.aicortex.catalogue.refresh.Change;
import dev.aicortex.catalogue.refresh.JsonLines;
import dev.aicortex.config.CommandConfig;
import dev.aicortex.config.CortexConfig;
import dev.aicortex.config.Plugins;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** A command that works on a catalogue's folder by itself, without a running gateway. */
abstract class FolderCommand extends OneShotCommand {
    @Option(
            names = "--dir",
            paramLabel = "DIR",
            description =
                    "The catalogue's folder (default: cortex.catalogue.dir, which is ./data/catalogue unless set).")
    private @Nullable Path dir;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "The file with the configuration, in YAML (default: cortex.config).")
    private @Nullable Path file;

    private @Nullable CortexConfig config;

    @Override
    public final Integer call() throws NotAppliedException, Lease.HeldException {
        try {
            run();
            return 0;
        } catch (IOException e) {
            throw new CommandException(
                    "the catalogue in %s cannot be used: %s; name another with --dir"
                            .formatted(volume().dir(), CommandException.reason(e)));
        }
    }

    /** Does its work; an {@link IOException} is of the folder. */
    abstract void run() throws IOException, NotAppliedException, Lease.HeldException;

    CortexConfig config() {
        if (config == null) {
            config = CommandConfig.load(Optional.ofNullable(file));
        }
        return config;
    }

    <T> List<T> plugins(Class<T> kind) {
        return Plugins.load(config().plugins(), kind);
    }

    Volume volume() {
        Path folder = dir != null ? dir : config().catalogue().dir();
        String key = dir != null ? "--dir" : "cortex.catalogue.dir";
        if (folder.toString().isEmpty()) {
            throw wrongUsage(key + " is empty; name the catalogue's folder");
        }
        if (Files.exists(folder) && !Files.isDirectory(folder)) {
            throw new CommandException(
                    "%s: '%s' is a file; name the catalogue's folder".formatted(key, folder));
        }
        return new Volume(folder);
    }

    void print(Object row) {
        out().println(JsonLines.line(row));
    }

    /** For people: a line for each change. */
    void printForPeople(List<Change> changes) {
        changes.stream()
                .map(of -> "%-8s %s (%s)".formatted(of.kind().word(), of.model(), of.family()))
                .forEach(this::printLine);
    }

    /** {@code 2 models added, 0 changed, 1 removed}. */
    static String summary(Applied all) {
        return "%d models added, %d changed, %d removed"
                .formatted(all.added(), all.changed(), all.removed());
    }
}
