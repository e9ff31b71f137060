package dev.aicortex.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicortex.simulator.Fault;
import dev.aicortex.simulator.NamedFault;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SimulateCommandTest {
    @ParameterizedTest
    @EnumSource(NamedFault.class)
    void knowsEachFaultByItsName(NamedFault fault) {
        assertThat(fault.fault(1, Duration.ofSeconds(1), 413)).isNotEqualTo(Fault.none());
        assertThat(Run.of("simulate", "--help").out()).contains(fault.toString());
    }

    @Test
    void refusesAFaultThatThereIsNot() {
        Run run = Run.of("simulate", "--fault", "sulks");
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.error()).contains("sulks").containsIgnoringCase("silence");
    }

    @ParameterizedTest
    @CsvSource({"--prefill,-0.5", "--memory,-1"})
    void refusesALimitBelowZero(String option, String value) {
        Run run = Run.of("simulate", option, value);
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.error())
                .startsWith("Invalid value for option '" + option + "': " + value + " is negative");
    }

    @ParameterizedTest
    @ValueSource(strings = {"newest", "33", "v0.33.0", ""})
    void refusesAVersionThatIsNone(String version) {
        Run run = Run.of("simulate", "--ollama-version", version);
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.error())
                .startsWith(
                        "Invalid value for option '--ollama-version': '"
                                + version
                                + "' is not a version of Ollama; give one as in 0.33.0 or 0.20.0");
    }

    @Test
    void knowsThatNewerServersHaveNoMultiuserCache() {
        Run run = Run.of("simulate", "--multiuser-cache");
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.error())
                .startsWith(
                        "Invalid value for option '--multiuser-cache': Ollama 0.33.0 does not have it;"
                                + " give an --ollama-version before 0.30");
    }
}
