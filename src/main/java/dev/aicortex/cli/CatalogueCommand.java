package dev.aicortex.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.aicortex.catalogue.Disk;
import dev.aicortex.catalogue.Family;
import dev.aicortex.catalogue.Generations;
import dev.aicortex.catalogue.KeptGenerations;
import dev.aicortex.catalogue.Lease;
import dev.aicortex.catalogue.Volume;
import dev.aicortex.catalogue.refresh.Apply.Applied;
import dev.aicortex.catalogue.refresh.Change;
import dev.aicortex.cli.Table.Column;
import java.io.IOException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code aicortex catalogue}: its generations. */
@Command(
        name = "catalogue",
        description = "Shows the catalogue's generations and goes back to an older one.",
        mixinStandardHelpOptions = true,
        versionProvider = AicortexCommand.Version.class,
        subcommands = {
            CatalogueCommand.History.class,
            CatalogueCommand.Diff.class,
            CatalogueCommand.Rollback.class
        })
final class CatalogueCommand {
    private static final String NONE_YET =
            "%s has no generation yet; 'aicortex refresh' writes the first";

    @Command(
            name = "history",
            description = "Lists the generations that are kept, the oldest first, in UTC.")
    static final class History extends FolderCommand {
        @Mixin private final Output output = new Output();

        @Override
        void run() throws IOException {
            ArrayNode kept = Json.array();
            for (Generations.Past past : new Generations(volume(), new Disk()).history()) {
                kept.addObject()
                        .put("generation", past.number())
                        .put("written", past.writtenAt().truncatedTo(ChronoUnit.SECONDS).toString())
                        .put("families", past.families())
                        .put("models", past.models())
                        .put("current", past.current());
            }
            if (output.json()) {
                kept.forEach(each -> out().println(Json.line(each)));
            } else {
                printTable(
                        kept,
                        Column.of("GENERATION", "generation"),
                        Column.of("WRITTEN", "written"),
                        Column.of("FAMILIES", "families"),
                        Column.of("MODELS", "models"),
                        new Column("CURRENT", at -> at.path("current").asBoolean() ? "yes" : ""));
            }
            if (kept.isEmpty()) {
                note(NONE_YET.formatted(volume().dir()));
            }
        }
    }

    @Command(name = "diff", description = "Tells which models differ between two generations.")
    static final class Diff extends FolderCommand {
        @Parameters(
                index = "0",
                arity = "0..1",
                paramLabel = "A",
                description = "The older one's number (default: the one before the current).")
        private @Nullable String from;

        @Parameters(
                index = "1",
                arity = "0..1",
                paramLabel = "B",
                description = "The newer one's number (default: the current).")
        private @Nullable String to;

        @Mixin private final Output output = new Output();

        @Override
        void run() throws IOException {
            KeptGenerations kept = kept(volume());
            String before = namedOrBeforeCurrent(kept, from);
            String after = to == null ? kept.current() : named(kept, to);
            Applied all =
                    new Applied(Change.between(families(before), families(after)), after, false);
            if (output.json()) {
                all.changes().forEach(this::print);
            } else {
                printForPeople(all.changes());
                out().printf("%s to %s: %s%n", before, after, summary(all));
            }
        }

        private List<Family> families(String generation) throws IOException {
            List<String> malformed = new ArrayList<>();
            List<Family> families = volume().generation(generation, malformed);
            malformed.forEach(what -> note("skipped in generation " + generation + ": " + what));
            return families;
        }
    }

    @Command(
            name = "rollback",
            description = "Makes another generation the current one; nothing is deleted.",
            footer = "A running gateway takes it over within 5 s; the next refresh builds on it.")
    static final class Rollback extends FolderCommand {
        @Parameters(
                arity = "0..1",
                paramLabel = "GENERATION",
                description = "Its number (default: the one before the current).")
        private @Nullable String number;

        @Override
        void run() throws IOException, Lease.HeldException {
            KeptGenerations.Restored restored =
                    KeptGenerations.restore(
                            volume(), kept -> namedOrBeforeCurrent(some(kept), number));
            if (restored.changed()) {
                out().printf(
                                "generation %s is current now; before it was %s%n",
                                restored.generation(), restored.before());
            } else {
                out().printf("generation %s is current already%n", restored.generation());
            }
            if (restored.byHand()) {
                note(
                        "files that were put into %s by hand still count over those of every generation, until a refresh takes them over"
                                .formatted(volume().dir()));
            }
        }
    }

    private static KeptGenerations kept(Volume volume) throws IOException {
        return some(KeptGenerations.of(volume));
    }

    private static KeptGenerations some(KeptGenerations kept) {
        if (kept.numbers().isEmpty() || kept.current().isEmpty()) {
            throw new CommandException(NONE_YET.formatted(kept.volume().dir()));
        }
        return kept;
    }

    private static String named(KeptGenerations kept, String text) {
        return kept.named(text).orElseThrow(() -> new CommandException(kept.unknown(text)));
    }

    private static String namedOrBeforeCurrent(KeptGenerations kept, @Nullable String text) {
        return text != null
                ? named(kept, text)
                : kept.beforeCurrent()
                        .orElseThrow(() ->
                                new CommandException(
                                        "%s keeps no generation before the current %s; it keeps %s"
                                                .formatted(
                                                        kept.volume().dir(),
                                                        kept.current(),
                                                        String.join(", ", kept.numbers()))));
    }
}
