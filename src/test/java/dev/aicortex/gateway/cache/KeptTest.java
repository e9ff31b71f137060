package dev.aicortex.gateway.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeptTest {
    @Test
    void anotherReplicaReadsWhatOneHasWritten() {
        Kept kept =
                new Kept(
                        "text/event-stream",
                        Map.of("X-Cortex-Truncated", "likely"),
                        Buffer.buffer("data: \n\nü").appendByte((byte) 0xff));
        assertThat(Kept.decoded(kept.encoded())).contains(kept);
        Kept part = Kept.part(Buffer.buffer());
        assertThat(Kept.decoded(part.encoded())).contains(part);
    }

    @Test
    void itGrowsNoOlderWhereverItIsKept() {
        Duration ttl = Duration.ofMillis(1_000);
        Kept kept = new Kept("text/plain", Map.of(), Buffer.buffer(), 5_000);
        Kept elsewhere = Kept.decoded(kept.encoded()).orElseThrow();
        assertThat(elsewhere.left(ttl, 5_400)).isEqualTo(Duration.ofMillis(600));
        assertThat(elsewhere.left(ttl, 6_001)).isZero();
        assertThat(elsewhere.left(ttl, 4_000)).as("by a clock that is behind").isEqualTo(ttl);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\n",
                "what",
                "[]\n",
                "{\"type\":\"a\",\"length\":3}\nab",
                "{\"type\":\"a\",\"length\":\"two\"}\nab",
                "{\"length\":2}\nab"
            })
    void whatAnotherProgramWroteIsNoAnswer(String other) {
        assertThat(Kept.decoded(Buffer.buffer(other))).isEmpty();
    }
}
