package dev.aicortex.http;

import static dev.aicortex.testing.TestFleet.MODEL;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aicortex.fleet.FleetFixtures;
import dev.aicortex.simulator.SimulatedModel;
import dev.aicortex.testing.GatewayFlow;
import dev.aicortex.testing.RawClient;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Paths as clients really write them. */
@QuarkusTest
@Timeout(60)
class PathsFlowTest extends GatewayFlow {
    private static String answer(String request) throws IOException {
        try (RawClient client = new RawClient(gateway())) {
            return client.send(request).readAll();
        }
    }

    private static String get(String path) throws IOException {
        return answer(
                "GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".formatted(path));
    }

    private static String post(String path, String headers, String body) throws IOException {
        return answer(
                "POST %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: %d\r\n%s\r\n%s"
                        .formatted(path, body.length(), headers, body));
    }

    private static String content(String answer) {
        return answer.substring(answer.indexOf("\r\n\r\n"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/chat/completions/",
                "/v1//chat/completions/",
                "//v1/chat//completions",
                "/v1/chat/completions//",
                "///api///chat",
                "/api/chat/",
                "//api/chat?keep=the%2Fquery"
            })
    void slashesTooManyAreServedNotRedirected(String path) throws IOException {
        assertThat(post(path, "", body(MODEL, false)))
                .startsWith("HTTP/1.1 200")
                .contains("X-Cortex-Server: ", "x-request-id: ");
    }

    @ParameterizedTest
    @CsvSource({
        "//api/tags/, /api/tags",
        "/api//tags, /api/tags",
        "/v1/models/, /v1/models",
        "//v1//models//, /v1/models",
        "/models/, /models",
        "/api/version/, /api/version",
        "/api/status/, /api/status",
        "//catalogue//models/?limit=0, /catalogue/models?limit=0"
    })
    void listsTakeThemToo(String path, String meant) throws IOException {
        String answer = get(path);
        assertThat(answer).startsWith("HTTP/1.1 200");
        assertThat(content(answer)).isEqualTo(content(get(meant)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/models/hf.co/User/Repo:Q4",
                "/v1/models/hf.co%2FUser%2FRepo:Q4",
                "/v1/models/hf.co%2FUser%2FRepo%3AQ4",
                "/v1//models/hf.co/User/Repo:Q4/",
                "//v1/models/hf.co%2FUser%2FRepo:Q4/"
            })
    void aModelsNameMayHaveSlashes(String path) throws IOException {
        servers.first().models(List.of(SimulatedModel.named("hf.co/User/Repo:Q4")));
        FleetFixtures.reset(fleet);
        assertThat(get(path)).startsWith("HTTP/1.1 200").contains("\"id\":\"hf.co/User/Repo:Q4\"");
    }

    @ParameterizedTest
    @CsvSource({
        "/v1//models/a%2F%2Fb/, /v1/models/a%2F%2Fb",
        "/q/swagger-ui/, /q/swagger-ui/",
        "/page//, /page/",
        "/v1/, /v1",
        "/v1x/, /v1x/"
    })
    void onlySlashesTooManyAreTakenAway(String path, String clean) {
        assertThat(Entrance.clean(path)).isEqualTo(clean);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/", "/v1/models", "/models", "/api/tags", "/api/version", "/api/status"})
    void aHeadIsAnsweredWhereAGetIs(String path) throws IOException {
        try (RawClient client = new RawClient(gateway())) {
            client.send(
                    "HEAD %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                            .formatted(path));
            assertThat(client.readAll()).startsWith("HTTP/1.1 200").endsWith("\r\n\r\n");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/api/tags", "/v1/models"})
    void http10IsAnswered(String path) throws IOException {
        try (RawClient client = new RawClient(gateway())) {
            client.send("GET %s HTTP/1.0\r\n\r\n".formatted(path));
            assertThat(client.readAll()).contains(" 200 ").doesNotContain("chunked");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/chat/completions", "/api/generate", "/api/chat"})
    void headersThatNameNoMediaTypeMatterAsLittleAsToAServer(String path) throws IOException {
        String body = body(MODEL, false);
        assertThat(post(path, "Content-Type: json\r\n", body)).startsWith("HTTP/1.1 200");
        assertThat(post(path, "Accept: json\r\n", body)).startsWith("HTTP/1.1 200");
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/messages/count_tokens,'\"type\":\"invalid_request_error\"'",
        "/api/copy,'{\"error\":\"'"
    })
    void elsewhereSuchATypeIsToldInTheDialectsShape(String path, String shape) throws IOException {
        assertThat(post(path, "Content-Type: json\r\n", body(MODEL, false)))
                .startsWith("HTTP/1.1 415")
                .contains(shape, "unsupported_media_type");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/models",
                "/v1/models",
                "/v1/models/" + MODEL,
                "/api/tags",
                "/api/ps",
                "/api/version",
                "/api/status"
            })
    void whatAClientAcceptsMattersAsLittleAsToAServer(String path) throws IOException {
        String usual = get(path);
        String type = usual.replaceFirst("(?s).*(Content-Type: .*?)\r\n.*", "$1");
        for (String accepted :
                List.of(
                        "application/json",
                        "text/plain",
                        "text/html",
                        "text/event-stream",
                        "json")) {
            if (path.equals("/") && accepted.equals("text/html")) {
                continue; // a browser, which gets the page
            }
            String answer =
                    answer(
                            "GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAccept: %s\r\n\r\n"
                                    .formatted(path, accepted));
            assertThat(answer).startsWith("HTTP/1.1 200").contains(type);
            assertThat(content(answer)).isEqualTo(content(usual));
        }
    }

    @Test
    void http10IsAnsweredAtGreaterLength() throws IOException {
        String body = body(MODEL, true);
        try (RawClient client = new RawClient(gateway())) {
            client.send(
                    "POST /v1/chat/completions HTTP/1.0\r\nContent-Length: %d\r\n\r\n%s"
                            .formatted(body.length(), body));
            assertThat(client.readAll())
                    .contains(" 200 ")
                    .doesNotContain("chunked")
                    .endsWith("data: [DONE]\n\n");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/chat/completions", "/api/chat", "/api/generate"})
    void aBodyNeedsNoContentTypeOrMayHaveAWrongOne(String path) throws IOException {
        String form = "Content-Type: application/x-www-form-urlencoded\r\n";
        assertThat(post(path, "", body(MODEL, false))).startsWith("HTTP/1.1 200");
        assertThat(post(path, form, body(MODEL, false))).startsWith("HTTP/1.1 200");
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /v1/nope",
        "POST, /v1/nope",
        "PUT, /v1/nope",
        "PATCH, /v1/nope",
        "DELETE, /v1/nope",
        "BREW, /v1/nope",
        "POST, //v1//nope/",
        "GET, /v1/",
        "POST, /v1/files/x/content",
        "GET, /v1/a%00b",
        "GET, /v1/%C3%28"
    })
    void whatIsNotThereUnderV1IsAJsonError(String method, String path) throws IOException {
        String answer =
                answer(
                        "%s %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                                .formatted(method, path));
        assertThat(answer)
                .startsWith("HTTP/1.1 404")
                .containsIgnoringCase("content-type: application/json")
                .contains("x-request-id: ")
                .contains("\"type\":\"not_found_error\"", "\"code\":\"unknown_path\"");
    }

    @ParameterizedTest
    @CsvSource({
        "PUT, /api/chat, 'OPTIONS, POST', '405 method not allowed'",
        "POST, /api/tags, 'GET, HEAD, OPTIONS', '405 method not allowed'",
        "PUT, /api/delete, 'DELETE, OPTIONS', '405 method not allowed'",
        "POST, /, 'GET, HEAD, OPTIONS', '405 method not allowed'",
        "GET, /v1/chat/completions, 'OPTIONS, POST', '\"code\":\"method_not_allowed\"'",
        "DELETE, /v1/models/a/b, 'GET, HEAD, OPTIONS', '\"code\":\"method_not_allowed\"'",
        "GET, /v1/messages, 'OPTIONS, POST', '{\"type\":\"error\"'",
        "GET, //v1//messages/, 'OPTIONS, POST', '{\"type\":\"error\"'"
    })
    void anotherMethodIsToldWhichThereAre(String method, String path, String allowed, String shape)
            throws IOException {
        String request = "%s %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
        assertThat(answer(request.formatted(method, path)))
                .startsWith("HTTP/1.1 405")
                .contains("Allow: " + allowed + "\r\n", shape);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/%zz", "/v1/%", "/v1/models/%f", "/api/%zz", "/%"})
    void aBrokenEscapeIsTheClientsFault(String path) throws IOException {
        assertThat(get(path)).startsWith("HTTP/1.1 4");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/nope", "/v1/messages/nope", "//v1//messages/batches"})
    void anthropicsClientsAreToldInTheirShape(String path) throws IOException {
        assertThat(post(path, "anthropic-version: 2023-06-01\r\n", "{}"))
                .startsWith("HTTP/1.1 404")
                .containsIgnoringCase("content-type: application/json")
                .contains("{\"type\":\"error\",\"error\":{\"type\":\"not_found_error\"")
                .contains("\"code\":\"unknown_path\"", "\"request_id\":");
    }
}
