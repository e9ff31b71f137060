package dev.aicortex.cli;

import dev.aicortex.catalogue.Disk;
import dev.aicortex.catalogue.Generations;
import dev.aicortex.catalogue.Generations.Past;
import java.io.IOException;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code aicortex catalogue history}. */
@Command(
        name = "history",
        description = "Lists the generations that are kept, the oldest first, in UTC.")
final class HistoryCommand implements Callable<Integer> {
    @Mixin private final CatalogueOptions options = new CatalogueOptions();
    @Mixin private final OutputOption output = new OutputOption();

    /** One generation as a line of JSON. */
    private record Line(
            String generation, String written, int families, int models, boolean current) {
        static Line of(Past past) {
            return new Line(
                    past.number(),
                    past.writtenAt().truncatedTo(ChronoUnit.SECONDS).toString(),
                    past.families(),
                    past.models(),
                    past.current());
        }
    }

    @Override
    public Integer call() {
        List<Line> lines = history().stream().map(Line::of).toList();
        if (output.json()) {
            lines.forEach(options::print);
        } else {
            table(lines).print(options.out());
        }
        if (lines.isEmpty()) {
            options.warn(
                    "%s has no generation yet; 'aicortex refresh' writes the first"
                            .formatted(options.volume().dir()));
        }
        return 0;
    }

    private List<Past> history() {
        try {
            return new Generations(options.volume(), new Disk()).history();
        } catch (IOException e) {
            throw options.unusable(e);
        }
    }

    private static Table table(List<Line> lines) {
        Table table = new Table("GENERATION", "WRITTEN", "FAMILIES", "MODELS", "CURRENT");
        lines.forEach(line ->
                table.row(
                        line.generation(),
                        line.written(),
                        String.valueOf(line.families()),
                        String.valueOf(line.models()),
                        line.current() ? "yes" : ""));
        return table;
    }
}
