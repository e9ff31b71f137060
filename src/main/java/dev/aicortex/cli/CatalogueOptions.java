package dev.aicortex.cli;

import dev.aicortex.catalogue.Catalogue;
import dev.aicortex.catalogue.Shipped;
import dev.aicortex.catalogue.Volume;
import dev.aicortex.catalogue.refresh.JsonLines;
import dev.aicortex.config.CommandConfig;
import dev.aicortex.config.CortexConfig;
import dev.aicortex.config.Plugins;
import dev.aicortex.ollama.PlainControl;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What the commands share that work on a catalogue's folder by themselves, without a server. */
@Command(mixinStandardHelpOptions = true, versionProvider = Version.class)
final class CatalogueOptions {
    /** Stands under the help of each step. */
    static final String PIPELINE =
            "The steps hand JSON Lines on: aicortex check | aicortex fetch | aicortex resolve |"
                    + " aicortex apply";

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            description =
                    "The catalogue's folder (default: cortex.catalogue.dir, which is"
                            + " ./data/catalogue unless set).")
    private @Nullable Path dir;

    private @Nullable CortexConfig config;

    CatalogueOptions() {
        this.command = CommandSpec.create(); // replaced by picocli
    }

    CortexConfig config() {
        if (config == null) {
            config = CommandConfig.load();
        }
        return config;
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

    Plugins plugins() {
        return Plugins.in(config().plugins());
    }

    PlainControl control() {
        return new PlainControl(config());
    }

    /** The volume's content; what is malformed there is told and skipped. */
    Volume.Content content() {
        try {
            Volume.Content content = volume().read();
            content.malformed().forEach(what -> warn("skipped " + what));
            return content;
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    static Catalogue catalogue(Volume.Content content) {
        return Catalogue.of(content.generation(), Shipped.families(), content.families());
    }

    CommandException unusable(IOException cause) {
        return new CommandException(
                "the catalogue in %s cannot be used: %s; name another with --dir"
                        .formatted(volume().dir(), FileFailure.text(cause)));
    }

    /** The lines of standard input; a person at a terminal is told what is expected there. */
    List<String> lines(InputStream in, String before) {
        if (Terminal.onBoth()) {
            throw new ParameterException(
                    command.commandLine(),
                    "reads what 'aicortex %s' writes: aicortex %s | aicortex %s"
                            .formatted(before, before, command.name()));
        }
        try (BufferedReader reader =
                new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            return reader.lines().toList();
        } catch (IOException e) {
            throw unreadable(e);
        } catch (UncheckedIOException e) {
            throw unreadable(e.getCause());
        }
    }

    private static CommandException unreadable(@Nullable IOException cause) {
        String reason = cause == null ? "no reason given" : FileFailure.text(cause);
        return new CommandException("standard input cannot be read: " + reason);
    }

    void print(Object row) {
        out().println(JsonLines.line(row));
    }

    void warn(String text) {
        err().println("aicortex: " + ControlCharacters.inOneLine(text));
    }

    ParameterException wrongUsage(String message) {
        return new ParameterException(command.commandLine(), message);
    }

    PrintWriter out() {
        return command.commandLine().getOut();
    }

    PrintWriter err() {
        return command.commandLine().getErr();
    }
}
