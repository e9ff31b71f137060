package dev.aicortex.http;

import dev.aicortex.http.ollama.OllamaErrors;
import dev.aicortex.http.openai.OpenAiErrors;
import dev.aicortex.model.CortexException;
import jakarta.ws.rs.NotAllowedException;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Errors outside a relayed request, in the shape of the dialect that the path belongs to. */
public final class ErrorMappers {
    @ServerExceptionMapper
    public Response cortex(CortexException error, UriInfo uri) {
        String body = openAi(uri) ? OpenAiErrors.body(error) : OllamaErrors.body(error);
        return json(error.status(), body);
    }

    @ServerExceptionMapper
    public Response notFound(NotFoundException error, UriInfo uri) {
        return openAi(uri)
                ? json(404, OpenAiErrors.unknownPath(path(uri)))
                : text(404, "404 page not found");
    }

    @ServerExceptionMapper
    public Response notAllowed(NotAllowedException error, UriInfo uri) {
        Response answer =
                openAi(uri)
                        ? json(405, OpenAiErrors.methodNotAllowed(path(uri)))
                        : text(405, "405 method not allowed");
        String allowed = error.getResponse().getHeaderString(HttpHeaders.ALLOW);
        return allowed == null
                ? answer
                : Response.fromResponse(answer).header(HttpHeaders.ALLOW, allowed).build();
    }

    private static boolean openAi(UriInfo uri) {
        String path = path(uri);
        return path.startsWith("/v1/") || path.equals("/v1") || path.equals("/models");
    }

    private static String path(UriInfo uri) {
        return uri.getRequestUri().getPath();
    }

    private static Response json(int status, String body) {
        return Response.status(status).type(MediaType.APPLICATION_JSON_TYPE).entity(body).build();
    }

    private static Response text(int status, String body) {
        return Response.status(status).type(MediaType.TEXT_PLAIN_TYPE).entity(body).build();
    }
}
