package dev.aicortex.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aicortex.catalogue.Catalogue;
import dev.aicortex.catalogue.Disk;
import dev.aicortex.catalogue.Family;
import dev.aicortex.catalogue.Lease;
import dev.aicortex.catalogue.Shipped;
import dev.aicortex.catalogue.Volume;
import dev.aicortex.catalogue.refresh.Apply;
import dev.aicortex.catalogue.refresh.Apply.Applied;
import dev.aicortex.catalogue.refresh.Apply.NotAppliedException;
import dev.aicortex.catalogue.refresh.CheckedServer;
import dev.aicortex.catalogue.refresh.FetchedServer;
import dev.aicortex.catalogue.refresh.JsonLines;
import dev.aicortex.catalogue.refresh.Progress;
import dev.aicortex.catalogue.refresh.Progress.Step;
import dev.aicortex.catalogue.refresh.Refresh;
import dev.aicortex.catalogue.refresh.RefreshStep;
import dev.aicortex.catalogue.refresh.Resolution;
import dev.aicortex.catalogue.refresh.Resolve;
import dev.aicortex.catalogue.refresh.Targets;
import dev.aicortex.config.CortexConfig;
import dev.aicortex.fleet.ServerList;
import dev.aicortex.model.ServerSource;
import dev.aicortex.model.ServerUrl;
import dev.aicortex.ollama.PlainControl;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** {@code refresh} and its four steps, each a command that reads what the one before it wrote. */
final class RefreshCommands {
    private RefreshCommands() {}

    /** {@code aicortex refresh}: check, fetch, resolve and apply in one. */
    @Command(
            name = "refresh",
            description = "Brings the catalogue up to date: check, fetch, resolve, apply.")
    static final class RefreshCommand extends Refreshing {
        @Mixin private final ServersOption servers = new ServersOption();
        @Mixin private final ApplyOptions how = new ApplyOptions();
        @Mixin private final Output output = new Output();

        @Override
        void run() throws IOException, NotAppliedException, Lease.HeldException {
            Refresh.Report report;
            try (PlainControl control = new PlainControl(config());
                    ProgressBar bar = new ProgressBar(err(), Terminal.onError())) {
                Refresh refresh = refresh(control, warning -> bar.beside(() -> note(warning)));
                report = refresh.run(volume(), how.options(config()), servers.targets(this), bar);
            }
            report.warnings().forEach(this::note);
            Applied applied = report.applied();
            if (output.json()) {
                printForPrograms(applied);
                return;
            }
            printForPeople(applied.changes());
            String end =
                    applied.written() ? "generation " + applied.generation() : "nothing to write";
            out().printf(
                            "%d servers asked, %d did not answer; %s; %s%n",
                            report.checked(),
                            report.failed(),
                            summary(applied),
                            how.dryRun ? "nothing written: a dry run" : end);
        }
    }

    /** A command that changes the catalogue or makes ready what will. */
    abstract static class Refreshing extends FolderCommand {
        Refresh refresh(PlainControl control, Consumer<String> warnings) {
            return new Refresh(
                    control,
                    config().refresh().concurrency(),
                    plugins(RefreshStep.class),
                    Shipped.families(),
                    Clock.systemUTC(),
                    warnings);
        }

        /** A line for each change, then one for the whole. */
        void printForPrograms(Applied all) {
            all.changes().forEach(this::print);
            print(
                    new Whole(
                            all.generation(),
                            all.written(),
                            all.added(),
                            all.changed(),
                            all.removed()));
        }

        /** The last line; {@code applied}: whether the generation is a new one. */
        private record Whole(
                String generation, boolean applied, long added, long changed, long removed) {}
    }

    /** {@code --servers FILE}: which servers a command asks, with their credentials. */
    static final class ServersOption {
        @Option(
                names = "--servers",
                paramLabel = "FILE",
                description =
                        "A file with one server a line, as http://host:port or as {\"url\":\"…\"}; lines that begin with # are skipped (default: the servers of the configuration and those that the catalogue names).")
        private @Nullable Path file;

        Targets targets(FolderCommand command) {
            return file != null
                    ? Targets.only(read(file))
                    : Targets.withCatalogued(
                            ServerList.known(
                                    command.config(), command.plugins(ServerSource.class)));
        }

        private static List<ServerUrl> read(Path file) {
            List<String> lines;
            try {
                lines = Files.readAllLines(file);
            } catch (IOException e) {
                throw new CommandException(
                        "--servers: '%s' cannot be read: %s; name a file with one server a line"
                                .formatted(file, CommandException.reason(e)));
            }
            List<ServerUrl> servers = new ArrayList<>();
            for (int i = 0; i < lines.size(); i++) {
                String line = lines.get(i).strip();
                if (!line.isEmpty() && !line.startsWith("#")) {
                    servers.add(server(line, "--servers: %s, line %d".formatted(file, i + 1)));
                }
            }
            if (servers.isEmpty()) {
                throw new CommandException(
                        "--servers: '%s' names no server; write one a line, as http://host:port"
                                .formatted(file));
            }
            return servers;
        }

        private static ServerUrl server(String line, String where) {
            if (!line.startsWith("{")) {
                return ServerUrl.of(line, where);
            }
            JsonNode url = Json.parse(line).path("url");
            if (!url.isTextual()) {
                throw new CommandException(
                        "%s: not an object with a url; write {\"url\":\"http://host:port\"}"
                                .formatted(where));
            }
            return ServerUrl.of(url.textValue(), where);
        }
    }

    /** How the last step is done. */
    static final class ApplyOptions {
        @Option(
                names = "--dry-run",
                description = "Tells what would change and writes nothing at all.")
        private boolean dryRun;

        @Option(
                names = "--backup",
                description =
                        "Keeps a copy of the generation that is replaced, for good, under DIR/backups.")
        private boolean backup;

        @Option(
                names = "--max-loss",
                paramLabel = "SHARE",
                converter = Share.class,
                description =
                        "The share of the models that may lose their last server, 0 to 1; above it nothing is applied (default: cortex.refresh.max-loss, which is 0.5 unless set).")
        private @Nullable Double maxLoss;

        /** A number from 0 to 1. */
        static final class Share implements ITypeConverter<Double> {
            @Override
            public Double convert(String text) {
                try {
                    double share = Double.parseDouble(text);
                    if (share >= 0 && share <= 1) {
                        return share;
                    }
                } catch (NumberFormatException _) {
                    // refused below
                }
                throw new TypeConversionException(
                        "'%s' is no share; write a number from 0 to 1, as in 0.25".formatted(text));
            }
        }

        Apply.Options options(CortexConfig config) {
            return new Apply.Options(
                    dryRun,
                    backup,
                    maxLoss != null ? maxLoss : config.refresh().maxLoss(),
                    config.catalogue().keep());
        }
    }

    /** How far a refresh is, on one line of a terminal; nothing elsewhere. */
    static final class ProgressBar implements Progress, AutoCloseable {
        private static final int WIDTH = 30;
        private static final String START_OF_EMPTY_LINE = "\r\033[K";

        private final PrintWriter out;
        private boolean shown;

        ProgressBar(PrintWriter out, boolean terminal) {
            this.out = out;
            this.shown = terminal;
        }

        @Override
        public synchronized void at(Step step, int done, int total) {
            if (shown) {
                int filled = total == 0 ? WIDTH : done * WIDTH / total;
                out.printf(
                        "%s%-7s [%s%s] %d/%d",
                        START_OF_EMPTY_LINE,
                        step.word(),
                        "#".repeat(filled),
                        "-".repeat(WIDTH - filled),
                        done,
                        total);
                out.flush();
            }
        }

        /** Lets another line be printed; the bar comes again below it with the next step. */
        synchronized void beside(Runnable line) {
            if (shown) {
                out.print(START_OF_EMPTY_LINE);
                out.flush();
            }
            line.run();
        }

        /** Leaves the line to what is printed next. */
        @Override
        public synchronized void close() {
            beside(() -> shown = false);
        }
    }

    @Command(
            footer =
                    "The steps hand JSON Lines on: aicortex check | aicortex fetch | aicortex resolve | aicortex apply")
    abstract static class StepCommand extends Refreshing {
        /** Standard input; a person at a terminal is told what is expected there. */
        List<String> lines(String before) {
            if (Terminal.onBoth()) {
                throw wrongUsage(
                        "reads what 'aicortex %s' writes: aicortex %s | aicortex %s"
                                .formatted(before, before, command.name()));
            }
            return input().lines().toList();
        }

        /** The volume's content; what is malformed there is told and skipped. */
        Volume.Content content() throws IOException {
            Volume.Content content = volume().read();
            content.malformed().forEach(what -> note("skipped " + what));
            return content;
        }

        static Catalogue catalogue(Volume.Content content) {
            return Catalogue.of(content.generation(), Shipped.families(), content.families());
        }
    }

    @Command(name = "check", description = "Refresh, step 1: asks servers whether they answer.")
    static final class CheckCommand extends StepCommand {
        @Mixin private final ServersOption servers = new ServersOption();

        @Override
        void run() throws IOException {
            List<Family> volume = content().families(); // first: it warns of malformed files
            List<ServerUrl> targets = List.copyOf(servers.targets(this).beside(volume).values());
            try (PlainControl control = new PlainControl(config())) {
                refresh(control, this::note).check(targets, Progress.NONE).forEach(this::print);
            }
        }
    }

    @Command(
            name = "fetch",
            description = "Refresh, step 2: asks servers that answer what they hold.")
    static final class FetchCommand extends StepCommand {
        @Mixin private final ServersOption servers = new ServersOption();

        @Override
        void run() throws IOException {
            List<CheckedServer> checked = JsonLines.read(lines("check"), CheckedServer.class);
            Volume.Content content = content();
            Map<String, ServerUrl> known = servers.targets(this).beside(content.families());
            try (PlainControl control = new PlainControl(config())) {
                refresh(control, this::note)
                        .fetch(checked, catalogue(content), known, Progress.NONE)
                        .forEach(this::print);
            }
        }
    }

    @Command(
            name = "resolve",
            description = "Refresh, step 3: merges what they hold into the catalogue.")
    static final class ResolveCommand extends StepCommand {
        @Override
        void run() throws IOException {
            List<FetchedServer> fetched = JsonLines.read(lines("fetch"), FetchedServer.class);
            Volume.Content content = content();
            Resolution resolution = Resolve.run(catalogue(content), content.version(), fetched);
            for (RefreshStep plugin : plugins(RefreshStep.class)) {
                resolution = plugin.afterResolve(resolution);
            }
            resolution.warnings().forEach(this::note);
            JsonLines.lines(resolution).forEach(out()::println);
        }
    }

    @Command(
            name = "apply",
            description = "Refresh, step 4: makes the result the catalogue, all at once.")
    static final class ApplyCommand extends StepCommand {
        @Mixin private final ApplyOptions how = new ApplyOptions();

        @Override
        void run() throws IOException, NotAppliedException, Lease.HeldException {
            Resolution resolution = JsonLines.resolution(lines("resolve"));
            Volume volume = volume();
            Clock clock = Clock.systemUTC();
            Apply apply = new Apply(volume, new Disk(), how.options(config()), clock);
            if (how.dryRun) {
                printForPrograms(apply.dryRun(resolution));
                return;
            }
            Applied applied; // told when the lease is back: whoever reads may be slow
            try (Lease lease = Lease.take(volume, Lease.newHolder(), clock)) {
                applied = apply.run(resolution, lease);
            }
            printForPrograms(applied);
        }
    }
}
