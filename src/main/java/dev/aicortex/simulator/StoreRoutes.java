package dev.aicortex.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aicortex.model.Sha256;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What changes the models that a server holds: copy, create, delete and the blobs they are made of.
 */
final class StoreRoutes {
    private static final Template STATUS = Template.of("{'status':@}");

    private final Shelf shelf;
    private final Set<String> blobs = new HashSet<>();

    private StoreRoutes(Shelf shelf) {
        this.shelf = shelf;
    }

    static void addTo(Router router, Engine engine) {
        StoreRoutes routes = new StoreRoutes(engine.shelf());
        router.on(HttpMethod.POST, "/api/copy", Route.plain(Dialect.OLLAMA, routes::copy));
        router.on(HttpMethod.POST, "/api/push", Route.plain(Dialect.OLLAMA, routes::push));
        router.on(HttpMethod.POST, "/api/create", Route.plain(Dialect.OLLAMA, routes::create));
        router.on(HttpMethod.DELETE, "/api/delete", Route.plain(Dialect.OLLAMA, routes::delete));
        router.on(HttpMethod.HEAD, "/api/blobs/*", Route.plain(Dialect.OLLAMA, routes::headBlob));
        router.on(HttpMethod.POST, "/api/blobs/*", Route.plain(Dialect.OLLAMA, routes::putBlob));
    }

    static Buffer status(String text) {
        return STATUS.fill(GoJson.quoted(text));
    }

    /** Sends progress line by line, or its end alone when the client does not want a stream. */
    static void progress(Exchange x, Fields body, List<Buffer> lines) {
        if (body.flag("stream", true)) {
            Streaming.begin(x, StreamKind.LINES, new LinesScript(lines));
        } else {
            x.json(lines.getLast());
        }
    }

    /** The model's name; older clients call it by the second of these fields. */
    static String name(Fields body) {
        return body.has("model") ? body.text("model") : body.text("name");
    }

    private void copy(Exchange x) {
        Fields body = x.fields();
        String source = body.text("source");
        SimulatedModel model =
                shelf.find(source)
                        .orElseThrow(() ->
                                Rejected.because(
                                        404, "model " + GoJson.quote(source) + " not found"));
        shelf.put(model.withName(Shelf.tagged(body.text("destination"))));
        x.empty(200);
    }

    private void delete(Exchange x) {
        Fields body = x.fields();
        GoTypes.expectText(body, "model", "DeleteRequest");
        GoTypes.expectText(body, "name", "DeleteRequest");
        shelf.remove(shelf.required(name(body)));
        x.empty(200);
    }

    private void push(Exchange x) {
        Fields body = x.fields();
        String name = name(body);
        List<Buffer> lines = new ArrayList<>(List.of(status("retrieving manifest")));
        if (shelf.find(name).isEmpty()) {
            lines.add(Dialect.OLLAMA.error(404, "model " + GoJson.quote(name) + " not found"));
        } else {
            lines.add(status("pushing manifest"));
            lines.add(status("success"));
        }
        progress(x, body, lines);
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
        x.whenOver(end -> {
            if (end == End.ANSWERED) {
                shelf.put(SimulatedModel.named(name));
            }
        });
        progress(
                x,
                body,
                List.of(status("parsing GGUF"), status("writing manifest"), status("success")));
    }

    private void createFromModel(Exchange x, Fields body) {
        String name = Shelf.tagged(name(body));
        SimulatedModel from = shelf.required(body.text("from"));
        x.whenOver(end -> {
            if (end == End.ANSWERED) {
                int numCtx = body.object("parameters").number("num_ctx", 0);
                String manifest = name + from.digest() + body.text("system") + numCtx;
                shelf.put(from.withName(name).derived(Sha256.of(manifest), numCtx));
            }
        });
        progress(
                x,
                body,
                List.of(
                        status(
                                "using existing layer sha256:"
                                        + Sha256.of(from.name() + " weights")),
                        status(
                                "using existing layer sha256:"
                                        + Sha256.of(from.name() + " template")),
                        status("creating new layer sha256:" + Sha256.of(body.text("system"))),
                        status(
                                "using existing layer sha256:"
                                        + Sha256.of(from.name() + " parameters")),
                        status("writing manifest"),
                        status("success")));
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
