package dev.aicortex.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aicortex.model.ServerUrl;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Asks a running AI Cortex; the only class of the commands that speaks HTTP. */
final class CortexClient {
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(30);

    /** A server may load its model before the first word; after it there is no limit. */
    private static final Duration CHAT_HEAD_LIMIT = Duration.ofMinutes(5);

    /** A list of ten thousand models has some millions of bytes. */
    private static final long LONGEST_ANSWER = 64 << 20;

    private static final int ERROR_BODY_LIMIT = 1 << 16;

    private final ServerUrl url;
    private final HttpClient http =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(CONNECT_LIMIT)
                    .build();

    CortexClient(ServerUrl url) {
        this.url = url;
    }

    ServerUrl url() {
        return url;
    }

    /** An answer of any status to {@code body}, a JSON text, or to a GET when there is none. */
    HttpResponse<String> ask(String path, @Nullable String body) {
        return await(request(path, body));
    }

    /** The text of an answer whose status is 200. */
    String read(String path, @Nullable String body) {
        return answered(ask(path, body), 200);
    }

    /** The text of an answer to a request that makes something. */
    String made(String path, String body) {
        return answered(ask(path, body), 201);
    }

    /** Has something deleted. */
    void delete(String path) {
        String _ = answered(await(request(path, null, "DELETE")), 204);
    }

    /** The text of an answer that has the status which says that it was done. */
    private String answered(HttpResponse<String> answer, int status) {
        if (answer.statusCode() != status) {
            throw refused(answer.statusCode(), answer.body());
        }
        return answer.body();
    }

    /** The document that is read, which has to hold the list {@code list}. */
    JsonNode read(String path, @Nullable String body, String list) {
        JsonNode document = Json.parse(read(path, body));
        if (!document.path(list).isArray()) {
            String asked = (body == null ? "GET " : "POST ") + path;
            throw foreign(asked + " with something else than was asked");
        }
        return document;
    }

    JsonNode get(String path, String list) {
        return read(path, null, list);
    }

    /** Sends the question and returns once the head of its answer is there. */
    ChatAnswer chat(JsonNode question) {
        HttpResponse<InputStream> answer =
                await(
                        request("/v1/chat/completions", Json.line(question)),
                        BodyHandlers.ofInputStream(),
                        CHAT_HEAD_LIMIT);
        if (answer.statusCode() != 200) {
            throw refused(answer.statusCode(), errorBody(answer));
        }
        return new ChatAnswer(
                question.path("model").asText(),
                answer.headers().firstValue("X-Cortex-Server"),
                answer.body());
    }

    /**
     * The stream of what happens in the fleet.
     *
     * @param last the id of the last event that is known; empty for none
     */
    InputStream events(String last) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(request("/admin/events", null), (_, _) -> true);
        if (!last.isEmpty()) {
            request.setHeader("Last-Event-ID", last);
        }
        HttpResponse<InputStream> answer =
                await(request.build(), BodyHandlers.ofInputStream(), ANSWER_LIMIT);
        if (answer.statusCode() != 200) {
            throw refused(answer.statusCode(), errorBody(answer));
        }
        return answer.body();
    }

    private static String errorBody(HttpResponse<InputStream> answer) {
        try (InputStream body = answer.body()) {
            return new String(body.readNBytes(ERROR_BODY_LIMIT), StandardCharsets.UTF_8);
        } catch (IOException _) {
            return ""; // the status alone tells enough
        }
    }

    /** A text as a part of a path or of a query. */
    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** The answer to a change, whose status is 200. */
    JsonNode change(String method, String path, String body) {
        HttpRequest request =
                HttpRequest.newBuilder(request(path, body), (_, _) -> true)
                        .method(method, BodyPublishers.ofString(body))
                        .build();
        return Json.parse(answered(await(request), 200));
    }

    private HttpRequest request(String path, @Nullable String body) {
        return request(path, body, body == null ? "GET" : "POST");
    }

    private HttpRequest request(String path, @Nullable String body, String method) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(path));
        url.authorization().ifPresent(value -> request.header("Authorization", value));
        if (body != null) {
            request.header("Content-Type", "application/json");
        }
        return request.method(
                        method,
                        body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                .build();
    }

    /** A name that no URI may have, {@code ai_cortex}, is looked up here. */
    private URI uri(String path) {
        URI uri = URI.create(url + path);
        if (uri.getHost() != null && url.host().equals(url.name())) {
            return uri;
        }
        try {
            var address = new InetSocketAddress(InetAddress.getByName(url.host()), url.port());
            String numbers = address.toString().replaceFirst("^.*/", "");
            return new URI(uri.getScheme() + "://" + numbers + url.pathPrefix() + path);
        } catch (UnknownHostException e) {
            throw unanswered(e);
        } catch (URISyntaxException e) {
            throw new CommandException("no connection to " + url + ": name it in another way");
        }
    }

    private HttpResponse<String> await(HttpRequest request) {
        BodyHandler<String> text = BodyHandlers.limiting(BodyHandlers.ofString(), LONGEST_ANSWER);
        return await(request, text, ANSWER_LIMIT);
    }

    /** Not the request's own time-out: from JDK 26 on it would also limit a stream's body. */
    private <T> HttpResponse<T> await(HttpRequest request, BodyHandler<T> body, Duration limit) {
        CompletableFuture<HttpResponse<T>> answer = http.sendAsync(request, body);
        try {
            return answer.get(limit.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw unanswered(e.getCause());
        } catch (TimeoutException _) {
            answer.cancel(true);
            throw new CommandException(
                    "%s did not answer within %d s; 'aicortex servers' tells how its servers are"
                            .formatted(url, limit.toSeconds()));
        } catch (InterruptedException _) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw new CommandException("interrupted while waiting for " + url);
        }
    }

    /** No answer came, or only a part of its head. */
    private CommandException unanswered(@Nullable Throwable cause) {
        String reason =
                switch (cause) {
                    case HttpConnectTimeoutException _ -> "no connection in time";
                    case ConnectException e
                            when e.getCause() instanceof UnresolvedAddressException ->
                            "unknown host";
                    case ConnectException e when e.getMessage() == null -> "connection refused";
                    case null -> "no reason given";
                    default -> described(cause);
                };
        return new CommandException(
                "nothing answers on %s (%s); start it with 'aicortex serve' or name it with --url"
                        .formatted(url, reason));
    }

    static String described(Throwable cause) {
        String message = cause.getMessage();
        return message == null ? cause.getClass().getSimpleName() : message;
    }

    /** An answer with an error status; its own words when it has some. */
    CommandException refused(int status, String body) {
        String hint = status == 401 ? "; give this command yours with --key or $CORTEX_KEY" : "";
        return Json.errorText(body)
                .map(text -> "%s (%d from %s)%s".formatted(text, status, url, hint))
                .map(CommandException::new)
                .orElseGet(() -> foreign("with status " + status));
    }

    /** An answer that AI Cortex would not give. */
    private CommandException foreign(String answered) {
        return new CommandException(
                "%s answered %s: is it AI Cortex? Name another with --url"
                        .formatted(url, answered));
    }
}
