package dev.aicortex.gateway.rewrite;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aicortex.gateway.calls.AnswerLine;
import dev.aicortex.gateway.request.BodyBudget;
import dev.aicortex.gateway.request.RequestBody;
import dev.aicortex.relay.Rewriting;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.Test;

class ResumptionTest {
    private static final String LAST =
            "{\"message\":{\"content\":\"\"},\"done\":true,\"prompt_eval_count\":14,\"eval_count\":3,\"eval_duration\":50}\n";

    private final Resumption answer = resumption();
    private final Rewriting lines = answer.part();

    private static Resumption resumption() {
        Buffer body =
                Buffer.buffer(
                        "{\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}],\"options\":{\"num_predict\":8}}");
        try {
            return PlainChat.in(new RequestBody.InMemory(body, new BodyBudget(Long.MAX_VALUE)))
                    .map(Resumption::new)
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

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
        assertThat(answer.text()).isEqualTo("Once upon\n");
        assertThat(pass(LAST)).isEqualTo(LAST);
    }

    @Test
    void theRestHasTheTokensThatAreLeft() {
        assertThat(answer.splices()).isEmpty();
        pass(part("Once ") + part("") + part("upon\\n"));
        assertThat(answer.prepare().succeeded()).isTrue();
        assertThat(answer.splices())
                .extracting(splice -> splice.text().toString())
                .containsExactly("6", ",{\"role\":\"assistant\",\"content\":\"Once upon\\n\"}");
        pass(part("a") + part("b") + part("c") + part("d") + part("e") + part("f"));
        assertThat(answer.prepare().cause()).hasMessageContaining("all the tokens");
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
        answer.prepare();
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
            Rewriting all = resumption().part();
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
        assertThat(answer.text()).isEmpty();
    }
}
