package dev.aicortex.fleet.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicortex.fleet.discovery.DnsMemory.Question;
import io.netty.handler.codec.dns.DnsRecordType;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DnsMemoryTest {
    private static final Question NAME = new Question("ollama.test", DnsRecordType.A);

    private final DnsMemory memory = new DnsMemory();

    @Test
    void whatSeveralAnswersDoNotHaveGoes() {
        assertThat(memory.answered(NAME, List.of("a", "b"))).containsOnly("a", "b");
        assertThat(memory.answered(NAME, List.of("b"))).containsOnly("a", "b");
        assertThat(memory.answered(NAME, List.of("b"))).containsOnly("a", "b");
        assertThat(memory.answered(NAME, List.of("b"))).containsOnly("b");
    }

    @Test
    void whatComesBackStays() {
        memory.answered(NAME, List.of("a"));
        memory.answered(NAME, List.of());
        memory.answered(NAME, List.of());
        memory.answered(NAME, List.of("a"));
        assertThat(memory.answered(NAME, List.of())).containsOnly("a");
    }

    @Test
    void aFailureTakesNothingAway() {
        memory.answered(NAME, List.of("a"));
        for (int i = 0; i < 2 * DnsMemory.MISSED; i++) {
            assertThat(memory.unanswered(NAME)).containsOnly("a");
        }
    }

    @Test
    void whatIsNotAskedAnyMoreIsForgotten() {
        memory.answered(NAME, List.of("a"));
        memory.retain(Set.of());
        assertThat(memory.unanswered(NAME)).isEmpty();
    }
}
