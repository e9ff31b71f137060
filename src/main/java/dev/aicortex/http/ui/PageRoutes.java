package dev.aicortex.http.ui;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.http.Entrance;
import dev.aicortex.model.ValidationException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The routes under {@code /ui}, and {@code /} for a browser. */
@Singleton
final class PageRoutes {
    static final String ROOT = "/ui/";

    /** In front of quarkus-rest, behind inference, which is not to pass it. */
    private static final int BEHIND_INFERENCE = 1;

    private static final String SESSION = ROOT + "session";

    private final boolean wanted;
    private final PageFiles files = new PageFiles();
    private final PageCalls calls;
    private final Session session;

    PageRoutes(CortexConfig config, PageCalls calls, Session session) {
        this.wanted = config.ui();
        this.calls = calls;
        this.session = session;
    }

    /** There is none in an application that puts the other routes elsewhere. */
    void register(
            @Observes Router router,
            @ConfigProperty(name = "quarkus.rest.path", defaultValue = "/") String root) {
        if (wanted && root.equals("/")) {
            router.route("/ui/*").order(BEHIND_INFERENCE).handler(this::serve);
            router.route("/")
                    .method(HttpMethod.GET)
                    .order(BEHIND_INFERENCE)
                    .handler(PageRoutes::welcome);
        }
    }

    /** Leads a browser to the page; anybody else asks whether an Ollama server is there. */
    private static void welcome(RoutingContext context) {
        if (Listed.names(context.request().getHeader(HttpHeaders.ACCEPT), "text/html")) {
            context.response().headers().add(HttpHeaders.VARY, HttpHeaders.ACCEPT);
            lead(context);
        } else {
            context.next();
        }
    }

    private static void lead(RoutingContext context) {
        context.response().setStatusCode(302).putHeader(HttpHeaders.LOCATION, ROOT).end();
    }

    private void serve(RoutingContext context) {
        String path = context.normalizedPath();
        if (path.startsWith(PageCalls.ROOT)) {
            calls.pass(context);
        } else if (path.equals(SESSION)) {
            session.serve(context);
        } else if (!reads(context)) {
            context.response().putHeader(HttpHeaders.ALLOW, "GET, HEAD");
            Entrance.refuse(
                    context,
                    ValidationException.ofServer(
                            405, "method_not_allowed", "the page's files can be read, no more"));
        } else if (path.startsWith(ROOT)) {
            files.serve(context, path.substring(ROOT.length()));
        } else {
            lead(context);
        }
    }

    static boolean reads(RoutingContext context) {
        HttpMethod method = context.request().method();
        return method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD);
    }
}
