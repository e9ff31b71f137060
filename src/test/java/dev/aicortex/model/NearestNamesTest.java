package dev.aicortex.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NearestNamesTest {
    private static final List<String> KNOWN =
            List.of("llama3.2:3b", "llama3.1:8b", "qwen3:8b", "gemma3:270m");

    @Test
    void findTheOneThatWasMeantFirst() {
        assertThat(NearestNames.of("Lama3.2", KNOWN, 3)).startsWith("llama3.2:3b");
        assertThat(NearestNames.of("qwen3", KNOWN, 3)).startsWith("qwen3:8b");
    }

    @Test
    void findNothingForANameOfAnotherKind() {
        assertThat(NearestNames.of("zzzz", KNOWN, 3)).isEmpty();
    }
}
