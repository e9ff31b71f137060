package dev.aicortex.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GenerationTest {
    @ParameterizedTest
    @CsvSource({
        "0.0.0, OWN_ENGINES",
        "0.20.0, OWN_ENGINES",
        "0.29.9-rc1, OWN_ENGINES",
        "0.30.0, LLAMA_SERVER",
        "0.33.0-rc2+a1b2, LLAMA_SERVER",
        "1.0.0, LLAMA_SERVER"
    })
    void isToldByTheVersion(String version, Generation generation) {
        assertThat(Settings.defaults().withVersion(version).generation()).isEqualTo(generation);
    }

    @Test
    void isTheNewerOneByDefault() {
        assertThat(Settings.defaults().generation()).isEqualTo(Generation.LLAMA_SERVER);
    }

    @Test
    void isNotGuessedFromAnyOtherText() {
        assertThatThrownBy(() -> Settings.defaults().withVersion("latest"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'latest' is not a version of Ollama");
    }
}
