package dev.aicortex.cli;

import dev.aicortex.catalogue.refresh.Apply;
import dev.aicortex.config.CortexConfig;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** How the last step is done. */
final class ApplyOptions {
    @Option(names = "--dry-run", description = "Tells what would change and writes nothing at all.")
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
                    "The share of the models that may lose their last server, 0 to 1; above it"
                            + " nothing is applied (default: cortex.refresh.max-loss, which is 0.5"
                            + " unless set).")
    private @Nullable Double maxLoss;

    /** A number from 0 to 1. */
    static final class Share implements ITypeConverter<Double> {
        @Override
        public Double convert(String text) {
            double share = number(text);
            if (share >= 0 && share <= 1) {
                return share;
            }
            throw new TypeConversionException(
                    "'%s' is no share; write a number from 0 to 1, as in 0.25".formatted(text));
        }

        private static double number(String text) {
            try {
                return Double.parseDouble(text);
            } catch (NumberFormatException _) {
                return Double.NaN;
            }
        }
    }

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
