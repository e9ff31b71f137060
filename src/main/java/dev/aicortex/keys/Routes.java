package dev.aicortex.keys;

import dev.aicortex.dialect.Endpoint;
import dev.aicortex.model.Glob;
import dev.aicortex.model.NearestNames;
import dev.aicortex.model.ValidationException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The words for kinds of routes, and the paths that each stands for. */
final class Routes {
    private static final Map<String, List<String>> PATHS = new TreeMap<>(words());

    private Routes() {}

    private static Map<String, List<String>> words() {
        return Map.of(
                "chat", Stream.concat(chats(), Stream.of("/v1/messages/count_tokens")).toList(),
                "embeddings", paths(Endpoint.EMBED, Endpoint.EMBEDDING, Endpoint.EMBEDDINGS),
                "images", paths(Endpoint.IMAGES),
                "audio", paths(Endpoint.TRANSCRIPTIONS),
                "models",
                        List.of(
                                Endpoint.SHOW.path(),
                                "/api/tags",
                                "/api/ps",
                                "/models",
                                "/v1/models",
                                "/v1/models/*",
                                "/catalogue/*"),
                "manage",
                        List.of(
                                "/api/pull",
                                "/api/push",
                                "/api/create",
                                "/api/copy",
                                "/api/delete",
                                "/api/blobs/*"),
                "usage", List.of("/v1/usage"));
    }

    private static Stream<String> chats() {
        return Stream.of(Endpoint.values()).filter(Endpoint::generates).map(Endpoint::path);
    }

    private static List<String> paths(Endpoint... endpoints) {
        return Stream.of(endpoints).map(Endpoint::path).toList();
    }

    /**
     * What matches the paths that are meant.
     *
     * @param routes words, or patterns of paths, which begin with a slash
     * @throws ValidationException for what is neither
     */
    static Pattern of(List<String> routes) {
        return Glob.anyOf(routes.stream().flatMap(Routes::paths).toList());
    }

    private static Stream<String> paths(String route) {
        List<String> paths = PATHS.get(route);
        if (paths != null) {
            return paths.stream();
        }
        if (route.startsWith("/")) {
            return Stream.of(route);
        }
        List<String> near = NearestNames.of(route, PATHS.keySet(), 1);
        throw ValidationException.of(
                "routes",
                route,
                "is no kind of route",
                (near.isEmpty() ? "" : "did you mean " + near.getFirst() + "? ")
                        + "use "
                        + String.join(", ", PATHS.keySet())
                        + ", or a path such as /v1/*");
    }
}
