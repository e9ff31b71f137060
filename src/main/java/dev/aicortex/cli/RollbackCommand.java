package dev.aicortex.cli;

import dev.aicortex.catalogue.Disk;
import dev.aicortex.catalogue.Generations;
import dev.aicortex.catalogue.Lease;
import dev.aicortex.catalogue.Volume;
import java.io.IOException;
import java.time.Clock;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code aicortex catalogue rollback}. */
@Command(
        name = "rollback",
        description = "Makes another generation the current one; nothing is deleted.",
        footer = "A running gateway takes it over within 5 s; the next refresh builds on it.")
final class RollbackCommand implements Callable<Integer> {
    @Mixin private final CatalogueOptions options = new CatalogueOptions();

    @Parameters(
            arity = "0..1",
            paramLabel = "GENERATION",
            description = "Its number (default: the one before the current).")
    private @Nullable String number;

    @Override
    public Integer call() {
        Volume volume = options.volume();
        try {
            target(KeptGenerations.of(volume)); // first: a lease makes the folder when it is absent
            try (Lease _ = Lease.take(volume, Lease.newHolder(), Clock.systemUTC())) {
                rollback(volume);
            }
            return 0;
        } catch (Lease.HeldException e) {
            throw CommandException.held(e);
        } catch (IOException e) {
            throw options.unusable(e);
        }
    }

    private String target(KeptGenerations kept) {
        return number == null ? kept.beforeCurrent() : kept.named(number);
    }

    private void rollback(Volume volume) throws IOException {
        KeptGenerations kept = KeptGenerations.of(volume);
        String target = target(kept);
        if (target.equals(kept.current())) {
            options.out().println("generation %s is current already".formatted(target));
        } else {
            new Generations(volume, new Disk()).rollback(target);
            options.out()
                    .println(
                            "generation %s is current now; before it was %s"
                                    .formatted(target, kept.current()));
        }
        if (!volume.read().placed().isEmpty()) {
            options.warn(
                    "files that were put into %s by hand still count over those of every"
                                    .formatted(volume.dir())
                            + " generation, until a refresh takes them over");
        }
    }
}
