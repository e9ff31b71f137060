package dev.aicortex.cli;

import dev.aicortex.catalogue.refresh.Apply;
import dev.aicortex.config.CortexConfig;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How the last step is done. */
final class ApplyOptions {
    @Option(names = "--dry-run", description = "Tells what would change and writes nothing.")
    private boolean dryRun;

    @Option(
            names = "--backup",
            description = "Keeps a copy of the replaced generation under backups/ for good.")
    private boolean backup;

    @Option(
            names = "--max-loss",
            paramLabel = "SHARE",
            description =
                    "The share of the models that may be lost, 0 to 1 (default:"
                            + " cortex.refresh.max-loss).")
    private @Nullable Double maxLoss;

    Apply.Options options(CortexConfig config) {
        return new Apply.Options(
                dryRun,
                backup,
                maxLoss != null ? maxLoss : config.refresh().maxLoss(),
                config.catalogue().keep());
    }

    boolean dryRun() {
        return dryRun;
    }
}
