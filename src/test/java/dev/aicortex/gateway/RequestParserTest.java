package dev.aicortex.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aicortex.model.Endpoint;
import dev.aicortex.model.ValidationException;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.charset.Charset;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestParserTest {
    private static InferenceRequest parse(String body) throws IOException {
        return RequestParser.parse(
                new RequestBody.InMemory(Buffer.buffer(body), new BodyBudget(1_000)),
                Endpoint.CHAT);
    }

    @Test
    void findsModelAndStreamWhereverTheyStand() throws IOException {
        InferenceRequest request =
                parse(
                        """
                        {"messages":[{"model":"no","stream":true}],"stream":false,"x":{},"model":"m"}
                        """);
        assertThat(request.spelling()).isEqualTo("m");
        assertThat(request.stream()).isFalse();
    }

    @Test
    void takesTheDialectsDefaultWithoutStream() throws IOException {
        assertThat(parse("{\"model\":\"m\"}").stream()).isTrue();
        assertThat(parse("{\"model\":\"m\",\"stream\":null}").stream()).isTrue();
    }

    @Test
    void takesTheModelInAnyLetterCaseAsServersDo() throws IOException {
        assertThat(parse("{\"MODEL\":\"m\"}").spelling()).isEqualTo("m");
    }

    @Test
    void skipsAnImageOfManyMegabytes() throws IOException {
        String image = "A".repeat(34_000_000);
        assertThat(parse("{\"image\":\"" + image + "\",\"model\":\"m\"}").spelling())
                .isEqualTo("m");
    }

    @Test
    void findsTheModelsPlaceWhereverTheParsersBufferEnds() throws IOException {
        for (int length = 7_900; length < 8_100; length++) {
            String before = "{\"é\":\"" + "x".repeat(length) + "\",\"model\" : ";
            RequestBody.InMemory body =
                    new RequestBody.InMemory(
                            Buffer.buffer(before + "\"\\u006c\\u00e9/ü:3b\" ,\"a\":1}"),
                            new BodyBudget(1_000_000));
            InferenceRequest request = RequestParser.parse(body, Endpoint.CHAT);
            assertThat(request.spelling()).isEqualTo("lé/ü:3b");
            assertThat(
                            body.join(
                                            Splice.apply(
                                                    List.of(Splice.replace(request.place(), "0")),
                                                    body.length()))
                                    .toString())
                    .isEqualTo(before + "0 ,\"a\":1}");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"web_search\"}",
                "{\"name\":\"s\",\"Type\":\"web_search_20250305\"}",
                "{\"type\":\"web_search\",\"type\":\"function\"}",
            })
    void findsAWebSearchHoweverItIsSpelt(String tool) throws IOException {
        String body = "{\"model\":\"m\",\"tools\":[{\"type\":\"function\"},%s]}";
        assertThat(parse(body.formatted(tool)).marks().webSearch()).isTrue();
    }

    @Nested
    class Refuses {
        @ParameterizedTest
        @ValueSource(strings = {"UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32"})
        void otherEncodings(String encoding) {
            byte[] bytes = "{\"model\":\"a\"}".getBytes(Charset.forName(encoding));
            RequestBody body =
                    new RequestBody.InMemory(Buffer.buffer(bytes), new BodyBudget(1_000));
            assertThatThrownBy(() -> RequestParser.parse(body, Endpoint.CHAT))
                    .isInstanceOf(ValidationException.class)
                    .hasMessageContaining("UTF-8");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "{\"model\":\"a\",\"Model\":\"b\"}",
                    "{\"model\":\"a\",\"model\":\"a\"}",
                    "{\"model\":\"a\",\"stream\":true,\"\u017ftream\":false}",
                    "{\"model\":\"a\",\"k\":1,\"\u212a\":2}",
                })
        void keysThatDifferOnlyInCase(String body) {
            assertThatThrownBy(() -> parse(body))
                    .isInstanceOf(ValidationException.class)
                    .hasMessageContaining("stands twice");
        }

        @ParameterizedTest
        @ValueSource(strings = {"{\"model\":\"a\"} {}", "{\"model\":\"a\"}1", "{\"model\":\"a\"}]"})
        void anythingAfterTheObject(String body) {
            assertThatThrownBy(() -> parse(body)).isInstanceOf(ValidationException.class);
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                quoteCharacter = '`',
                value = {
                    "``|missing request body",
                    "{|not valid JSON (line 1",
                    "[]|must be a JSON object",
                    "{}|model is required",
                    "{\"model\":\"\"}|model is required",
                    "{\"model\":null}|model is required",
                    "{\"model\":7}|'model' must be a string",
                    "{\"model\":\"m\",\"stream\":\"yes\"}|'stream' must be true or false",
                })
        void whatNoServerCouldServe(String body, String complaint) {
            assertThatThrownBy(() -> parse(body))
                    .isInstanceOf(ValidationException.class)
                    .hasMessageContaining(complaint);
        }

        @Test
        void whatWouldFillTheMemory() {
            StringBuilder fields = new StringBuilder("{\"model\":\"m\"");
            for (int i = 0; i < 1_001; i++) {
                fields.append(",\"f").append(i).append("\":1");
            }
            assertThatThrownBy(() -> parse(fields + "}"))
                    .hasMessageContaining("more than 1000 fields");
            String longName = "{\"model\":\"" + "m".repeat(513) + "\"}";
            assertThatThrownBy(() -> parse(longName)).hasMessageContaining("longer than 512");
            String endless = "{\"model\":\"" + "m".repeat(90_000_000) + "\"}";
            assertThatThrownBy(() -> parse(endless)).isInstanceOf(ValidationException.class);
            String number = "{\"n\":" + "1".repeat(90_000_000) + ",\"model\":\"m\"}";
            assertThatThrownBy(() -> parse(number)).isInstanceOf(ValidationException.class);
        }

        @Test
        void withoutRepeatingThePrompt() {
            assertThatThrownBy(() -> parse("{\"model\":\"m\",\"prompt\":\"secret plan\",oops}"))
                    .hasMessageNotContaining("secret");
        }
    }
}
