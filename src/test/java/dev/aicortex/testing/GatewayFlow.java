package dev.aicortex.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.aicortex.fleet.Fleet;
import dev.aicortex.fleet.FleetFixtures;
import dev.aicortex.simulator.SimulatedModel;
import dev.aicortex.simulator.SimulatedServer;
import io.restassured.RestAssured;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;

/**
 * What the tests of whole requests share: a healthy fleet at the start of each, and the requests.
 */
public abstract class GatewayFlow {
    @Inject protected TestFleet servers;
    @Inject protected Fleet fleet;

    @BeforeEach
    void startWithAHealthyFleet() {
        servers.heal();
        await().until(() -> inFlight() == 0);
        FleetFixtures.reset(fleet);
    }

    /** Requests that the gateway believes its servers to work on. */
    protected int inFlight() {
        return fleet.snapshot().states().stream().mapToInt(s -> s.server().inFlight()).sum();
    }

    /** Requests that the servers do work on. */
    protected int workedOn() {
        return servers.all().stream().mapToInt(server -> server.counters().inFlight()).sum();
    }

    /** Chats that have reached the servers; probes do too, whenever they are due. */
    protected long chatsReceived() {
        return servers.all().stream().mapToLong(server -> server.counters().inferences()).sum();
    }

    protected static URI gateway() {
        return URI.create("http://127.0.0.1:" + RestAssured.port);
    }

    protected static String body(String model, boolean stream) {
        return """
        {"model":"%s","stream":%b,"messages":[{"role":"user","content":"Why is the sky blue?"}]}\
        """
                .formatted(model, stream);
    }

    protected static Response post(String path, String body) {
        return RestAssured.given().contentType("application/json").body(body).post(path);
    }

    /**
     * The body of an answer that is told to be broken: its connection ends before its last chunk.
     */
    protected static String broken(String path, String body, String header) {
        try (RawClient client = new RawClient(gateway())) {
            RawClient.Answer answer = client.post(path, body, header).answer();
            assertThat(answer.whole()).as("whether its end was told: %s", answer).isFalse();
            return answer.body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    protected static String broken(String path, String body) {
        return broken(path, body, "Accept: */*");
    }

    /**
     * The body that reached the server which gave this answer, but for the usage that the gateway
     * asks for.
     */
    protected String received(Response answer) {
        return sent(answer).replace("\"stream_options\":{\"include_usage\":true},", "");
    }

    /** The body that reached the server which gave this answer. */
    protected String sent(Response answer) {
        return answered(answer).lastPost().text();
    }

    /** The server that gave this answer. */
    protected SimulatedServer answered(Response answer) {
        return servers.all().stream()
                .filter(server -> address(server).equals(answer.header("X-Cortex-Server")))
                .findFirst()
                .orElseThrow();
    }

    /** The records of an end user, once there are so many; the latest first. */
    protected static List<Map<String, Object>> recordsOf(String user, int number) {
        return await().until(
                        () ->
                                RestAssured.get("/admin/usage/records?user=" + user)
                                        .jsonPath()
                                        .<Map<String, Object>>getList("records"),
                        records -> records.size() == number);
    }

    /** Has all models leave the memory, whatever length they had there. */
    protected void unloadAll() {
        for (SimulatedServer server : servers.all()) {
            for (SimulatedModel model : server.models()) {
                post(
                        address(server) + "/api/generate",
                        "{\"model\":\"%s\",\"keep_alive\":0}".formatted(model.name()));
            }
        }
        FleetFixtures.reset(fleet);
    }

    /** The server's address as the gateway writes it. */
    protected static String address(SimulatedServer server) {
        return server.url().toString();
    }
}
