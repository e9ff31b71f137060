package dev.aicortex.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ListingCommandsTest extends AgainstStandIn {
    @Nested
    class Models {
        private static final String TAGS =
                """
                {"models":[{"name":"gemma3:270m","size":253113862,"details":{"family":"gemma3",
                   "parameter_size":"268.10M","quantization_level":"Q4_K_M"}},
                  {"name":"big","size":4700000000,"details":{"family":"","parameter_size":null}}]}\
                """;

        @Test
        void areAlignedInATable() {
            gateway.answers("/api/tags", 200, TAGS);

            assertThat(gateway.run("models").lines())
                    .containsExactly(
                            "NAME         SIZE    PARAMETERS  QUANTIZATION  FAMILY",
                            "gemma3:270m  253 MB  268.10M     Q4_K_M        gemma3",
                            "big          4.7 GB  -           -             -");
        }

        @Test
        void areTheServersDocumentAsJson() {
            gateway.answers("/api/tags", 200, TAGS);

            Run run = gateway.run("models", "--output", "json");

            assertThat(run.lines()).hasSize(1);
            assertThat(Json.parse(run.out())).isEqualTo(Json.parse(TAGS));
        }

        @Test
        void failWithTheServersText() {
            gateway.answers("/api/tags", 503, "{\"error\":\"no server is up\\n\\u001b[2J\"}");

            Run run = gateway.run("models");

            assertThat(run.status()).isEqualTo(1);
            assertThat(run.error())
                    .isEqualTo("no server is up \ufffd[2J (503 from " + gateway.url() + ")");
        }
    }

    @Nested
    class Servers {
        private static final String HEALTH =
                """
                {"status":"degraded","version":"1","simulated":false,"servers":[
                  {"url":"http://gpu-a:11434","status":"up","models":12,"in_flight":3,"strikes":0,
                   "breaker":"closed","labels":["gpu=eu","tier=fast"]},
                  {"url":"http://b:1","status":"down","reason":"connection\\nrefused","models":0,
                   "in_flight":0,"strikes":5,"breaker":"half_open"}],
                 "drift":[{"model":"m:1b","served":"0123456789abcdef","contents":[
                  {"digest":"0123456789abcdef","servers":["http://gpu-a:11434","http://c:1"]},
                  {"digest":"ff","servers":["http://b:1"]}]}]}\
                """;

        @Test
        void areAlignedInATable() {
            gateway.answers("/health", 200, HEALTH);

            assertThat(gateway.run("servers").lines())
                    .containsExactly(
                            "SERVER              STATE  MODELS  IN FLIGHT  BREAKER    LABELS        "
                                    + "    REASON",
                            "http://gpu-a:11434  up     12      3          closed     gpu=eu,tier=fast"
                                    + "  -",
                            "http://b:1          down   0       0          half_open  -             "
                                    + "    connection refused",
                            "m:1b differs from server to server; served is 0123456789ab on"
                                    + " http://gpu-a:11434, http://c:1; not ff on http://b:1");
        }

        @Test
        void areTheGatewaysDocumentAsJson() {
            gateway.answers("/health", 200, HEALTH);

            assertThat(Json.parse(gateway.run("servers", "--output", "JSON").out()))
                    .isEqualTo(Json.parse(HEALTH));
        }

        @Test
        void cannotComeFromAnotherProgram() {
            gateway.answers("/health", 200, "<html>hello</html>");

            Run run = gateway.run("servers");

            assertThat(run.status()).isEqualTo(1);
            assertThat(run.error()).contains(gateway.url()).contains("is it AI Cortex?");
        }
    }
}
