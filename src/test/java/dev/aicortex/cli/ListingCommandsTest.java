package dev.aicortex.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ListingCommandsTest extends AgainstStandIn {
    private static final String MODELS = "/catalogue/models";
    private static final String FOUND =
            """
            {"models":[{"name":"llama3.2:3b","family":"llama","size":"2.0 GB","parameters":"3.2B",
              "context_length":131072,"tags":["chat","fast"],"available":true,"servers":[]},
             {"name":"odd","family":"others","context_length":0,"available":false,"servers":[]}]}\
            """;

    static Stream<Arguments> documents() {
        return Stream.of(
                arguments("families --output json", "/catalogue/families", Families.FAMILIES),
                arguments("model x --output json", MODELS + "/x", Model.LLAMA),
                arguments("models --output json", "/api/tags", ModelsOfTheFleet.TAGS),
                arguments("servers --output JSON", "/health", Servers.HEALTH));
    }

    @ParameterizedTest
    @MethodSource("documents")
    void showTheGatewaysDocumentAsJson(String command, String path, String document) {
        gateway.answers(path, 200, document);

        Run run = Run.of((command + " --url " + gateway.url()).split(" "));

        assertThat(run.lines()).hasSize(1);
        assertThat(Json.parse(run.out())).isEqualTo(Json.parse(document));
    }

    @Nested
    class Families {
        private static final String FAMILIES =
                """
                {"families":[{"family":"gemma","models":11,"available":1},
                 {"family":"llama","models":9,"available":0}]}\
                """;

        @Test
        void areAlignedInATable() {
            gateway.answers("/catalogue/families", 200, FAMILIES);

            assertThat(gateway.run("families").lines())
                    .containsExactly(
                            "FAMILY  MODELS  AVAILABLE", //
                            "gemma   11      1",
                            "llama   9       0");
        }
    }

    @Nested
    class Models {
        @Test
        void ofTheWholeCatalogueAreAlignedInATable() {
            gateway.answers(MODELS, 200, FOUND);

            assertThat(gateway.run("models", "--all").lines())
                    .containsExactly(
                            "NAME         FAMILY  SIZE    PARAMETERS  CONTEXT  TAGS        AVAILABLE",
                            "llama3.2:3b  llama   2.0 GB  3.2B        131,072  chat, fast  yes",
                            "odd          others  -       -           -        -           no");
            assertThat(gateway.received(MODELS).target()).isEqualTo(MODELS);
        }

        @ParameterizedTest
        @CsvSource({
            "--family, llama, family=llama",
            "--tag, long context, tag=long%20context",
            "--capability, a&b=c, capability=a%26b%3Dc",
        })
        void areNarrowedByTheGateway(String option, String value, String query) {
            gateway.answers(MODELS, 200, FOUND);

            assertThat(gateway.run("models", option, value).status()).isZero();

            assertThat(gateway.received(MODELS).target()).isEqualTo(MODELS + "?" + query);
        }

        @Test
        void thatNoServerHoldsCanBeLeftOut() {
            gateway.answers(MODELS, 200, FOUND);

            assertThat(gateway.run("models", "--available").out())
                    .contains("llama3.2:3b")
                    .doesNotContain("odd");
            assertThat(Json.parse(gateway.run("models", "--available", "--output", "json").out()))
                    .hasToString(
                            Json.parse(FOUND.replaceFirst(",\\s*\\{\"name\":\"odd\".*]}]}", "]}"))
                                    .toString());
        }

        @Test
        void withoutAFilterAreThoseOfTheFleet() {
            gateway.answers("/api/tags", 200, "{\"models\":[]}").answers(MODELS, 200, FOUND);

            gateway.run("models");

            assertThat(gateway.received(MODELS)).isNull();
        }
    }

    @Nested
    class Search {
        @Test
        void asksForAllWordsAndFilters() {
            gateway.answers(MODELS, 200, FOUND);

            Run run = gateway.run("search", "größer", "100%", "--family=llama", "--tag", "chat");

            assertThat(run.lines()).hasSize(3);
            assertThat(gateway.received(MODELS).target())
                    .isEqualTo(MODELS + "?q=gr%C3%B6%C3%9Fer%20100%25&family=llama&tag=chat");
        }

        @Test
        void thatFindsNothingSaysWhatToDo() {
            gateway.answers(MODELS, 200, "{\"models\":[]}");

            Run run = gateway.run("search", "nothing");

            assertThat(run.status()).isZero();
            assertThat(run.lines()).hasSize(1);
            assertThat(run.error()).startsWith("no model matches").contains("models --all");
        }

        @Test
        void needsAWord() {
            assertThat(gateway.run("search").status()).isEqualTo(2);
            assertThat(gateway.run("search").error()).contains("WORD");
            assertThat(gateway.run("search", " ").error()).startsWith("WORD is empty");
        }
    }

    @Nested
    class Model {
        private static final String LLAMA =
                """
                {"name":"llama3.2:3b","family":"llama","size":"2.0 GB","parameters":"3.2B",
                 "quantization":"Q4_K_M","context_length":131072,"description":"Small and quick.",
                 "tags":["chat","fast"],"available":true,"servers":[
                 {"url":"http://gpu-a:11434","status":"up","fleet":true,"holds":true,
                  "digest":"a80c4f17acd55265","last_seen":"2026-11-22"},
                 {"url":"http://b:1","status":"unknown","fleet":false,"holds":true}],
                 "digest":"a80c4f17acd55265","capabilities":["completion","tools"],
                 "size_bytes":2019393189,"license":"llama3.2",
                 "modified_at":"2026-11-22T15:03:15Z"}\
                """;

        @Test
        void isACardWithItsServers() {
            gateway.answers(MODELS + "/llama3.2:3b", 200, LLAMA);

            assertThat(gateway.run("model", "llama3.2:3b").lines())
                    .containsExactly(
                            "NAME          llama3.2:3b",
                            "FAMILY        llama",
                            "DESCRIPTION   Small and quick.",
                            "SIZE          2.0 GB",
                            "PARAMETERS    3.2B",
                            "QUANTIZATION  Q4_K_M",
                            "CONTEXT       131,072 tokens",
                            "CAPABILITIES  completion, tools",
                            "TAGS          chat, fast",
                            "LICENSE       llama3.2",
                            "DIGEST        a80c4f17acd5",
                            "MODIFIED      2026-11-22T15:03:15Z",
                            "AVAILABLE     yes",
                            "",
                            "SERVER              STATE    HOLDS IT  IN FLEET  LAST SEEN   DIGEST",
                            "http://gpu-a:11434  up       yes       yes       2026-11-22 "
                                    + " a80c4f17acd5",
                            "http://b:1          unknown  yes       no        -           -");
        }

        @Test
        void leavesOutWhatNobodyKnows() {
            gateway.answers(MODELS + "/x", 200, "{\"name\":\"x\",\"servers\":[]}");

            assertThat(gateway.run("model", "x").lines())
                    .containsExactly(
                            "NAME       x",
                            "AVAILABLE  no",
                            "",
                            "No server holds it; 'ollama pull x' on one brings it.");
        }

        @ParameterizedTest
        @CsvSource({
            "llama3.2:3b, llama3.2%3A3b",
            "hf.co/User/Repo:Q4, hf.co/User/Repo%3AQ4",
            "a b?c#d%e, a%20b%3Fc%23d%25e",
        })
        void isAskedForByItsEncodedName(String name, String encoded) {
            gateway.answers(MODELS, 200, "{\"name\":\"x\",\"servers\":[]}");

            assertThat(gateway.run("model", name).status()).isZero();

            assertThat(gateway.received(MODELS).target()).isEqualTo(MODELS + "/" + encoded);
        }

        @Test
        void thatIsUnknownIsToldInTheGatewaysWords() {
            gateway.answers(
                    MODELS,
                    404,
                    "{\"error\":\"model 'lama' not found; did you mean llama3.2:3b\"}");

            Run run = gateway.run("model", "lama");

            assertThat(run.status()).isEqualTo(1);
            assertThat(run.out()).isEmpty();
            assertThat(run.error())
                    .isEqualTo(
                            "model 'lama' not found; did you mean llama3.2:3b (404 from "
                                    + gateway.url()
                                    + ")");
        }

        @Test
        void needsAName() {
            assertThat(gateway.run("model", "").status()).isEqualTo(2);
            assertThat(gateway.run("model", "").error()).startsWith("NAME is empty");
        }
    }

    @Nested
    class ModelsOfTheFleet {
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
        void cannotComeFromAnotherProgram() {
            gateway.answers("/health", 200, "<html>hello</html>");

            Run run = gateway.run("servers");

            assertThat(run.status()).isEqualTo(1);
            assertThat(run.error()).contains(gateway.url()).contains("is it AI Cortex?");
        }
    }
}
