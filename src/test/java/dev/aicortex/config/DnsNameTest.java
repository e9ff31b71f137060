package dev.aicortex.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aicortex.model.ValidationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DnsNameTest {
    @Test
    void isANameAndMayHaveAPort() {
        assertThat(DnsName.of("ollama.internal")).isEqualTo(new DnsName("ollama.internal", 11434));
        assertThat(DnsName.of("tasks.ollama:8080")).isEqualTo(new DnsName("tasks.ollama", 8080));
        assertThat(DnsName.of("_ollama._tcp.internal").service()).isTrue();
        assertThat(DnsName.server("10.0.0.2")).isEqualTo(new DnsName("10.0.0.2", 53));
        assertThat(DnsName.server("[::1]:5353")).isEqualTo(new DnsName("[::1]", 5353));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://ollama:11434",
                "a b",
                "ollama:",
                "ollama:0",
                "ollama:70000",
                "",
                "a..b",
                "_ollama._tcp.internal:1"
            })
    void anythingElseIsRefusedInWords(String text) {
        assertThatThrownBy(() -> DnsName.of(text))
                .isInstanceOf(ValidationException.class)
                .hasMessageStartingWith("cortex.discovery.dns: '" + text + "'")
                .hasMessageContaining(";");
    }
}
