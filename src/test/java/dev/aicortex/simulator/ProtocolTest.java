package dev.aicortex.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a real Ollama does that no recorded exchange shows. */
class ProtocolTest {
    private final SimulatedServer server =
            Chats.server(
                    Settings.defaults()
                            .withModels(
                                    List.of(SimulatedModel.gemma3(), SimulatedModel.llama32())));

    @AfterEach
    void closeServer() {
        server.close();
    }

    @Test
    void redirectsAwayFromATrailingSlash() throws IOException {
        assertThat(RawHttp.get(server.url(), "/api/tags/?a=b").head().all("Location"))
                .containsExactly("/api/tags?a=b");
        assertThat(RawHttp.get(server.url(), "/api/tags/").status()).isEqualTo(301);
        assertThat(RawHttp.post(server.url(), "/api/chat/", "{}").status()).isEqualTo(307);
    }

    @Test
    void knowsNoModelWithAnEscapedSlashInItsPath() throws IOException {
        assertThat(RawHttp.get(server.url(), "/v1/models/gemma3%3A270m").status()).isEqualTo(200);
        assertThat(RawHttp.get(server.url(), "/v1/models/library%2Fgemma3").body())
                .isEqualTo("404 page not found");
        assertThat(RawHttp.get(server.url(), "/v1/models/%zz").status()).isEqualTo(404);
    }

    @Test
    void turnsAwayAPageOfAnotherSite() throws IOException {
        RawHttp.Answer answer = get("/api/tags", Map.of("Origin", "https://example.com"));
        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.chunks()).isEmpty();
    }

    @Test
    void welcomesAPageOnLoopback() throws IOException {
        RawHttp.Answer answer = get("/api/tags", Map.of("Origin", "http://localhost:3000"));
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.head().all("Access-Control-Allow-Origin"))
                .containsExactly("http://localhost:3000");
    }

    @Test
    void ignoresTheWishToSpeakHttp2() throws IOException {
        Map<String, String> upgrade =
                Map.of(
                        "Connection",
                        "Upgrade, HTTP2-Settings",
                        "Upgrade",
                        "h2c",
                        "HTTP2-Settings",
                        "AAEAAEAAAAIAAAABAAMAAABkAAQBAAAAAAUAAEAA");
        assertThat(get("/api/version", upgrade).status()).isEqualTo(200);
    }

    @Test
    void runsTheLastOfTwoModelsWhateverTheirCase() throws IOException {
        String body =
                "{\"model\": \"gemma3:270m\", \"Model\": \"llama3.2:3b\", \"messages\": [{\"role\": \"user\", \"content\": \"x\"}]}";
        assertThat(RawHttp.post(server.url(), Chats.V1, body).body())
                .contains("\"model\":\"llama3.2:3b\"");
    }

    @Test
    void letsAModelUseToolsThatCan() throws IOException {
        String body =
                "{\"model\": \"llama3.2:3b\", \"tools\": [{}], \"messages\": [{\"role\": \"user\", \"content\": \"x\"}]}";
        assertThat(RawHttp.post(server.url(), Chats.V1, body).status()).isEqualTo(200);
        assertThat(
                        RawHttp.post(
                                        server.url(),
                                        Chats.V1,
                                        body.replace("llama3.2:3b", "gemma3:270m"))
                                .body())
                .isEqualTo(
                        "{\"error\":{\"message\":\"registry.ollama.ai/library/gemma3:270m does not support tools\","
                                + "\"type\":\"invalid_request_error\",\"param\":null,\"code\":null}}\n");
    }

    @Test
    void hearsOneLimitAndNotTheOther() throws IOException {
        String body =
                "{\"model\": \"gemma3:270m\", \"%s\": 3, \"messages\": [{\"role\": \"user\", \"content\": \"x\"}]}";
        assertThat(RawHttp.post(server.url(), Chats.V1, body.formatted("max_tokens")).body())
                .contains("\"completion_tokens\":3,");
        assertThat(
                        RawHttp.post(
                                        server.url(),
                                        Chats.V1,
                                        body.formatted("max_completion_tokens"))
                                .body())
                .contains("\"completion_tokens\":16,")
                .contains("\"finish_reason\":\"stop\"");
    }

    @Test
    void answersTheSamePromptAlike() throws IOException {
        String one = answer("Why is the sky blue?");
        assertThat(answer("Why is the sky blue?")).isEqualTo(one);
        assertThat(answer("Why is the sea green?")).isNotEqualTo(one);
    }

    @Test
    void listsNothingAsNull() throws IOException {
        server.models(List.of());
        assertThat(RawHttp.get(server.url(), "/v1/models").body())
                .isEqualTo("{\"object\":\"list\",\"data\":null}\n");
        assertThat(RawHttp.get(server.url(), "/api/tags").body()).isEqualTo("{\"models\":[]}");
    }

    @Test
    void sendsALongAnswerInChunks() throws IOException {
        RawHttp.Answer answer =
                RawHttp.post(server.url(), "/api/show", "{\"model\": \"gemma3:270m\"}");
        assertThat(answer.head().has("Transfer-Encoding")).isTrue();
        assertThat(answer.head().has("Content-Length")).isFalse();
    }

    @Test
    void writesEachTokenAsAChunkOfItsOwn() throws IOException {
        RawHttp.Answer answer = RawHttp.post(server.url(), Chats.NATIVE, Chats.streamed());
        assertThat(answer.chunks())
                .hasSize(17)
                .allMatch(chunk -> chunk.indexOf('\n') == chunk.length() - 1);
    }

    private String answer(String prompt) throws IOException {
        return RawHttp.post(server.url(), Chats.V1, Chats.asked(false, prompt))
                .body()
                .replaceFirst("^.*\"choices\"", "");
    }

    private RawHttp.Answer get(String path, Map<String, String> headers) throws IOException {
        return RawHttp.once(server.url(), "GET", path, headers, "");
    }
}
