package dev.aicortex.catalogue.refresh;

import dev.aicortex.catalogue.ModelServer.Status;
import java.util.List;
import java.util.stream.Stream;

/** Records of the fetch made by hand. */
final class Fetches {
    static final String DAY = "2026-11-22";

    private Fetches() {}

    static FetchedServer up(String url, FetchedModel... models) {
        return new FetchedServer(url, Status.UP, "", DAY, List.of(models));
    }

    static FetchedServer holding(String url, String... names) {
        return new FetchedServer(
                url, Status.UP, "", DAY, Stream.of(names).map(Fetches::model).toList());
    }

    static FetchedServer down(String url) {
        return new FetchedServer(url, Status.DOWN, "connection refused", DAY, List.of());
    }

    static FetchedModel model(String name) {
        return model(name, "d-" + name.toLowerCase(java.util.Locale.ROOT));
    }

    static FetchedModel model(String name, String digest) {
        return new FetchedModel(
                name,
                digest,
                2_019_393_189L,
                "2026-11-22T15:03:15Z",
                "llama",
                "3.2B",
                "Q4_K_M",
                false,
                new FetchedModel.Shown(131_072, List.of("completion"), "llama3.2"));
    }
}
