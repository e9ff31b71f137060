package dev.aicortex.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CredentialsTest {
    private static final int LONG = 256 << 10;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "the key sk-proj-Ab12_Cd34-Ef56 here | the key sk-*** here",
                "ck-0123456789abcdef. | ck-***.",
                "Authorization: Bearer abc.DEF/123= ok | Authorization: Bearer *** ok",
                "\"Authorization\": \"Basic dXNlcjpwYXNz\" | \"Authorization\": \"Basic ***\"",
                "curl -H 'x-api-key: 0123abcd' | curl -H 'x-api-key: ***'",
                "DB_PASSWORD=hunter22;x=1 | DB_PASSWORD=***;x=1",
                "{\"client_secret\":\"s3cr3t-value\",\"n\":1} | {\"client_secret\":\"***\",\"n\":1}",
                "ghp_0123456789abcdefABCDEF | ghp_***",
                "AKIAIOSFODNN7EXAMPLE0 | AKIA***",
                "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln, | eyJ***,",
            })
    void whatLooksLikeACredentialIsMasked(String text, String masked) {
        assertThat(Credentials.masked(text)).isEqualTo(masked);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "a\\nsk-0123456789\\nb | a\\nsk-***\\nb",
                "a\\\\nsk-0123456789\\\\nb | a\\\\nsk-***\\\\nb",
                "\\u003csk-0123456789\\u003e | \\u003csk-***\\u003e",
                "{\\\"key\\\":\\\"sk-0123456789\\\"} | {\\\"key\\\":\\\"sk-***\\\"}",
                "\\\"api_key\\\": \\\"0123456789\\\" | \\\"api_key\\\": \\\"***\\\"",
                "\\\\\\\"password\\\\\\\":\\\\\\\"hunter22\\\\\\\" | \\\\\\\"password\\\\\\\":\\\\\\\"***\\\\\\\"",
                "-H \\\"Authorization: Bearer 0123456789\\\" | -H \\\"Authorization: Bearer ***\\\"",
                "-----BEGIN RSA PRIVATE KEY-----\\nMIIEow+/=\\nQUJD\\n-----END | -----BEGIN RSA PRIVATE KEY-----***-----END",
            })
    void inEscapedJsonToo(String text, String masked) {
        assertThat(Credentials.masked(text)).isEqualTo(masked);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a risk-adjusted-return of the task-force-members",
                "the bearer of bad news",
                "{\"max_tokens\":100,\"logprobs\":[{\"token\":\" hello\",\"logprob\":-0.1}]}",
                "{\"properties\":{\"password\":{\"type\":\"string\"}},\"required\":[\"api_key\",\"b\"]}",
                "sk-1",
                "Straße – 東京 🙂",
                ""
            })
    void otherWordsStay(String text) {
        assertThat(Credentials.masked(text)).isEqualTo(text);
    }

    /** What took a time that grows with the square of its length would not come to its end. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "sk-",
                "sk-a ",
                "eyJ",
                "eyJ-",
                "ghp_",
                "Bearer ",
                "bearer",
                "Authorization:",
                "authorization: a ",
                "password",
                "password=",
                "password = \"'",
                "secret\\\\\\\\",
                "-----BEGIN ",
                "-----BEGIN PRIVATE KEY-----",
                "-----BEGIN PRIVATE KEY-----A",
                "\\u003c",
                "\\",
                " ",
                "a"
            })
    void textsThatAreMadeToTakeLongDoNot(String part) {
        String text = part.repeat(2 * LONG / part.length());
        assertThat(Credentials.masked(text)).hasSizeLessThanOrEqualTo(text.length());
    }

    @Test
    void aLongCredentialIsMaskedWhole() {
        assertThat(Credentials.masked("sk-" + "a".repeat(LONG))).isEqualTo("sk-***");
    }
}
