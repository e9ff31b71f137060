package dev.aicortex.http.ui;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The cookie of whoever is signed in. */
class KeyCookieTest {
    private static String sent(String secret) {
        return KeyCookie.keep(secret, false).replaceFirst(";.*", "");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ck-abc_DEF-123", "a key; with = all, \"sorts\"", "schlüssel 🔑"})
    void comesBackAsItWasGiven(String secret) {
        assertThat(KeyCookie.in(List.of(sent(secret)))).contains(secret);
        assertThat(KeyCookie.in(List.of("a=b; " + sent(secret) + ";c=d"))).contains(secret);
        assertThat(KeyCookie.in(List.of("a=b", sent(secret)))).contains(secret);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ";;;",
                "=",
                "cortex_key",
                "cortex_key=",
                "cortex_key=***",
                "cortex_key=a",
                "cortex_key=_w", // no UTF-8
                "cortex_key=YQo", // a line feed in it
                "cortex_key=ICA", // spaces
                "cortex_key2=Y2stYWJj",
                "CORTEX_KEY=Y2stYWJj",
                "x=cortex_key=Y2stYWJj"
            })
    void isNoneWhenItIsMalformed(String header) {
        assertThat(KeyCookie.in(List.of(header))).isEmpty();
    }

    @Test
    void isTheFirstOfTwoThatCanBeRead() {
        assertThat(KeyCookie.in(List.of("cortex_key=*; " + sent("a") + "; " + sent("b"))))
                .contains("a");
        assertThat(KeyCookie.in(List.of())).isEmpty();
    }

    @Test
    void isOfThePageAloneForTwelveHours() {
        assertThat(KeyCookie.keep("ck-abc", false))
                .isEqualTo(
                        "cortex_key=Y2stYWJj; Max-Age=43200; Path=/ui; HttpOnly; SameSite=Strict");
        assertThat(KeyCookie.keep("ck-abc", true)).endsWith("; SameSite=Strict; Secure");
        assertThat(KeyCookie.drop(false))
                .isEqualTo("cortex_key=; Max-Age=0; Path=/ui; HttpOnly; SameSite=Strict");
    }
}
