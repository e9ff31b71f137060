package dev.aicortex.benchmarks;

import dev.aicortex.catalogue.Catalogue;
import dev.aicortex.catalogue.Shipped;
import dev.aicortex.catalogue.Volume;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Loads the catalogue of a volume once, in a process that has done nothing before, and prints
 * {@code models milliseconds live-MB resident-MB}: live is what a full collection leaves of the
 * heap, resident the most memory that the process has had from the system until it was loaded.
 */
final class CatalogueLoad {
    private static final long MEGABYTE = 1_000_000;

    private CatalogueLoad() {}

    public static void main(String[] args) throws IOException {
        long started = System.nanoTime();
        Volume.Content content = new Volume(Path.of(args[0])).read();
        Catalogue catalogue =
                Catalogue.of(content.generation(), Shipped.families(), content.families());
        long milliseconds = (System.nanoTime() - started) / 1_000_000;
        if (!content.malformed().isEmpty()) {
            throw new IllegalStateException(content.malformed().toString());
        }
        long resident = peakResident();
        System.gc();
        Runtime memory = Runtime.getRuntime();
        long live = memory.totalMemory() - memory.freeMemory();
        System.out.printf(
                "%d %d %d %d%n",
                catalogue.size(), milliseconds, live / MEGABYTE, resident / MEGABYTE);
    }

    private static long peakResident() throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
            List<String> peak = lines.filter(line -> line.startsWith("VmHWM:")).toList();
            return Long.parseLong(peak.getFirst().replaceAll("\\D", "")) * 1024;
        }
    }
}
