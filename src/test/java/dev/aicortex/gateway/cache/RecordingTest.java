package dev.aicortex.gateway.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicortex.dialect.Endpoint;
import dev.aicortex.gateway.request.BodyBudget;
import dev.aicortex.relay.AnswerPump;
import dev.aicortex.relay.Ending;
import dev.aicortex.relay.Outgoing;
import dev.aicortex.relay.Rewriting;
import dev.aicortex.relay.Sink;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecordingTest {
    private final List<String> got = new ArrayList<>();
    private final List<String> told = new ArrayList<>();
    private final BodyBudget budget = new BodyBudget(9);
    private boolean full;

    private final Sink client =
            new Sink() {
                @Override
                public void begin(AnswerPump pump, HttpClientResponse head) {}

                @Override
                public void write(Buffer bytes) {
                    got.add(bytes.toString());
                }

                @Override
                public boolean full() {
                    return full;
                }

                @Override
                public Future<Void> end(Buffer last) {
                    got.add(last.toString());
                    return Future.succeededFuture();
                }

                @Override
                public Future<Void> breakOff(Ending how, String reason) {
                    got.add(reason);
                    return Future.succeededFuture();
                }
            };

    private final Recording recording = recording(Rewriting.NONE);

    private Recording recording(Rewriting rewriting) {
        return new Recording(
                client,
                new Outgoing("application/json", Endpoint.CHAT, "m", rewriting),
                6,
                budget,
                new Recording.Listener() {
                    @Override
                    public void whole(Kept kept) {
                        told.add("whole " + kept.bytes());
                    }

                    @Override
                    public void useless() {
                        told.add("useless");
                    }

                    @Override
                    public void slow() {
                        told.add("slow");
                    }
                });
    }

    @Test
    void aWholeAnswerIsRememberedAsItPasses() {
        recording.write(Buffer.buffer("abc"));
        recording.write(Buffer.buffer("d"));
        recording.end(Buffer.buffer("ef"));
        assertThat(got).containsExactly("abc", "d", "ef");
        assertThat(told).containsExactly("whole abcdef");
    }

    @Test
    void anAnswerToAPartOfThePromptIsNotKept() {
        Rewriting notice =
                new Rewriting() {
                    @Override
                    public void head(MultiMap headers) {
                        headers.set("X-Cortex-Truncated", "true");
                    }
                };
        Recording cut = recording(notice);
        cut.write(Buffer.buffer("abc"));
        cut.end(Buffer.buffer("d"));
        assertThat(got).containsExactly("abc", "d");
        assertThat(told).containsExactly("useless");
    }

    @Test
    void oneThatIsTooLongPassesAllTheSame() {
        recording.write(Buffer.buffer("abcdef"));
        recording.write(Buffer.buffer("g"));
        assertThat(told).containsExactly("useless");
        recording.end(Buffer.buffer("h"));
        assertThat(got).containsExactly("abcdef", "g", "h");
        assertThat(told).containsExactly("useless");
    }

    @Test
    void allTogetherHaveABudget() {
        assertThat(budget.take(6)).isTrue();
        recording.write(Buffer.buffer("abc"));
        recording.write(Buffer.buffer("d"));
        assertThat(got).containsExactly("abc", "d");
        assertThat(told).containsExactly("useless");
        assertThat(budget.take(3)).as("what it had is given back").isTrue();
    }

    @Test
    void whatWasRememberedIsLetGoOf() {
        recording.write(Buffer.buffer("abcdef"));
        recording.forget();
        recording.forget();
        assertThat(budget.take(9)).isTrue();
    }

    @Test
    void oneThatBreaksOffIsForgotten() {
        recording.write(Buffer.buffer("abc"));
        recording.breakOff(new Ending.Interrupted(), "why");
        assertThat(got).containsExactly("abc", "why");
        assertThat(told).isEmpty();
    }

    @Test
    void aSlowClientIsTold() {
        assertThat(recording.full()).isFalse();
        full = true;
        assertThat(recording.full()).isTrue();
        assertThat(told).containsExactly("slow");
    }
}
