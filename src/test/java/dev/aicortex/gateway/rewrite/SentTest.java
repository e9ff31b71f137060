package dev.aicortex.gateway.rewrite;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aicortex.gateway.calls.AnswerLine;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class SentTest {
    private static final String LAST =
            "{\"message\":{\"content\":\"\"},\"done\":true,\"prompt_eval_count\":14,\"eval_count\":3,\"eval_duration\":50}\n";

    private final Sent sent = new Sent();
    private final SentLines lines = new SentLines(sent);

    private String pass(String some) {
        return lines.lines(Buffer.buffer(some)).toString();
    }

    private static String part(String content) {
        return "{\"message\":{\"role\":\"assistant\",\"content\":\"%s\"},\"done\":false}\n"
                .formatted(content);
    }

    @Test
    void whatPassesIsRememberedAndLeftAsItIs() {
        assertThat(pass(part("Once ") + part("") + part("upon\\n"))).contains("\"Once \"");
        assertThat(sent.text()).isEqualTo("Once upon\n");
        assertThat(sent.tokens()).isEqualTo(2);
        assertThat(pass(LAST)).isEqualTo(LAST);
    }

    @Test
    void oneLineMayComeInSeveralPieces() {
        String line = part("Onceé");
        assertThat(pass(line.substring(0, 40))).isEmpty();
        assertThat(pass(line.substring(40))).isEqualTo(line);
        assertThat(lines.lastLine(Buffer.buffer(LAST.strip())).toString()).isEqualTo(LAST);
    }

    @Test
    void theLastLineTellsOnePromptAndOneAnswer() throws IOException {
        pass(part("Once ") + part("upon ") + part("a "));
        sent.resumed();
        pass(part("time") + part("."));
        JsonNode last = AnswerLine.JSON.readTree(pass(LAST));
        assertThat(last.path("prompt_eval_count").asInt()).isEqualTo(11);
        assertThat(last.path("eval_count").asInt()).isEqualTo(6);
        assertThat(last.path("eval_duration").asLong()).isGreaterThan(50);
        assertThat(last.at("/cortex/resumed").asInt()).isEqualTo(1);
    }

    @Test
    void anotherServerGoesOnUnlessTheRequestIsAtFault() {
        pass(part("Once "));
        assertThat(lines.goesOn("unexpected EOF")).isTrue();
        assertThat(lines.goesOn("invalid format: no grammar")).isFalse();
    }

    @Test
    void nobodyGoesOnWithThoughtsOrCallsOrWhatIsNoAnswer() {
        for (String other :
                new String[] {
                    "{\"message\":{\"content\":\"\",\"thinking\":\"Hm\"},\"done\":false}\n",
                    "{\"message\":{\"content\":\"\",\"tool_calls\":[{\"function\":{\"name\":\"f\"}}]},\"done\":false}\n",
                    "no JSON\n",
                }) {
            SentLines all = new SentLines(new Sent());
            all.lines(Buffer.buffer(part("Once ")));
            assertThat(all.goesOn("")).isTrue();
            assertThat(all.lines(Buffer.buffer(other)).toString()).isEqualTo(other);
            assertThat(all.goesOn("")).as(other).isFalse();
        }
    }

    @Test
    void noMoreIsRememberedThanHasItsPlace() {
        String long_ = part("x".repeat(100_000));
        pass(long_ + long_);
        assertThat(lines.goesOn("")).isTrue();
        pass(long_);
        assertThat(lines.goesOn("")).isFalse();
        assertThat(sent.text()).isEmpty();
    }
}
