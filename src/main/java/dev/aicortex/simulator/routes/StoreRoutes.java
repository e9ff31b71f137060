package dev.aicortex.simulator.routes;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aicortex.model.Sha256;
import dev.aicortex.simulator.SimulatedModel;
import dev.aicortex.simulator.engine.Shelf;
import dev.aicortex.simulator.exchange.Dialect;
import dev.aicortex.simulator.exchange.Exchange;
import dev.aicortex.simulator.exchange.Exchange.End;
import dev.aicortex.simulator.exchange.Fields;
import dev.aicortex.simulator.exchange.GoJson;
import dev.aicortex.simulator.exchange.Rejected;
import dev.aicortex.simulator.exchange.Router;
import dev.aicortex.simulator.exchange.Streaming;
import dev.aicortex.simulator.exchange.Template;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What changes the models that a server holds: pull, push, copy, create, delete, and the blobs they
 * are made of. Every name without a registry's host can be pulled, except those that begin with
 * {@code nope}; no other registry can be reached.
 */
final class StoreRoutes {
    private static final Template STATUS = Template.of("{'status':#}");
    private static final Template PROGRESS =
            Template.of("{'status':'pulling @','digest':'sha256:@','total':@,'completed':@}");
    private static final Pattern HOSTED = Pattern.compile("([^/]*[.:][^/]*)/(.+):([^/:]+)");
    private static final int STEPS = 4;

    private final Shelf shelf;
    private final Set<String> blobs = new HashSet<>();

    StoreRoutes(Shelf shelf) {
        this.shelf = shelf;
    }

    void addTo(Router router) {
        router.on(HttpMethod.POST, Dialect.OLLAMA, "/api/pull", this::pull);
        router.on(HttpMethod.POST, Dialect.OLLAMA, "/api/push", this::push);
        router.on(HttpMethod.POST, Dialect.OLLAMA, "/api/copy", this::copy);
        router.on(HttpMethod.POST, Dialect.OLLAMA, "/api/create", this::create);
        router.on(HttpMethod.DELETE, Dialect.OLLAMA, "/api/delete", this::delete);
        router.on(HttpMethod.HEAD, Dialect.OLLAMA, "/api/blobs/*", this::headBlob);
        router.on(HttpMethod.POST, Dialect.OLLAMA, "/api/blobs/*", this::putBlob);
    }

    private static Buffer status(String text) {
        return STATUS.fill(text);
    }

    /** Sends progress line by line, or its end alone when the client does not want a stream. */
    private static void progress(Exchange x, Fields body, List<Buffer> lines) {
        if (body.flag("stream", true)) {
            Streaming.lines(x, lines);
        } else {
            x.json(lines.getLast());
        }
    }

    /** The model's name; {@code ollama} says it in the second of these fields, the first empty. */
    static String name(Fields body) {
        String model = body.text("model");
        return model.isEmpty() ? body.text("name") : model;
    }

    private void pull(Exchange x) {
        Fields body = x.fields();
        String name = Shelf.tagged(name(body));
        refusal(name, body.flag("insecure", false))
                .ifPresentOrElse(
                        why -> fail(x, body, why),
                        () -> succeed(x, body, SimulatedModel.named(name)));
    }

    private static void fail(Exchange x, Fields body, String why) {
        if (body.flag("stream", true)) {
            Buffer error = Dialect.OLLAMA.error(500, why);
            progress(x, body, List.of(status("pulling manifest"), error));
        } else {
            throw Rejected.because(500, why);
        }
    }

    private void succeed(Exchange x, Fields body, SimulatedModel model) {
        putAtEnd(x, () -> model);
        List<Buffer> lines = new ArrayList<>();
        lines.add(status("pulling manifest"));
        for (int step = 0; step <= STEPS; step++) {
            lines.add(progress(model, step));
        }
        lines.add(status("verifying sha256 digest"));
        lines.add(status("writing manifest"));
        lines.add(status("success"));
        progress(x, body, lines);
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

    private void copy(Exchange x) {
        Fields body = x.fields();
        String source = body.text("source");
        SimulatedModel model =
                shelf.find(source).orElseThrow(() -> Rejected.because(404, notFound(source)));
        shelf.put(model.withName(Shelf.tagged(body.text("destination"))));
        x.empty(200);
    }

    private void delete(Exchange x) {
        Fields body = x.fields();
        body.expectText("model", "DeleteRequest");
        body.expectText("name", "DeleteRequest");
        shelf.remove(shelf.required(name(body)));
        x.empty(200);
    }

    private void push(Exchange x) {
        Fields body = x.fields();
        String name = name(body);
        List<Buffer> lines = new ArrayList<>(List.of(status("retrieving manifest")));
        if (shelf.find(name).isEmpty()) {
            lines.add(Dialect.OLLAMA.error(404, notFound(name)));
        } else {
            lines.add(status("pushing manifest"));
            lines.add(status("success"));
        }
        progress(x, body, lines);
    }

    private static String notFound(String model) {
        return "model " + GoJson.quote(model) + " not found";
    }

    private void create(Exchange x) {
        int refused = shelf.createStatus();
        if (refused > 0) {
            throw Rejected.because(refused, "creating models is not allowed here");
        }
        Fields body = x.fields();
        if (body.has("files")) {
            createFromFiles(x, body);
        } else {
            createFromModel(x, body);
        }
    }

    private void createFromFiles(Exchange x, Fields body) {
        String name = Shelf.tagged(name(body));
        for (JsonNode digest : body.get("files")) {
            if (!blobs.contains(digest.asText())) {
                String file = "/models/blobs/" + digest.asText().replace(':', '-');
                String why = "open " + file + ": no such file or directory";
                progress(x, body, List.of(Dialect.OLLAMA.error(500, why)));
                return;
            }
        }
        putAtEnd(x, () -> SimulatedModel.named(name));
        progress(
                x,
                body,
                List.of(status("parsing GGUF"), status("writing manifest"), status("success")));
    }

    private void createFromModel(Exchange x, Fields body) {
        String name = Shelf.tagged(name(body));
        SimulatedModel from = shelf.required(body.text("from"));
        int numCtx = body.object("parameters").number("num_ctx", 0);
        String manifest = name + from.digest() + body.text("system") + numCtx;
        putAtEnd(x, () -> from.withName(name).derived(Sha256.of(manifest), numCtx));
        progress(
                x,
                body,
                List.of(
                        existing(from, "weights"),
                        existing(from, "template"),
                        status("creating new layer sha256:" + Sha256.of(body.text("system"))),
                        existing(from, "parameters"),
                        status("writing manifest"),
                        status("success")));
    }

    private static Buffer existing(SimulatedModel model, String part) {
        return status("using existing layer sha256:" + Sha256.of(model.name() + " " + part));
    }

    /** The server holds the model once its client has been told so. */
    private void putAtEnd(Exchange x, Supplier<SimulatedModel> model) {
        x.whenOver(end -> {
            if (end == End.ANSWERED) {
                shelf.put(model.get());
            }
        });
    }

    private void headBlob(Exchange x) {
        String digest = x.lastSegment();
        if (!blobs.contains(digest)) {
            throw Rejected.because(404, "blob " + GoJson.quote(digest) + " not found");
        }
        x.empty(200);
    }

    private void putBlob(Exchange x) {
        String expected = x.lastSegment();
        String actual = "sha256:" + Sha256.of(x.body().getBytes());
        if (!expected.equals(actual)) {
            throw Rejected.because(
                    400,
                    "digest mismatch, expected "
                            + GoJson.quote(expected)
                            + ", got "
                            + GoJson.quote(actual));
        }
        blobs.add(expected);
        x.empty(201);
    }
}
