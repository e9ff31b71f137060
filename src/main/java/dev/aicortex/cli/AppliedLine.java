package dev.aicortex.cli;

import dev.aicortex.catalogue.refresh.Apply.Applied;

/**
 * The last line of {@code apply}, after a line for each change.
 *
 * @param generation the one that counts now
 * @param applied whether it is a new one
 */
record AppliedLine(String generation, boolean applied, long added, long changed, long removed) {
    static AppliedLine of(Applied applied) {
        return new AppliedLine(
                applied.generation(),
                applied.written(),
                applied.added(),
                applied.changed(),
                applied.removed());
    }

    static void print(Applied applied, CatalogueOptions options) {
        applied.changes().forEach(options::print);
        options.print(of(applied));
    }
}
