package dev.aicortex.cli;

import dev.aicortex.catalogue.Family;
import dev.aicortex.catalogue.refresh.Change;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code aicortex catalogue diff}. */
@Command(name = "diff", description = "Tells which models differ between two generations.")
final class DiffCommand implements Callable<Integer> {
    @Mixin private final CatalogueOptions options = new CatalogueOptions();

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

    @Mixin private final OutputOption output = new OutputOption();

    @Override
    public Integer call() {
        try {
            KeptGenerations kept = KeptGenerations.of(options.volume());
            String before = from == null ? kept.beforeCurrent() : kept.named(from);
            String after = to == null ? kept.current() : kept.named(to);
            print(before, after, Change.between(families(before), families(after)));
            return 0;
        } catch (IOException e) {
            throw options.unusable(e);
        }
    }

    private List<Family> families(String generation) throws IOException {
        List<String> malformed = new ArrayList<>();
        List<Family> families = options.volume().generation(generation, malformed);
        malformed.forEach(
                what -> options.warn("skipped in generation %s: %s".formatted(generation, what)));
        return families;
    }

    private void print(String before, String after, List<Change> all) {
        if (output.json()) {
            all.forEach(options::print);
            return;
        }
        Changes changes = new Changes(all);
        changes.print(options.out());
        options.out().println("%s to %s: %s".formatted(before, after, changes.summary()));
    }
}
