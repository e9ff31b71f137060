package dev.aicortex.benchmarks;

import dev.aicortex.catalogue.Disk;
import dev.aicortex.catalogue.Facts;
import dev.aicortex.catalogue.Family;
import dev.aicortex.catalogue.Generations;
import dev.aicortex.catalogue.Model;
import dev.aicortex.catalogue.ModelServer;
import dev.aicortex.catalogue.ModelServer.Status;
import dev.aicortex.catalogue.Volume;
import dev.aicortex.model.Sha256;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A catalogue of any size with every field that a refresh fills, always the same; as a program it
 * writes one: {@code LargeCatalogue DIR FAMILIES MODELS SERVERS}.
 */
final class LargeCatalogue {
    private static final int FLEET = 1_000;

    private LargeCatalogue() {}

    public static void main(String[] args) throws IOException {
        int[] sizes = List.of(args).subList(1, 4).stream().mapToInt(Integer::parseInt).toArray();
        Volume volume = new Volume(Path.of(args[0]));
        new Generations(volume, new Disk())
                .publish(families(sizes[0], sizes[1], sizes[2]), volume.read());
    }

    /** So many families of so many models, each on so many of a thousand servers. */
    static List<Family> families(int families, int models, int servers) {
        return IntStream.range(0, families)
                .mapToObj(number -> family("family%04d".formatted(number), models, servers))
                .toList();
    }

    /** Every tenth has the tag that clients leave out. */
    private static String name(String family, int number) {
        String tag = number % 10 == 0 ? "latest" : number % 70 + 1 + "b-instruct";
        return "%s-%d:%s".formatted(family, number, tag);
    }

    private static Family family(String name, int models, int servers) {
        List<Model> all =
                IntStream.range(0, models)
                        .mapToObj(number -> model(name, number, servers))
                        .toList();
        return new Family(name, all, Map.of());
    }

    private static Model model(String family, int number, int servers) {
        String name = name(family, number);
        String digest = Sha256.of(name);
        int first = Math.floorMod(digest.hashCode(), FLEET);
        Facts facts =
                new Facts(
                        number % 70 + ".0 GB",
                        number % 70 * 1_000_000_000L + 1,
                        number % 70 + 1 + "B",
                        "Q4_K_M",
                        131_072,
                        digest,
                        List.of("completion", "tools"),
                        "Apache License 2.0",
                        "2026-11-22T08:00:00Z");
        return new Model(
                name,
                family,
                facts,
                "Number %d of %s: good at being one of many.".formatted(number, family),
                List.of("chat", "fast"),
                IntStream.range(first, first + servers)
                        .mapToObj(server -> server(server % FLEET, digest))
                        .sorted(Comparator.comparing(ModelServer::url))
                        .toList(),
                Map.of());
    }

    private static ModelServer server(int number, String digest) {
        String url = "http://gpu-%04d.example:11434".formatted(number);
        return new ModelServer(url, Status.UP, digest, "2026-11-22", Map.of());
    }
}
