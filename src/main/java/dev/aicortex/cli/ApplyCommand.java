package dev.aicortex.cli;

import dev.aicortex.catalogue.Disk;
import dev.aicortex.catalogue.Lease;
import dev.aicortex.catalogue.refresh.Apply;
import dev.aicortex.catalogue.refresh.Apply.Applied;
import dev.aicortex.catalogue.refresh.Apply.NotAppliedException;
import dev.aicortex.catalogue.refresh.JsonLines;
import dev.aicortex.catalogue.refresh.Resolution;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code aicortex apply}. */
@Command(
        name = "apply",
        description = "Refresh, step 4: makes the result the catalogue, all at once.",
        footer = CatalogueOptions.PIPELINE)
final class ApplyCommand implements Callable<Integer> {
    @Mixin private final CatalogueOptions options = new CatalogueOptions();
    @Mixin private final ApplyOptions how = new ApplyOptions();
    private final InputStream in;

    ApplyCommand() {
        this(System.in);
    }

    ApplyCommand(InputStream in) {
        this.in = in;
    }

    @Override
    public Integer call() {
        Resolution resolution = JsonLines.resolution(options.lines(in, "resolve"));
        Clock clock = Clock.systemUTC();
        Apply apply = new Apply(options.volume(), new Disk(), how.options(options.config()), clock);
        try {
            AppliedLine.print(
                    how.dryRun() ? apply.dryRun(resolution) : apply(apply, resolution, clock),
                    options);
            return 0;
        } catch (NotAppliedException e) {
            throw new CommandException(String.valueOf(e.getMessage()));
        } catch (Lease.HeldException e) {
            throw CommandException.held(e);
        } catch (IOException e) {
            throw options.unusable(e);
        }
    }

    private Applied apply(Apply apply, Resolution resolution, Clock clock)
            throws IOException, NotAppliedException, Lease.HeldException {
        try (Lease lease = Lease.take(options.volume(), Lease.newHolder(), clock)) {
            return apply.run(resolution, lease);
        }
    }
}
