package dev.aicortex.ollama;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aicortex.model.ServerUrl;
import dev.aicortex.model.ValidationException;
import dev.aicortex.testing.Certificate;
import dev.aicortex.testing.TestConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens and certificates of single servers, as they are configured. */
class ServerAccessTest {
    private static final ServerUrl SERVER = ServerUrl.of("http://gpu-a:11434");

    @TempDir static Path folder;
    private static Certificate own;

    @BeforeAll
    static void files() throws Exception {
        own = Certificate.make(folder, "own", "dns:gateway");
        Certificate.make(folder, "strange", "dns:gateway");
        Files.writeString(folder.resolve("token"), "sesame\n");
        Files.writeString(folder.resolve("nothing"), "\n");
        Files.writeString(folder.resolve("old"), "-----BEGIN EC PRIVATE KEY-----\n");
    }

    private static ServerAccess access(Map<String, String> keys) {
        return new ServerAccess(TestConfig.of(keys));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "cortex.server.gpu-a.bearer",
                "cortex.server.GPU-A.bearer",
                "cortex.server.\"gpu-a:11434\".bearer",
                "cortex.server.\"http://gpu-a:11434/v1\".bearer",
            })
    void aServerIsMeantByItsHostItsPortOrItsUrl(String key) {
        ServerAccess access = access(Map.of(key, "sesame"));
        assertThat(access.authorized(SERVER).authorization()).contains("Bearer sesame");
        assertThat(access.authorized(ServerUrl.of("http://gpu-b:11434")).authorization()).isEmpty();
        assertThat(access.authorized(SERVER).toString()).doesNotContain("sesame");
    }

    @Test
    void anEntryMayHaveAnyNameThen() {
        ServerAccess access =
                access(
                        Map.of(
                                "cortex.server.a.url",
                                "http://gpu-a:11434",
                                "cortex.server.a.bearer-file",
                                folder.resolve("token").toString()));
        access.check(List.of(SERVER));
        assertThat(access.authorized(SERVER).authorization())
                .isEqualTo(Optional.of("Bearer sesame"));
    }

    @Test
    void aTokenTakesThePlaceOfCredentialsInTheUrl() {
        ServerAccess access = access(Map.of("cortex.server.gpu-a.bearer", "sesame"));
        ServerUrl server = ServerUrl.of("http://me:secret@gpu-a:11434");
        assertThat(access.authorized(server).authorization()).contains("Bearer sesame");
    }

    @Test
    void anEntryOfNoServerIsRefused() {
        ServerAccess access = access(Map.of("cortex.server.gpu-x.bearer", "sesame"));
        assertThatThrownBy(() -> access.check(List.of(SERVER)))
                .isInstanceOf(ValidationException.class)
                .hasMessage(
                        "cortex.server.gpu-x: no server of this fleet is meant by it; set cortex.server.gpu-x.url to one of http://gpu-a:11434");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "ca-file | none | 'PATH' cannot be read; name a PEM file",
                "ca-file | token | 'PATH' holds no certificate; name a PEM file that begins with -----BEGIN CERTIFICATE-----",
                "ca-file | nothing | 'PATH' holds no certificate; name a PEM file that begins with -----BEGIN CERTIFICATE-----",
                "ca-file | own.key | 'PATH' holds no certificate; name a PEM file that begins with -----BEGIN CERTIFICATE-----",
                "client-key | old | 'PATH' holds no key between -----BEGIN PRIVATE KEY----- and its end; convert it: openssl pkcs8 -topk8 -nodes -in old.pem -out new.pem",
                "client-key | own.pem | 'PATH' holds no key between -----BEGIN PRIVATE KEY----- and its end; convert it: openssl pkcs8 -topk8 -nodes -in old.pem -out new.pem",
                "client-key | strange.key | 'PATH' is not the key of the certificate; name the one that client-cert was made with",
                "bearer-file | none | 'PATH' cannot be read; name a file that holds the token alone",
            })
    void aWrongFileIsRefusedInOneLine(String key, String file, String problem) {
        Path path = folder.resolve(file);
        Map<String, String> keys =
                key.equals("client-key")
                        ? Map.of(
                                "cortex.server.a.client-key", path.toString(),
                                "cortex.server.a.client-cert", own.pem().toString())
                        : Map.of("cortex.server.a." + key, path.toString());
        assertThatThrownBy(() -> access(keys))
                .isInstanceOf(ValidationException.class)
                .hasMessage(
                        "cortex.server.a.%s: %s", key, problem.replace("PATH", path.toString()));
    }

    @Test
    void whatGoesTogetherIsSetTogether() {
        assertThatThrownBy(
                        () -> access(Map.of("cortex.server.a.client-cert", own.pem().toString())))
                .hasMessage(
                        "cortex.server.a.client-cert and cortex.server.a.client-key go together; set both");
        assertThatThrownBy(() ->
                        access(
                                Map.of(
                                        "cortex.server.a.bearer", "x",
                                        "cortex.server.a.bearer-file", "y")))
                .hasMessageContaining("both set");
    }

    @ParameterizedTest
    @ValueSource(strings = {"two words", "sesamé", "a\tb"})
    void aTokenThatNoHeaderCanHoldIsRefusedAndNotShown(String token) {
        assertThatThrownBy(() -> access(Map.of("cortex.server.a.bearer", token)))
                .isInstanceOf(ValidationException.class)
                .hasMessageStartingWith("cortex.server.a.bearer ")
                .hasMessageNotContaining(token);
    }

    @Test
    void anEmptyFileIsNoToken() {
        assertThatThrownBy(() ->
                        access(
                                Map.of(
                                        "cortex.server.a.bearer-file",
                                        folder.resolve("nothing").toString())))
                .hasMessageContaining("is empty");
    }

    @Test
    void theRightFilesAreTaken() {
        ServerAccess access =
                access(
                        Map.of(
                                "cortex.server.gpu-a.ca-file", own.pem().toString(),
                                "cortex.server.gpu-a.client-cert", own.pem().toString(),
                                "cortex.server.gpu-a.client-key", own.key().toString()));
        access.check(List.of(SERVER));
    }
}
