package dev.aicortex.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicortex.model.Sha256;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What changes the models of a server. */
class StoreTest {
    private final SimulatedServer server = Chats.server();

    @AfterEach
    void closeServer() {
        server.close();
    }

    @Test
    void holdsAModelOnceItIsPulled() throws IOException {
        RawHttp.Answer answer =
                RawHttp.post(server.url(), "/api/pull", "{\"model\": \"qwen3:8b\"}");
        assertThat(answer.chunks().getFirst()).isEqualTo("{\"status\":\"pulling manifest\"}\n");
        assertThat(answer.chunks().getLast()).isEqualTo("{\"status\":\"success\"}\n");
        assertThat(server.models()).contains(SimulatedModel.qwen3());
    }

    @Test
    void pullsInOneAnswerWhenAskedTo() throws IOException {
        String success =
                RawHttp.post(
                                server.url(),
                                "/api/pull",
                                "{\"name\": \"qwen3:8b\", \"stream\": false}")
                        .body();
        assertThat(success).isEqualTo("{\"status\":\"success\"}");
        RawHttp.Answer failure =
                RawHttp.post(server.url(), "/api/pull", "{\"model\": \"nope\", \"stream\": false}");
        assertThat(failure.status()).isEqualTo(500);
        assertThat(failure.body())
                .isEqualTo("{\"error\":\"pull model manifest: file does not exist\"}");
    }

    @Test
    void holdsACopyAndThenDoesNot() throws IOException {
        RawHttp.post(
                server.url(),
                "/api/copy",
                "{\"source\": \"gemma3:270m\", \"destination\": \"mine\"}");
        assertThat(server.models())
                .extracting(SimulatedModel::name)
                .containsExactly("mine:latest", "gemma3:270m");
        RawHttp.once(server.url(), "DELETE", "/api/delete", Map.of(), "{\"name\": \"mine\"}");
        assertThat(server.models()).containsExactly(SimulatedModel.gemma3());
    }

    @Test
    void holdsAModelOnceItIsCreated() throws IOException {
        RawHttp.post(
                server.url(),
                "/api/create",
                "{\"model\": \"tuned\", \"from\": \"gemma3:270m\", \"system\": \"Be brief.\"}");
        assertThat(server.models()).extracting(SimulatedModel::name).contains("tuned:latest");
        assertThat(server.models()).extracting(SimulatedModel::digest).doesNotHaveDuplicates();
    }

    @Test
    void createsAModelOfFilesThatItHasAsBlobs() throws IOException {
        String digest = "sha256:" + Sha256.of("weights");
        String body = "{\"model\": \"made:1b\", \"files\": {\"a.gguf\": \"%s\"}}".formatted(digest);
        assertThat(RawHttp.post(server.url(), "/api/create", body).body())
                .isEqualTo(
                        "{\"error\":\"open /models/blobs/%s: no such file or directory\"}\n"
                                .formatted(digest.replace(':', '-')));
        RawHttp.post(server.url(), "/api/blobs/" + digest, "weights");
        assertThat(RawHttp.post(server.url(), "/api/create", body).chunks().getLast())
                .isEqualTo("{\"status\":\"success\"}\n");
        assertThat(server.models()).extracting(SimulatedModel::name).contains("made:1b");
    }

    @Test
    void pushesWhatItHolds() throws IOException {
        assertThat(RawHttp.post(server.url(), "/api/push", "{\"model\": \"gemma3:270m\"}").body())
                .endsWith("{\"status\":\"success\"}\n");
        assertThat(RawHttp.post(server.url(), "/api/push", "{\"model\": \"nope\"}").body())
                .contains("not found");
    }

    @Test
    void keepsABlobWhoseDigestIsRight() throws IOException {
        String path = "/api/blobs/sha256:" + Sha256.of("weights");
        assertThat(RawHttp.post(server.url(), path, "wrong").status()).isEqualTo(400);
        assertThat(RawHttp.post(server.url(), path, "weights").status()).isEqualTo(201);
        assertThat(RawHttp.once(server.url(), "HEAD", path, Map.of(), "").status()).isEqualTo(200);
    }
}
