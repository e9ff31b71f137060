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
        "http://ollama_1:11434, http://ollama_1:11434",
        "http://stack_ollama.1.abc:11434/x, http://stack_ollama.1.abc:11434/x",
        "http://GPU-A.Example:11434, http://gpu-a.example:11434",
        "http://bücher.example, http://xn--bcher-kva.example:80",
        "http://xn--bcher-kva.example, http://xn--bcher-kva.example:80",
        "http://[FE80::1%25eth0]:11434, http://[fe80::1%25eth0]:11434",
        "http://[fe80::1%eth0]:11434, http://[fe80::1%25eth0]:11434",
        "http://host:11434/v1, http://host:11434",
        "http://host:11434/v1/, http://host:11434",
        "http://host:11434/api, http://host:11434",
        "https://host/ollama/v1, https://host:443/ollama",
        "http://host:11434//, http://host:11434",
        "http://host:/, http://host:80",
        "' http://host:11434 ', http://host:11434",
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

    @ParameterizedTest
    @CsvSource({
        "http://ollama_1:11434, ollama_1, ollama_1, 11434",
        "http://[fe80::1%25eth0]:11434, fe80::1%eth0, fe80::1, 11434",
        "http://host, host, host, 80",
    })
    void saysWhereToDialAndWhatToCallIt(String text, String host, String name, int port) {
        ServerUrl url = ServerUrl.of(text);
        assertThat(url.host()).isEqualTo(host);
        assertThat(url.name()).isEqualTo(name);
        assertThat(url.port()).isEqualTo(port);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "http://gpu-a:99999 | has port 99999, which is none; write one from 1 to 65535",
                "http://gpu-a:0 | has port 0, which is none; write one from 1 to 65535",
                "http://gpu-a:65536 | has port 65536, which is none; write one from 1 to 65535",
                "http://gpu-a:4294967296 | has port 4294967296, which is none; write one from 1 to 65535",
                "gpu-a:11434 | is not a server's URL; write http://gpu-a:11434 or https://gpu-a:11434",
                "gpu-a | is not a server's URL; write http://gpu-a or https://gpu-a",
                "http://::1:11434 | is not a server's URL; put an IPv6 address into brackets, as in http://[::1]:11434",
                "http://fe80::1 | is not a server's URL; put an IPv6 address into brackets, as in http://[::1]:11434",
            })
    void saysWhatIsWrong(String text, String problem) {
        assertThatThrownBy(() -> ServerUrl.of(text))
                .isInstanceOf(ValidationException.class)
                .hasMessage("cortex.servers: '%s' %s", text, problem);
    }

    @Test
    void dropsTheBracketsOfAnAddressForTheDial() {
        assertThat(ServerUrl.of("http://[::1]:11434").host()).isEqualTo("::1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ftp://gpu-a",
                "http://",
                "http://a b",
                "",
                "http://a/?q=1",
                "http://a/#x",
                "http://a:port",
                "http://-a",
                "http://a%20b",
                "http://[gpu-a]:1",
                "http://[1.2.3.4]:1",
                "http://[fe80::1%25]:1",
                "http://a/b c"
            })
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
                "http://u:99999/secret@a",
                "http://u:p secret@a:99999",
                "me:secret@gpu:11434"
            })
    void masksCredentialsInItsComplaint(String text) {
        assertThatThrownBy(() -> ServerUrl.of(text)).hasMessageNotContaining("secret");
    }
}
