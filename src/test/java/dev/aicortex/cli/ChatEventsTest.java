package dev.aicortex.cli;

import static dev.aicortex.cli.GatewayStandIn.CHAT;
import static dev.aicortex.cli.GatewayStandIn.DONE;
import static dev.aicortex.cli.GatewayStandIn.piece;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** {@code aicortex chat --events}. */
class ChatEventsTest extends AgainstStandIn {
    private static final String USAGE =
            "data: {\"model\":\"m:1b\",\"choices\":[],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":2}}\n\n";

    @Test
    void areLinesOfJson() {
        gateway.streams(piece("Grüße"), ": waiting\n\n", piece(" 世界\n"), USAGE, DONE);

        Run run = gateway.run("chat", "--model", "m", "--events", "Hello");

        assertThat(run.status()).isZero();
        assertThat(run.lines())
                .containsExactly(
                        """
                        {"type":"start","content":"","index":null,"model":"m","done":false}\
                        """,
                        """
                        {"type":"token","content":"Grüße","index":0,"model":"m","done":false}\
                        """,
                        """
                        {"type":"token","content":" 世界\\n","index":1,"model":"m","done":false}\
                        """,
                        """
                        {"type":"end","content":"","index":null,"model":"m:1b","done":true,\
                        "usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}}\
                        """);
    }

    @Test
    void askForTheUsage() {
        gateway.streams(piece("ok"), DONE);

        gateway.run("chat", "--model", "m", "--events", "Hello");

        assertThat(
                        Json.parse(gateway.received(CHAT).body())
                                .path("stream_options")
                                .path("include_usage")
                                .asBoolean())
                .isTrue();
    }

    @Test
    void endWithAnErrorThatHasThePartialTextWhenTheStreamBreaks() {
        gateway.streams(piece("ha"), piece("lf"));

        Run run = gateway.run("chat", "--model", "m", "--events", "Hello");

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.lines().getLast())
                .isEqualTo(
                        """
                        {"type":"error","content":"","index":null,"model":null,"done":true,\
                        "error":"the answer is incomplete: the stream ended without [DONE]; ask again",\
                        "partial":"half"}\
                        """);
        assertThat(run.error()).startsWith("the answer is incomplete");
    }

    @Test
    void beginWithAStartEvenIfNothingComes() {
        gateway.streams("");

        Run run = gateway.run("chat", "--model", "m", "--events", "Hello");

        assertThat(run.lines()).hasSize(2);
        assertThat(run.lines().getFirst()).contains("\"type\":\"start\"");
        assertThat(run.lines().getLast()).contains("\"type\":\"error\"");
    }

    @Test
    void areAFormatOfTheirOwn() {
        Run run = gateway.run("chat", "--events", "--output", "json", "Hello");

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.error()).contains("--events").contains("--output");
    }
}
