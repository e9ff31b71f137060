package dev.aicortex.gateway.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aicortex.dialect.Endpoint;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CanonicalBodyTest {
    private static final String BODY =
            """
            {"model":"m","messages":[{"role":"user","content":"hi"}],"temperature":0}\
            """;

    private static String text(String body) throws IOException {
        return text(body, Endpoint.CHAT_COMPLETIONS);
    }

    private static String text(String body, Endpoint endpoint) throws IOException {
        return CanonicalBody.of(body.getBytes(StandardCharsets.UTF_8), endpoint).digest();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                " { \"model\" : \"m\",\n\"messages\":[ {\"role\":\"user\",\"content\":\"hi\"} ],\"temperature\":0 } ",
                "{\"temperature\":0,\"messages\":[{\"content\":\"hi\",\"role\":\"user\"}],\"model\":\"m\"}",
                "{\"model\":\"\\u006d\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],\"temperature\":0}",
                "{\"stream\":true,\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],\"temperature\":0}",
                "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],\"temperature\":0,\"user\":\"u\",\"metadata\":{\"a\":1},\"prompt_cache_key\":\"k\",\"Safety_Identifier\":\"s\"}",
            })
    void orderSpacesEscapesAndWhoAsksMakeNoDifference(String same) throws IOException {
        assertThat(text(same)).isEqualTo(text(BODY));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"content\":\"hi\" | \"content\":\"hi \"",
                "\"temperature\":0 | \"temperature\":0.0",
                "\"temperature\":0 | \"temperature\":0,\"unheard_of\":null",
                "\"temperature\":0 | \"temperature\":0,\"stream_options\":{}",
                "\"role\":\"user\" | \"role\":\"user\",\"user\":\"u\"",
                "[{\"role\" | [null,{\"role\"",
                "\"model\":\"m\" | \"model\":\"M\"",
                "\"content\":\"hi\" | \"content\":\"hi\",\"content\":\"hi\"",
            })
    void allElseDoes(String from, String to) throws IOException {
        assertThat(text(BODY.replace(from, to))).isNotEqualTo(text(BODY));
    }

    @Test
    void noTextIsTakenForWhatStandsAroundIt() throws IOException {
        assertThat(text("{\"a\":\"x\",\"b\":\"y\"}"))
                .isNotEqualTo(text("{\"a\":\"x,\\\"1:b\\\"1:y\"}"));
        assertThat(text("{\"a\":[\"1\",2]}")).isNotEqualTo(text("{\"a\":[\"1,2\"]}"));
        assertThat(text("{\"a\":1}")).isNotEqualTo(text("{\"a\":\"1\"}"));
    }

    @Test
    void answersThatRepeatWhoAsksAreKeptForEach() throws IOException {
        String named = BODY.replace("{\"model\"", "{\"user\":\"u\",\"model\"");
        assertThat(text(named, Endpoint.RESPONSES)).isNotEqualTo(text(BODY, Endpoint.RESPONSES));
    }

    @Test
    void textsToEmbedCanBeLeftOut() throws IOException {
        byte[] one = "{\"model\":\"m\",\"Input\":[\"a\"]}".getBytes(StandardCharsets.UTF_8);
        byte[] other = "{\"input\":\"b\",\"model\":\"m\"}".getBytes(StandardCharsets.UTF_8);
        assertThat(CanonicalBody.withoutInput(one, Endpoint.EMBED))
                .isEqualTo(CanonicalBody.withoutInput(other, Endpoint.EMBED));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "CHAT_COMPLETIONS | {\"temperature\":0} | true",
                "CHAT_COMPLETIONS | {\"Temperature\":0.0} | true",
                "CHAT_COMPLETIONS | {\"temperature\":0.1} | false",
                "CHAT_COMPLETIONS | {\"temperature\":\"0\"} | false",
                "CHAT_COMPLETIONS | {\"temperature\":null} | false",
                "CHAT_COMPLETIONS | {\"temperature\":1,\"seed\":42} | true",
                "CHAT_COMPLETIONS | {\"seed\":-1} | false",
                "CHAT_COMPLETIONS | {\"seed\":null} | false",
                "CHAT_COMPLETIONS | {\"options\":{\"temperature\":0}} | false",
                "CHAT_COMPLETIONS | {\"metadata\":{\"seed\":1}} | false",
                "MESSAGES | {\"temperature\":0} | true",
                "CHAT | {\"temperature\":0} | false",
                "CHAT | {\"options\":{\"temperature\":0}} | true",
                "CHAT | {\"options\":{\"seed\":0,\"x\":{\"y\":1}},\"think\":true} | true",
                "CHAT | {\"options\":{\"temperature\":0,\"temperature\":1}} | false",
                "CHAT | {\"options\":{\"x\":{\"seed\":1}}} | false",
                "GENERATE | {\"format\":{\"seed\":1},\"options\":{}} | false",
            })
    void onlyTemperatureZeroOrASeedAskForTheSameAgain(
            Endpoint endpoint, String body, boolean deterministic) throws IOException {
        assertThat(CanonicalBody.of(body.getBytes(StandardCharsets.UTF_8), endpoint))
                .extracting(CanonicalBody::deterministic)
                .isEqualTo(deterministic);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "EMBED | {\"Input\":\"a\"} | true",
                "EMBED | {\"input\":[\"\"]} | true",
                "EMBED | {\"input\":\"\"} | false",
                "EMBED | {\"input\":[]} | false",
                "EMBED | {\"input\":null} | false",
                "EMBED | {\"prompt\":\"a\"} | false",
                "EMBEDDING | {\"prompt\":\"a\"} | true",
                "EMBEDDING | {\"prompt\":\"\"} | false",
                "EMBEDDINGS | {\"input\":[[1,2]],\"x\":\"\"} | true",
            })
    void withoutATextToEmbedAModelIsOnlyLoaded(Endpoint endpoint, String body, boolean embeds)
            throws IOException {
        assertThat(CanonicalBody.of(body.getBytes(StandardCharsets.UTF_8), endpoint))
                .extracting(CanonicalBody::deterministic)
                .isEqualTo(embeds);
    }

    @Test
    void theEmptyTextOfAListIsNotTheRequestWithoutOne() throws IOException {
        byte[] list = "{\"model\":\"m\",\"input\":[\"\"]}".getBytes(StandardCharsets.UTF_8);
        byte[] none = "{\"model\":\"m\"}".getBytes(StandardCharsets.UTF_8);
        assertThat(Question.withoutInput(List.of(), Endpoint.EMBED, list).key("content", ""))
                .isNotEqualTo(Question.of(List.of(), Endpoint.EMBED, none).key("content"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"format\":%s}", "%s", "{\"tools\":[%s]}"})
    void ofNamesThatDifferInCaseTheOrderCounts(String around) throws IOException {
        String one = around.formatted("{\"name\":1,\"Name\":2}");
        String other = around.formatted("{\"Name\":2,\"name\":1}");
        assertThat(text(one)).isNotEqualTo(text(other));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"a\":", "{\"a\":nul}"})
    void whatIsNoJsonIsNotCompared(String body) {
        assertThatThrownBy(() -> text(body)).isInstanceOf(IOException.class);
    }

    @Test
    void norIsWhatIsNestedTooDeep() {
        String deep = "{\"a\":" + "[".repeat(200) + "]".repeat(200) + "}";
        assertThatThrownBy(() -> text(deep)).isInstanceOf(IOException.class);
    }
}
