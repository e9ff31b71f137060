package dev.aicortex.cli;

import static dev.aicortex.cli.GatewayStandIn.CHAT;
import static dev.aicortex.cli.GatewayStandIn.DONE;
import static dev.aicortex.cli.GatewayStandIn.piece;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BrokenChatTest extends AgainstStandIn {
    private static final String ERROR_EVENT =
            "event: error\ndata: {\"error\":{\"message\":\"gpu-a broke off\"}}\n\n";

    @Test
    void streamWithoutDoneIsIncomplete() {
        gateway.streams(piece("half"));

        Run run = failed();

        assertThat(run.lines()).containsExactly("half");
        assertThat(run.error())
                .isEqualTo("the answer is incomplete: the stream ended without [DONE]; ask again");
    }

    @Test
    void connectionThatBreaksIsIncomplete() {
        gateway.breaksOff(piece("half"));

        assertThat(failed().error())
                .startsWith("the answer is incomplete: the connection broke (")
                .endsWith("; ask again");
    }

    @Test
    void errorEventTellsItsReason() {
        gateway.streams(piece("half"), ERROR_EVENT, DONE);

        assertThat(failed().error())
                .isEqualTo("the answer is incomplete: gpu-a broke off; ask again");
    }

    @Test
    void errorEventAfterACutChunkTellsItsReason() {
        gateway.streams("data: {\"choices\":[{\"del", "\n\n" + ERROR_EVENT);

        assertThat(failed().error()).contains("gpu-a broke off");
    }

    @Test
    void errorWithoutAnEventNameCountsToo() {
        gateway.streams("data: {\"error\":\"runner killed\"}\n\n", DONE);

        assertThat(failed().error()).contains("runner killed");
    }

    @Test
    void chunkThatIsNotJsonIsAnErrorEvenBeforeDone() {
        gateway.streams("data: <html>\n\n", DONE);

        assertThat(failed().error()).contains("a part of it is not JSON");
    }

    @Test
    void halfAnAnswerIsNoJsonOutput() {
        gateway.streams(piece("half"));

        assertThat(failed("json").out()).isEmpty();
    }

    @Test
    void errorStatusShowsTheGatewaysOwnWords() {
        gateway.answers(CHAT, 404, "{\"error\":{\"message\":\"no server holds 'm'\"}}");

        assertThat(failed().error())
                .isEqualTo("no server holds 'm' (404 from " + gateway.url() + ")");
    }

    private Run failed() {
        return failed("text");
    }

    private Run failed(String output) {
        Run run = gateway.run("chat", "--model", "m", "--output", output, "Hello");
        assertThat(run.status()).isEqualTo(1);
        return run;
    }
}
