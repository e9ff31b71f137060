package dev.aicortex.http.ui;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which requests are the page's own. */
class SameOriginTest {
    private static final String HOST = "ai.example:11435";

    @ParameterizedTest
    @CsvSource({
        "true, , , true",
        "true, , same-origin, true",
        "true, , none, true",
        "true, , same-site, false",
        "true, , cross-site, false",
        "true, http://ai.example:11435, same-origin, true",
        "true, http://other.example, , false",
        "false, , , false",
        "false, , same-origin, false",
        "false, , none, false",
        "false, http://ai.example:11435, , true",
        "false, HTTP://AI.example:11435, same-origin, true",
        "false, http://ai.example:11435, none, false",
        "false, http://ai.example:11435, same-site, false",
        "false, http://ai.example:11435, cross-site, false",
        "false, http://ai.example:11436, , false",
        "false, http://ai.example, , false",
        "false, http://ai.example:11435.evil.example, , false",
        "false, http://evil.example/http://ai.example:11435, , false",
        "false, null, , false"
    })
    void areThoseWhoseOriginIsTheHost(boolean reads, String origin, String site, boolean own) {
        assertThat(new SameOrigin(reads, false, HOST, origin, site).problem().isEmpty())
                .isEqualTo(own);
    }

    @Test
    void mayComeThroughAProxyThatSpeaksTls() {
        SameOrigin proxied = new SameOrigin(false, false, HOST, "https://" + HOST, "same-origin");
        assertThat(proxied.problem()).isEmpty();
        assertThat(proxied.secure()).isTrue();
    }

    @Test
    void neverComeWithoutTlsWhereItIsSpoken() {
        assertThat(new SameOrigin(false, true, HOST, "http://" + HOST, null).problem()).isPresent();
        assertThat(new SameOrigin(false, true, HOST, "https://" + HOST, null).problem()).isEmpty();
    }

    @Test
    void areNoneWhereNoHostIsNamed() {
        assertThat(new SameOrigin(false, false, null, "http://null", null).problem()).isPresent();
    }
}
