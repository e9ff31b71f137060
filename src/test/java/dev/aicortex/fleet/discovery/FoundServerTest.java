package dev.aicortex.fleet.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FoundServerTest {
    private static FoundServer found(String name, String host, int port, String... labels) {
        return new FoundServer(name, host, port, List.of(labels));
    }

    @Test
    void aNameHasNothingThatAKeyCannotHave() {
        assertThat(
                        FoundServer.named(
                                List.of(
                                        found("a.b", "10.0.0.1", 1),
                                        found("10.0.0.2", "10.0.0.2", 1),
                                        found("::1", "::1", 1))))
                .containsExactly(
                        Map.entry("1", Map.of("url", "http://[::1]:1")),
                        Map.entry("10-0-0-2", Map.of("url", "http://10.0.0.2:1")),
                        Map.entry("a-b", Map.of("url", "http://10.0.0.1:1")));
    }

    @Test
    void twoPortsOfOnePodAreTwoServers() {
        assertThat(
                        FoundServer.named(
                                List.of(
                                        found("pod", "10.0.0.1", 2),
                                        found("pod", "10.0.0.1", 1),
                                        found("pod", "10.0.0.1", 1))))
                .containsOnlyKeys("pod", "pod-2")
                .containsEntry("pod", Map.of("url", "http://10.0.0.1:1"));
    }

    @Test
    void whatIsNoLabelHereIsLeftOut() {
        assertThat(
                        FoundServer.named(
                                List.of(
                                        found(
                                                "pod",
                                                "10.0.0.1",
                                                1,
                                                "gpu=eu",
                                                "empty=",
                                                "a.b/c=d"))))
                .containsEntry(
                        "pod", Map.of("url", "http://10.0.0.1:1", "labels", "a.b/c=d,gpu=eu"));
    }
}
