package dev.aicortex.usage;

import static dev.aicortex.testing.TestFleet.MODEL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.aicortex.testing.GatewayFlow;
import dev.aicortex.testing.ObservedGateway;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.RestAssured;
import io.restassured.response.Response;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jboss.logmanager.formatters.PatternFormatter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A line of JSON a request. */
@QuarkusTest
@TestProfile(ObservedGateway.class)
class AccessLogTest extends GatewayFlow {
    private static final Logger LOG = Logger.getLogger("aicortex.access");
    private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {};

    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final String user = "{0} %s \"" + UUID.randomUUID();
    private final Handler collector =
            new Handler() {
                private final PatternFormatter bare = new PatternFormatter("%s");

                @Override
                public void publish(LogRecord line) {
                    lines.add(bare.format(line));
                }

                @Override
                public void flush() {}

                @Override
                public void close() {}
            };

    @BeforeEach
    void listen() {
        LOG.addHandler(collector);
    }

    @AfterEach
    void stopListening() {
        LOG.removeHandler(collector);
    }

    private Response ask(String path, String body) {
        return RestAssured.given()
                .header("Authorization", "Bearer " + ObservedGateway.SECRET)
                .header("X-Cortex-User", user)
                .contentType("application/json")
                .body(body)
                .post(path);
    }

    private Map<String, Object> line() throws IOException {
        await().until(() -> !lines.isEmpty());
        assertThat(lines).hasSize(1);
        return new ObjectMapper().readValue(lines.getFirst(), OBJECT);
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/chat/completions, true, gpt-4o",
        "/api/chat, false, llama3.2:3b",
        "/v1/messages, true, nowhere:1b",
    })
    void saysWhatTheUsageRecordSaysUnderTheRequestsId(String path, boolean stream, String model)
            throws IOException {
        Response answer = ask(path, body(model, stream).replaceFirst("\\{", "{\"max_tokens\":64,"));

        Map<String, Object> line = line();

        assertThat(line.get("id")).isEqualTo(answer.header("x-request-id"));
        assertThat(line.get("user")).isEqualTo(user);
        assertThat(alike(line)).isEqualTo(alike(record()));
        assertThat(lines.getFirst()).doesNotContain("sky", ObservedGateway.SECRET, "\n");
    }

    /** The id is that of the request in one, of the record in the other. */
    private static Map<String, Object> alike(Map<String, Object> record) {
        Map<String, Object> rest = new HashMap<>(record);
        rest.remove("id");
        return rest;
    }

    private Map<String, Object> record() {
        List<Map<String, Object>> records =
                RestAssured.given()
                        .queryParam("user", user)
                        .get("/admin/usage/records")
                        .jsonPath()
                        .getList("records");
        assertThat(records).hasSize(1);
        return records.getFirst();
    }

    @Test
    void isOffWhereItsLoggerIs() throws IOException {
        LOG.setLevel(java.util.logging.Level.OFF);
        try {
            ask("/api/chat", body(MODEL, false));
            await().until(() -> inFlight() == 0);
        } finally {
            LOG.setLevel(null);
        }
        ask("/api/chat", body(MODEL, false));

        assertThat(line()).containsEntry("outcome", "complete");
    }
}
