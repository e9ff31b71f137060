package dev.aicortex.http;

import dev.aicortex.http.anthropic.AnthropicErrors;
import dev.aicortex.http.openai.OpenAiErrors;
import dev.aicortex.model.CortexException;
import dev.aicortex.model.Dialect;
import dev.aicortex.model.ServerException;
import dev.aicortex.model.ValidationException;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.NotAcceptableException;
import jakarta.ws.rs.NotAllowedException;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.NotSupportedException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;
import org.jboss.resteasy.reactive.server.core.CurrentRequestManager;

/** Errors outside a relayed request, in the shape of the dialect that the path belongs to. */
public final class ErrorMappers {
    @ServerExceptionMapper
    public Response cortex(CortexException error, HttpServerRequest request) {
        String body = Envelopes.of(dialect(request)).body(error, id(request));
        Response answer = json(error.status(), body);
        return error instanceof ServerException unavailable && unavailable.retryAfter().isPresent()
                ? Response.fromResponse(answer)
                        .header(HttpHeaders.RETRY_AFTER, unavailable.retryAfter().getAsInt())
                        .build()
                : answer;
    }

    @ServerExceptionMapper
    public Response notFound(NotFoundException error, HttpServerRequest request) {
        return switch (dialectOfUnknown(request)) {
            case OLLAMA -> text(404, "404 page not found");
            case OPENAI -> json(404, OpenAiErrors.unknownPath(path(request)));
            case ANTHROPIC -> json(404, AnthropicErrors.unknownPath(path(request), id(request)));
        };
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
        Response answer =
                switch (dialect(request)) {
                    case OLLAMA -> text(405, "405 method not allowed");
                    case OPENAI -> json(405, OpenAiErrors.methodNotAllowed(path(request)));
                    case ANTHROPIC ->
                            json(405, AnthropicErrors.methodNotAllowed(path(request), id(request)));
                };
        return Response.fromResponse(answer)
                .header(HttpHeaders.ALLOW, AllowedMethods.of(CurrentRequestManager.get()))
                .build();
    }

    private static Dialect dialect(HttpServerRequest request) {
        return Envelopes.dialect(path(request), anthropic(request));
    }

    /** No route tells whose client it is; the header does. */
    private static Dialect dialectOfUnknown(HttpServerRequest request) {
        Dialect dialect = dialect(request);
        return dialect == Dialect.OPENAI && anthropic(request) ? Dialect.ANTHROPIC : dialect;
    }

    private static boolean anthropic(HttpServerRequest request) {
        return request.headers().contains("anthropic-version");
    }

    private static String id(HttpServerRequest request) {
        String id = request.response().headers().get("x-request-id");
        return id == null ? "" : id;
    }

    private static String path(HttpServerRequest request) {
        return String.valueOf(request.path());
    }

    private static Response json(int status, String body) {
        return Response.status(status).type(MediaType.APPLICATION_JSON_TYPE).entity(body).build();
    }

    private static Response text(int status, String body) {
        return Response.status(status).type(MediaType.TEXT_PLAIN_TYPE).entity(body).build();
    }
}
