package dev.aicortex.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aicortex.model.ServerUrl;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Asks a running AI Cortex; the only class of the commands that speaks HTTP. */
record CortexClient(ServerUrl url, HttpClient http) {
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(30);

    /** A server may load its model before the first word; after it there is no limit. */
    private static final Duration CHAT_HEAD_LIMIT = Duration.ofMinutes(5);

    /** A list of ten thousand models has some millions of bytes. */
    private static final long LONGEST_ANSWER = 64 << 20;

    private static final int ERROR_BODY_LIMIT = 1 << 16;

    static CortexClient of(ServerUrl url) {
        HttpClient http =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(CONNECT_LIMIT)
                        .build();
        return new CortexClient(url, http);
    }

    /** An answer of any status. */
    record Answer(int status, String body) {}

    Answer ask(String path) {
        HttpResponse<String> answer = await(request(path).build(), text(), ANSWER_LIMIT);
        return new Answer(answer.statusCode(), answer.body());
    }

    private static BodyHandler<String> text() {
        return BodyHandlers.limiting(BodyHandlers.ofString(), LONGEST_ANSWER);
    }

    /** A text as a part of a path or of a query. */
    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** The document at {@code path}, which has to hold the list {@code list}. */
    JsonNode get(String path, String list) {
        return document(ask(path), "GET " + path, list);
    }

    /** What is answered to {@code body}, a JSON text; it has to hold the list {@code list}. */
    JsonNode post(String path, String body, String list) {
        HttpRequest request =
                request(path)
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(body))
                        .build();
        HttpResponse<String> answer = await(request, text(), ANSWER_LIMIT);
        return document(new Answer(answer.statusCode(), answer.body()), "POST " + path, list);
    }

    /** Reads an answer to its end: to {@code body}, a JSON text, or to a GET when that is empty. */
    void expectWell(String path, String body) {
        HttpRequest.Builder request = request(path);
        if (!body.isEmpty()) {
            request.header("Content-Type", "application/json").POST(BodyPublishers.ofString(body));
        }
        HttpResponse<String> answer = await(request.build(), text(), ANSWER_LIMIT);
        expectWell(new Answer(answer.statusCode(), answer.body()));
    }

    private void expectWell(Answer answer) {
        if (answer.status() != 200) {
            throw CommandException.refused(url, answer.status(), answer.body());
        }
    }

    private JsonNode document(Answer answer, String asked, String list) {
        expectWell(answer);
        JsonNode document = Json.parse(answer.body());
        if (!document.path(list).isArray()) {
            throw CommandException.notUnderstood(url, asked);
        }
        return document;
    }

    /** Sends the question and returns once the head of its answer is there. */
    ChatAnswer chat(ChatBody chat) {
        HttpRequest request =
                request("/v1/chat/completions")
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(Json.line(chat.body())))
                        .build();
        HttpResponse<InputStream> answer =
                await(request, BodyHandlers.ofInputStream(), CHAT_HEAD_LIMIT);
        if (answer.statusCode() != 200) {
            throw CommandException.refused(url, answer.statusCode(), errorBody(answer));
        }
        return new ChatAnswer(
                answer.headers().firstValue("X-Cortex-Server"), new EventReader(answer.body()));
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(path));
        url.authorization().ifPresent(value -> request.header("Authorization", value));
        return request;
    }

    /** A name that no URI may have, {@code ai_cortex}, is looked up here. */
    private URI uri(String path) {
        URI uri = URI.create(url + path);
        if (uri.getHost() != null && url.host().equals(url.name())) {
            return uri;
        }
        try {
            InetAddress address = InetAddress.getByName(url.host());
            return new URI(
                    uri.getScheme()
                            + "://"
                            + new InetSocketAddress(address, url.port())
                                    .toString()
                                    .replaceFirst("^.*/", "")
                            + url.pathPrefix()
                            + path);
        } catch (UnknownHostException e) {
            throw CommandException.unanswered(url, e);
        } catch (URISyntaxException e) {
            throw new CommandException("no connection to " + url + ": name it in another way");
        }
    }

    /** Not the request's own time-out: from JDK 26 on it would also limit a stream's body. */
    private <T> HttpResponse<T> await(HttpRequest request, BodyHandler<T> body, Duration limit) {
        CompletableFuture<HttpResponse<T>> answer = http.sendAsync(request, body);
        try {
            return answer.get(limit.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw CommandException.unanswered(url, e.getCause());
        } catch (TimeoutException _) {
            answer.cancel(true);
            throw CommandException.late(url, limit);
        } catch (InterruptedException _) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw new CommandException("interrupted while waiting for " + url);
        }
    }

    private static String errorBody(HttpResponse<InputStream> answer) {
        try (InputStream body = answer.body()) {
            return new String(body.readNBytes(ERROR_BODY_LIMIT), StandardCharsets.UTF_8);
        } catch (IOException _) {
            return ""; // the status alone tells enough
        }
    }
}
