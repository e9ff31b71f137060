package dev.aicortex.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SimulateCommandTest {
    @ParameterizedTest
    @CsvSource({"--prefill,-0.5", "--memory,-1"})
    void refusesALimitBelowZero(String option, String value) {
        Run run = Run.of("simulate", option, value);
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.error())
                .startsWith("Invalid value for option '" + option + "': " + value + " is negative");
    }
}
