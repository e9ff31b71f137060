package dev.aicortex.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.URI;
import org.junit.jupiter.api.Test;

class LifecycleTest {
    @Test
    void listensOnTheSamePortAfterARestart() throws IOException {
        try (SimulatedServer server = Chats.server()) {
            URI before = server.url();
            server.stop();
            server.restart();
            assertThat(server.url()).isEqualTo(before);
            assertThat(RawHttp.get(before, "/").status()).isEqualTo(200);
        }
    }

    @Test
    void resetsAStreamWhenStopped() throws IOException {
        try (SimulatedServer server = Chats.server()) {
            server.fault(new Fault.HangMidStream(1));
            try (RawHttp http = Chats.open(server, Chats.V1, Chats.streamed())) {
                http.head();
                http.chunk();
                server.stop();
                assertThatThrownBy(http::chunk).isInstanceOf(SocketException.class);
            }
            Chats.eventually(() -> server.counters().inFlight() == 0);
            assertThat(server.counters().cancelled()).isZero();
            assertThat(server.counters().connections()).isZero();
        }
    }

    @Test
    void mayBeStoppedAndRestartedMoreThanOnce() throws IOException {
        try (SimulatedServer server = Chats.server()) {
            for (int i = 0; i < 3; i++) {
                server.stop();
                server.stop();
                assertThatThrownBy(() -> RawHttp.get(server.url(), "/"))
                        .isInstanceOf(ConnectException.class);
                server.restart();
                server.restart();
                assertThat(RawHttp.get(server.url(), "/").status()).isEqualTo(200);
            }
        }
    }

    @Test
    void refusesConnectionsOnceClosed() {
        SimulatedServer server = Chats.server();
        server.close();
        server.close();
        assertThatThrownBy(() -> RawHttp.get(server.url(), "/"))
                .isInstanceOf(ConnectException.class);
    }

    @Test
    void opensADemonstrationWithOverlappingModels() throws IOException {
        try (SimulatedFleet fleet = SimulatedFleet.demo(Chats.VERTX)) {
            assertThat(fleet.urls()).hasSize(3).doesNotHaveDuplicates();
            for (URI url : fleet.urls()) {
                assertThat(RawHttp.get(url, "/api/tags").body()).contains("\"llama3.2:3b\"");
            }
        }
    }

    @Test
    void opensAsManyServersAsAsked() {
        try (SimulatedFleet fleet = SimulatedFleet.start(Chats.VERTX, 4, Settings.defaults())) {
            assertThat(fleet.servers())
                    .extracting(SimulatedServer::name)
                    .containsExactly("ollama-1", "ollama-2", "ollama-3", "ollama-4");
        }
    }
}
