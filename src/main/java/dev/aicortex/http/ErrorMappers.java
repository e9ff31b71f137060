package dev.aicortex.http;

import dev.aicortex.dialect.Dialect;
import dev.aicortex.model.CortexException;
import dev.aicortex.model.ServerException;
import dev.aicortex.model.ValidationException;
import dev.aicortex.store.StoreException;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.NotAcceptableException;
import jakarta.ws.rs.NotAllowedException;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.NotSupportedException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;
import org.jboss.resteasy.reactive.server.core.CurrentRequestManager;
import org.jboss.resteasy.reactive.server.core.ResteasyReactiveRequestContext;
import org.jboss.resteasy.reactive.server.handlers.ClassRoutingHandler;
import org.jboss.resteasy.reactive.server.mapping.RequestMapper;

/** Errors outside a relayed request, in the shape of the dialect that the path belongs to. */
public final class ErrorMappers {
    private static final int DATABASE_SECONDS = 5;

    @ServerExceptionMapper
    public Response cortex(CortexException error, HttpServerRequest request) {
        return answer(error, dialect(request), request).build();
    }

    /** The database is away for somebody who asks for what is in it. */
    @ServerExceptionMapper
    public Response away(StoreException error, HttpServerRequest request) {
        String problem = String.valueOf(error.getMessage());
        return cortex(ServerException.unavailable(problem, DATABASE_SECONDS), request);
    }

    private static Response.ResponseBuilder answer(
            CortexException error, Dialect dialect, HttpServerRequest request) {
        String id = Objects.toString(request.response().headers().get(Entrance.REQUEST_ID), "");
        Response.ResponseBuilder answer =
                Response.status(error.status())
                        .type(MediaType.APPLICATION_JSON_TYPE)
                        .entity(dialect.error(error, id));
        error.retryAfter().ifPresent(seconds -> answer.header(HttpHeaders.RETRY_AFTER, seconds));
        return answer;
    }

    private static Dialect dialect(HttpServerRequest request) {
        return Dialect.of(String.valueOf(request.path()), Entrance.anthropic(request));
    }

    @ServerExceptionMapper
    public Response notFound(NotFoundException error, HttpServerRequest request) {
        Dialect ofPath = dialect(request);
        // no route tells whose client it is; the header does
        boolean header = ofPath == Dialect.OPENAI && Entrance.anthropic(request);
        String problem = "unknown path " + request.path() + "; the routes are in README.md";
        return refuse(
                        ValidationException.ofServer(404, "unknown_path", problem),
                        "404 page not found",
                        header ? Dialect.ANTHROPIC : ofPath,
                        request)
                .build();
    }

    /** One that cannot be read: every media type is taken. */
    @ServerExceptionMapper
    public Response notSupported(NotSupportedException error, HttpServerRequest request) {
        String text = "the header Content-Type is no media type; write application/json";
        return cortex(ValidationException.ofServer(415, "unsupported_media_type", text), request);
    }

    @ServerExceptionMapper
    public Response notAcceptable(NotAcceptableException error, HttpServerRequest request) {
        String text =
                "this route has nothing of the form that the header Accept asks for; leave it out";
        return cortex(ValidationException.ofServer(406, "not_acceptable", text), request);
    }

    @ServerExceptionMapper
    public Response notAllowed(NotAllowedException error, HttpServerRequest request) {
        String problem = request.path() + " does not take this method; the routes are in README.md";
        CortexException refusal = ValidationException.ofServer(405, "method_not_allowed", problem);
        return refuse(refusal, "405 method not allowed", dialect(request), request)
                .header(HttpHeaders.ALLOW, methods(CurrentRequestManager.get()))
                .build();
    }

    /**
     * @param plain what a server itself answers, in Ollama's dialect
     */
    private static Response.ResponseBuilder refuse(
            CortexException error, String plain, Dialect dialect, HttpServerRequest request) {
        return dialect == Dialect.OLLAMA
                ? Response.status(error.status()).type(MediaType.TEXT_PLAIN_TYPE).entity(plain)
                : answer(error, dialect, request);
    }

    /** Those that the path of a request takes, which quarkus-rest knows and does not tell. */
    private static String methods(ResteasyReactiveRequestContext request) {
        Set<String> methods = new TreeSet<>(List.of("OPTIONS"));
        for (var resource : request.getDeployment().getClassMappers()) {
            var match =
                    new RequestMapper<>(new ArrayList<>(List.of(resource)))
                            .map(request.getPathWithoutPrefix());
            if (match == null) {
                continue;
            }
            String path = match.remaining.isEmpty() ? "/" : match.remaining;
            for (var handler : match.value.handlers) {
                if (handler instanceof ClassRoutingHandler routes) {
                    routes.getMappers()
                            .forEach((method, mapper) -> {
                                if (method != null && mapper.map(path) != null) {
                                    methods.add(method);
                                }
                            });
                }
            }
        }
        if (methods.contains("GET")) {
            methods.add("HEAD");
        }
        return String.join(", ", methods);
    }
}
