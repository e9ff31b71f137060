package dev.aicortex.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServerUrlTest {
    @ParameterizedTest
    @CsvSource({
        "http://gpu-a:11434, http://gpu-a:11434",
        "HTTP://gpu-a:11434/, http://gpu-a:11434",
        "http://gpu-a, http://gpu-a:80",
        "https://gpu.example/ollama/, https://gpu.example:443/ollama",
        "http://[::1]:11434, http://[::1]:11434",
    })
    void isNormalised(String text, String shown) {
        assertThat(ServerUrl.of(text)).hasToString(shown);
    }

    @Test
    void keepsCredentialsApart() {
        ServerUrl url = ServerUrl.of("http://user:secret@gpu-a:11434");
        assertThat(url).hasToString("http://gpu-a:11434");
        assertThat(url.authorization()).contains("Basic dXNlcjpzZWNyZXQ=");
    }

    @Test
    void dropsTheBracketsOfAnAddressForTheDial() {
        assertThat(ServerUrl.of("http://[::1]:11434").host()).isEqualTo("::1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"gpu-a:11434", "ftp://gpu-a", "http://", "http://a b", "", "http://a/?q=1"})
    void refusesWhatIsNoServersUrl(String text) {
        assertThatThrownBy(() -> ServerUrl.of(text))
                .isInstanceOf(ValidationException.class)
                .hasMessageContaining("cortex.servers")
                .hasMessageContaining("http://host:port");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ftp://user:secret@gpu-a",
                "http://u:a/secret@gpu-a",
                "http://u:p@secret@a b",
                "me:secret@gpu:11434"
            })
    void masksCredentialsInItsComplaint(String text) {
        assertThatThrownBy(() -> ServerUrl.of(text)).hasMessageNotContaining("secret");
    }
}
