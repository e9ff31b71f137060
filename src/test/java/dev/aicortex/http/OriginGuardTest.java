package dev.aicortex.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which pages may ask and what they may send, without a gateway. */
class OriginGuardTest {
    private static final String HOST = "192.168.1.7:11435";
    private static final Predicate<String> NAMES =
            new HostGuard(() -> true, List.of("chat.example"))::names;

    private static OriginGuard configured(String... entries) {
        return new OriginGuard(Optional.of(List.of(entries)), NAMES);
    }

    @Nested
    class BuiltIn {
        private final OriginGuard origins = new OriginGuard(Optional.empty(), NAMES);

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "http://localhost",
                    "http://localhost:3000",
                    "https://localhost:8443",
                    "HTTP://LOCALHOST:3000",
                    "http://127.0.0.1:5173",
                    "http://0.0.0.0:8080",
                    "http://[::1]:3000",
                    "app://obsidian.md",
                    "file://",
                    "tauri://localhost",
                    "vscode-webview://0a1b",
                    "vscode-file://vscode-app",
                    "chrome-extension://abcdef",
                    "moz-extension://0a-1b"
                })
        void allowThisMachineAndApplications(String origin) {
            assertThat(origins.allows(origin, HOST)).isTrue();
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "https://evil.example",
                    "http://localhost.evil.example",
                    "http://localhost:3000.evil.example",
                    "http://localhost:evil",
                    "http://evil.example/http://localhost",
                    "http://127x0.0.1",
                    "http://192.168.1.7",
                    "ftp://localhost",
                    "null",
                    "",
                    "localhost"
                })
        void refuseTheRest(String origin) {
            assertThat(origins.allows(origin, HOST)).isFalse();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "http://192.168.1.7:11435, 192.168.1.7:11435, true",
        "https://[fd00::7], [fd00::7], true",
        "https://Localhost:11435, localhost:11435, true",
        "http://a.localhost, a.localhost, true",
        "https://chat.example, chat.example, true",
        "https://chat.example, chat.example:8443, false",
        "https://192.168.1.7, 192.168.1.7:11435, false",
        "app2://192.168.1.7:11435, 192.168.1.7:11435, false",
        "192.168.1.7:11435, 192.168.1.7:11435, false",
        "http://rebound.example:11435, rebound.example:11435, false",
        "http://rebound.local:11435, rebound.local:11435, false",
        "http://rebound.internal:11435, rebound.internal:11435, false"
    })
    void thePagesOfTheGatewaysOwnAddressMayAsk(String origin, String host, boolean allowed) {
        assertThat(configured("none").allows(origin, host)).isEqualTo(allowed);
        assertThat(configured("none").allows(origin, null)).isFalse();
    }

    @Test
    void soMayThoseOfAnyNameOfItsWhereAKeyIsAskedFor() {
        OriginGuard origins = new OriginGuard(Optional.empty(), _ -> true);
        assertThat(origins.allows("https://ai.example", "ai.example")).isTrue();
        assertThat(origins.allows("https://other.example", "ai.example")).isFalse();
    }

    @Nested
    class Configured {
        @ParameterizedTest
        @CsvSource({
            "https://chat.example, https://chat.example, true",
            "https://chat.example, https://CHAT.example, true",
            "https://chat.example, http://chat.example, false",
            "https://chat.example, https://chatxexample, false",
            "https://chat.example, https://chat.example.evil.example, false",
            "https://*.example.org, https://a.b.example.org, true",
            "https://*.example.org, https://example.org, false",
            "https://*.example.org, https://example.org.evil.example, false",
            "http://10.0.0.7:*, http://10.0.0.7:3000, true",
            "*, https://evil.example, true",
            "*, null, true",
            "null, null, true",
            "null, https://evil.example, false"
        })
        void entriesMayHaveWildcards(String entry, String origin, boolean allowed) {
            assertThat(configured(entry).allows(origin, HOST)).isEqualTo(allowed);
            assertThat(configured("https://other.example", entry).allows(origin, HOST))
                    .isEqualTo(allowed);
        }

        @Test
        void comeBesideTheBuiltInOnes() {
            assertThat(configured("https://chat.example").allows("http://localhost:3000", HOST))
                    .isTrue();
        }

        @Test
        void noneTakesTheBuiltInOnesAway() {
            assertThat(configured("none").allows("http://localhost:3000", HOST)).isFalse();
            OriginGuard one = configured("none", "https://chat.example");
            assertThat(one.allows("http://localhost:3000", HOST)).isFalse();
            assertThat(one.allows("https://chat.example", HOST)).isTrue();
            assertThat(one.allows("none", HOST)).isFalse();
        }
    }

    @Nested
    class Headers {
        @Test
        void thatEveryClientSendsAreAllowedUnasked() {
            assertThat(OriginGuard.allowedHeaders(null).split(","))
                    .contains("Authorization", "Content-Type", "X-Api-Key", "Anthropic-Version");
        }

        @Test
        void thatLibrariesSendAreAllowedOnRequest() {
            assertThat(
                            OriginGuard.allowedHeaders(
                                            "authorization, x-stainless-retry-count,openai-beta,"
                                                    + " x-cortex-num-ctx,anthropic-user-profile")
                                    .split(","))
                    .contains(
                            "x-stainless-retry-count", "x-cortex-num-ctx", "anthropic-user-profile")
                    .doesNotContain("openai-beta", "authorization")
                    .doesNotHaveDuplicates();
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "x-evil", "x-cortex-a\u00e9", ",", "x-stainless-"})
        void othersAreNot(String requested) {
            assertThat(OriginGuard.allowedHeaders(requested))
                    .isEqualTo(OriginGuard.allowedHeaders(null));
        }
    }
}
