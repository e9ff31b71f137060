package dev.aicortex.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EmbeddingTest {
    private final SimulatedServer server =
            Chats.server(Settings.defaults().withModels(List.of(SimulatedModel.nomicEmbedText())));

    @AfterEach
    void closeServer() {
        server.close();
    }

    @Test
    void answersVectorsOfLengthOne() throws IOException {
        JsonNode answer =
                post(
                        "/api/embed",
                        "{\"model\": \"nomic-embed-text\", \"input\": [\"hello\", \"world\"]}");
        assertThat(answer.get("embeddings"))
                .hasSize(2)
                .allSatisfy(vector -> assertThat(length(vector)).isEqualTo(1, within(1e-4)));
        assertThat(answer.get("embeddings").get(0))
                .hasSize(768)
                .isNotEqualTo(answer.get("embeddings").get(1));
    }

    @Test
    void answersTheSameTextAlikeOnEveryRoute() throws IOException {
        JsonNode embed =
                post("/api/embed", "{\"model\": \"nomic-embed-text\", \"input\": \"hello\"}")
                        .at("/embeddings/0");
        assertThat(
                        post(
                                        "/api/embeddings",
                                        "{\"model\": \"nomic-embed-text\", \"prompt\": \"hello\"}")
                                .get("embedding"))
                .isEqualTo(embed);
        assertThat(
                        post(
                                        "/v1/embeddings",
                                        "{\"model\": \"nomic-embed-text\", \"input\": \"hello\"}")
                                .at("/data/0/embedding"))
                .isEqualTo(embed);
    }

    @Test
    void packsAVectorIntoBase64() throws IOException {
        String body =
                "{\"model\": \"nomic-embed-text\", \"input\": \"hello\", \"dimensions\": 4, \"encoding_format\": \"%s\"}";
        ByteBuffer packed =
                ByteBuffer.wrap(
                        post("/v1/embeddings", body.formatted("base64"))
                                .at("/data/0/embedding")
                                .binaryValue());
        packed.order(ByteOrder.LITTLE_ENDIAN);
        for (JsonNode value :
                post("/v1/embeddings", body.formatted("float")).at("/data/0/embedding")) {
            assertThat(packed.getFloat()).isEqualTo((float) value.asDouble());
        }
        assertThat(packed.hasRemaining()).isFalse();
    }

    @Test
    void doesNotChat() throws IOException {
        String body =
                "{\"model\": \"nomic-embed-text\", \"messages\": [{\"role\": \"user\", \"content\": \"x\"}]}";
        assertThat(RawHttp.post(server.url(), Chats.NATIVE, body).body())
                .isEqualTo("{\"error\":\"\\\"nomic-embed-text\\\" does not support chat\"}");
    }

    private JsonNode post(String path, String body) throws IOException {
        return new ObjectMapper().readTree(RawHttp.post(server.url(), path, body).body());
    }

    private static double length(JsonNode vector) {
        double squares = 0;
        for (JsonNode value : vector) {
            squares += value.asDouble() * value.asDouble();
        }
        return Math.sqrt(squares);
    }
}
