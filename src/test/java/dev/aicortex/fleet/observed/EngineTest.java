package dev.aicortex.fleet.observed;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EngineTest {
    @ParameterizedTest
    @ValueSource(strings = {"0.1.48", "0.5.1-rc0", "0.20.0", "0.29.9", "v0.6.2"})
    void olderVersionsRunModelsThemselves(String version) {
        assertThat(Engine.of(version)).isEqualTo(Engine.OWN);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.30.0", "0.33.0-rc2", "0.100.1", "1.2.3", "", "0.0.0", "main"})
    void newerOnesAndThoseThatDoNotTellRunLlamaServer(String version) {
        assertThat(Engine.of(version)).isEqualTo(Engine.LLAMA_SERVER);
    }
}
