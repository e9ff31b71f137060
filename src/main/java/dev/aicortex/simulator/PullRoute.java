package dev.aicortex.simulator;

import dev.aicortex.model.Sha256;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code /api/pull}. Every name without a registry's host can be pulled, except those that begin
 * with {@code nope}; no other registry can be reached.
 */
final class PullRoute {
    private static final Template PROGRESS =
            Template.of("{'status':'pulling @','digest':'sha256:@','total':@,'completed':@}");
    private static final Pattern HOSTED = Pattern.compile("([^/]*[.:][^/]*)/(.+):([^/:]+)");
    private static final int STEPS = 4;

    private final Shelf shelf;

    private PullRoute(Shelf shelf) {
        this.shelf = shelf;
    }

    static void addTo(Router router, Engine engine) {
        PullRoute route = new PullRoute(engine.shelf());
        router.on(HttpMethod.POST, "/api/pull", Route.plain(Dialect.OLLAMA, route::pull));
    }

    private void pull(Exchange x) {
        Fields body = x.fields();
        String name = Shelf.tagged(StoreRoutes.name(body));
        refusal(name, body.flag("insecure", false))
                .ifPresentOrElse(
                        why -> fail(x, body, why),
                        () -> succeed(x, body, SimulatedModel.named(name)));
    }

    private static void fail(Exchange x, Fields body, String why) {
        if (body.flag("stream", true)) {
            Buffer error = Dialect.OLLAMA.error(500, why);
            StoreRoutes.progress(x, body, List.of(StoreRoutes.status("pulling manifest"), error));
        } else {
            throw Rejected.because(500, why);
        }
    }

    private void succeed(Exchange x, Fields body, SimulatedModel model) {
        x.whenOver(end -> {
            if (end == End.ANSWERED) {
                shelf.put(model);
            }
        });
        List<Buffer> lines = new ArrayList<>();
        lines.add(StoreRoutes.status("pulling manifest"));
        for (int step = 0; step <= STEPS; step++) {
            lines.add(progress(model, step));
        }
        lines.add(StoreRoutes.status("verifying sha256 digest"));
        lines.add(StoreRoutes.status("writing manifest"));
        lines.add(StoreRoutes.status("success"));
        StoreRoutes.progress(x, body, lines);
    }

    private static Buffer progress(SimulatedModel model, int step) {
        String layer = Sha256.of(model.name() + " weights");
        return PROGRESS.fill(
                layer.substring(0, 12), layer, model.size(), model.size() * step / STEPS);
    }

    private static Optional<String> refusal(String name, boolean insecure) {
        Matcher hosted = HOSTED.matcher(name);
        if (hosted.matches()) {
            return Optional.of(
                    "pull model manifest: " + unreachable(hosted, insecure ? "http" : "https"));
        }
        return name.startsWith("nope")
                ? Optional.of("pull model manifest: file does not exist")
                : Optional.empty();
    }

    private static String unreachable(Matcher name, String scheme) {
        String host = name.group(1);
        String url = scheme + "://" + host + "/v2/" + name.group(2) + "/manifests/" + name.group(3);
        String reason =
                host.startsWith("localhost:")
                        ? "dial tcp 127.0.0.1:"
                                + host.substring("localhost:".length())
                                + ": connect: connection refused"
                        : "dial tcp: lookup " + host.replaceFirst(":.*$", "") + ": no such host";
        return "Get " + GoJson.quote(url) + ": " + reason;
    }
}
