package dev.aicortex.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicortex.fleet.Outcome;
import dev.aicortex.fleet.Reply;
import io.vertx.core.buffer.Buffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RepliesTest {
    private static Outcome judge(int status, String text) {
        String body = "{\"error\":\"%s\"}".formatted(text);
        return Replies.judge(new Reply(status, "application/json", Buffer.buffer(body)));
    }

    @ParameterizedTest
    @CsvSource({
        "400, invalid model name",
        "404, route not known",
        "422, whatever",
        "500, this model does not support embeddings",
        "500, failed to parse grammar",
        "501, this model does not support embeddings",
    })
    void theRequestIsAtFault(int status, String text) {
        assertThat(judge(status, text)).isInstanceOf(Outcome.Rejected.class);
    }

    @ParameterizedTest
    @CsvSource({
        "500, llama runner process has terminated: exit status 2",
        "500, model requires more system memory (8 GiB) than is available",
        "500, an error was encountered while running the model: unexpected EOF",
        "502, bad gateway",
        "503, Service Unavailable",
        "504, whatever",
        "307, moved",
    })
    void theServerIsAtFault(int status, String text) {
        assertThat(judge(status, text))
                .isInstanceOfSatisfying(
                        Outcome.Broken.class, broken -> assertThat(broken.unclear()).isEmpty());
    }

    @ParameterizedTest
    @CsvSource({"500, something odd", "500, ''"})
    void eitherMayBeAtFault(int status, String text) {
        assertThat(judge(status, text))
                .isInstanceOfSatisfying(
                        Outcome.Broken.class, broken -> assertThat(broken.unclear()).isPresent());
    }

    @ParameterizedTest
    @CsvSource({
        "404, model 'nope:1b' not found",
        "404, 'model \\\"x\\\" not found, try pulling it first'"
    })
    void theServerLostTheModel(int status, String text) {
        assertThat(judge(status, text)).isInstanceOf(Outcome.Lost.class);
    }

    @ParameterizedTest
    @CsvSource({
        "503, 'server busy, please try again.  maximum pending requests exceeded'",
        "429, slow down"
    })
    void theServerIsFull(int status, String text) {
        assertThat(judge(status, text)).isInstanceOf(Outcome.Full.class);
    }
}
