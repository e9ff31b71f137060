package dev.aicortex.gateway.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.dialect.Endpoint;
import dev.aicortex.model.Segment;
import dev.aicortex.model.ValidationException;
import dev.aicortex.testing.TestConfig;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestParserTest {
    private static ParsedBody parse(String body) throws IOException {
        return RequestParser.parse(
                new RequestBody.InMemory(Buffer.buffer(body), new BodyBudget(1_000)),
                Endpoint.CHAT);
    }

    @Test
    void findsModelAndStreamWhereverTheyStand() throws IOException {
        ParsedBody request =
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
            ParsedBody request = RequestParser.parse(body, Endpoint.CHAT);
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

    private static String withoutWeb(String body) throws IOException {
        ParsedBody request = parse(body);
        RequestBody.InMemory bytes = (RequestBody.InMemory) request.body();
        return bytes.join(Splice.apply(request.web().cuts(), bytes.length())).toString();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'tools':[{'type':'web_search'},{'type':'function'}],'m':1|'tools':[{'type':'function'}],'m':1",
                "'tools':[{'type':'function'},{'name':'s','Type':'web_search_20250305'}]|'tools':[{'type':'function'}]",
                "'tools':[1,{'type':'web_search','type':'function'} , 2]|'tools':[1, 2]",
                "'tools':[{'type':'web_fetch'},{'type':'WebSearch'},1,{'type':'web-fetch'},{'type':'web_search'}]|'tools':[1]",
                "'a':1,'tools':[{'type':'web_search'}]|'a':1",
                "'a':1 , 'tools' : [ {'type':'web_search'} , {'type':'web_fetch'} ] , 'tool_choice':'required' |'a':1 ",
                "'tool_choice':{'type':'tool','name':'s'},'tools':[1,{'type':'web_search_2','name':'s'}]|'tools':[1]",
                "'tool_choice':{'type':'tool','name':'f'},'tools':[1,{'type':'web_search_2','name':'s'}]|'tool_choice':{'type':'tool','name':'f'},'tools':[1]",
                "'tool_choice':{'type':'web_search_preview'},'tools':[1]|'tools':[1]",
                "'tools':[1],'tool_choice':{'type':'allowed_tools','tools':[{'type':'web_search'},{'name':'f'}]}|'tools':[1],'tool_choice':{'type':'allowed_tools','tools':[{'name':'f'}]}",
                "'tools':[1],'tool_choice':{'type':'allowed_tools','allowed_tools':{'tools':[{'type':'web_search'}]}}|'tools':[1]",
                "'tools':[{'type':'namespace','name':'n','tools':[{'type':'web_search'},{'type':'function'}]}]|'tools':[{'type':'namespace','name':'n','tools':[{'type':'function'}]}]",
                "'tools':[{'type':'namespace','name':'n','tools':[{'type':'web_search'}]},1]|'tools':[1]",
                "'web_search_options':{},'tools':[{'type':'web_search'}],'tool_choice':'auto','a':1|'a':1",
                "'web_search_options':null|'web_search_options':null",
                "'tools':{'type':'web_search'}|'tools':{'type':'web_search'}",
            })
    void takesOutWhatSearchesTheWeb(String fields, String left) throws IOException {
        String model = "\"model\":\"m\"";
        String before = "{" + fields.replace('\'', '"') + "," + model + "}";
        assertThat(withoutWeb(before).replace(" ", ""))
                .isEqualTo("{" + left.replace('\'', '"').replace(" ", "") + "," + model + "}");
        String behind = "{" + model + "," + fields.replace('\'', '"') + "}";
        assertThat(withoutWeb(behind).replace(" ", ""))
                .isEqualTo("{" + model + "," + left.replace('\'', '"').replace(" ", "") + "}");
    }

    @Test
    void aListThatIsAllWebLeavesTheModelAlone() throws IOException {
        assertThat(withoutWeb("{\"tools\":[{\"type\":\"web_search\"}],\"model\":\"m\"}"))
                .isEqualTo("{\"model\":\"m\"}");
        assertThat(withoutWeb("{\"model\":\"m\",\"tools\":[{\"type\":\"web_search\"}]}"))
                .isEqualTo("{\"model\":\"m\"}");
    }

    @Test
    void tellsWhatItTookOutInWordsThatAHeaderCanHold() throws IOException {
        String tools =
                "{\"type\":\"web_search\"},{\"type\":\"web_fetch_2\"},{\"type\":\"web_search\\r\\nX: y\"}";
        assertThat(parse("{\"model\":\"m\",\"tools\":[" + tools + "]}").web().names())
                .containsExactly("web_search", "web_fetch_2");
    }

    @Test
    void keepsItWhereTheGatewayIsSetToLetIt() throws IOException {
        ParsedBody request = parse("{\"model\":\"m\",\"tools\":[{\"type\":\"web_search\"}]}");
        CortexConfig open = TestConfig.of(Map.of("cortex.allow-web-search", "true"));
        CortexConfig shut = TestConfig.of(Map.of());
        assertThat(new Requests(open).permitted(request).web())
                .isEqualTo(ParsedBody.Removed.NOTHING);
        assertThat(new Requests(shut).permitted(request)).isSameAs(request);
    }

    private static ParsedBody parse(byte[] bytes) throws IOException {
        return RequestParser.parse(
                new RequestBody.InMemory(Buffer.buffer(bytes), new BodyBudget(1_000)),
                Endpoint.CHAT);
    }

    /** As Ollama does: it reads U+FFFD where no character is. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "e9",
                "e920",
                "c3",
                "c328",
                "ff",
                "80",
                "c0af",
                "eda080",
                "f5808080",
                "f09f98",
                "e282",
                "f0808080",
            })
    void takesStringsThatAreNotUtf8AsTheyAre(String bytes) throws IOException {
        byte[] odd = HexFormat.of().parseHex(bytes);
        Buffer body =
                Buffer.buffer("{\"prompt\":\"x")
                        .appendBytes(odd)
                        .appendString("é😀\",\"k\":\"")
                        .appendBytes(odd)
                        .appendString("\",\"model\":\"m\"}");
        ParsedBody request = parse(body.getBytes());
        assertThat(request.spelling()).isEqualTo("m");
        Segment.Range place = request.place();
        assertThat(body.getString((int) place.start(), (int) place.end())).isEqualTo("\"m\"");
    }

    @Test
    void takesLoneSurrogatesAndAByteOrderMark() throws IOException {
        assertThat(parse("{\"prompt\":\"\\ud83d and \\udc00\",\"model\":\"m\"}").spelling())
                .isEqualTo("m");
        Buffer body = Buffer.buffer("\ufeff{\"model\":\"m\"}");
        ParsedBody request = parse(body.getBytes());
        assertThat(body.getString((int) request.place().start(), (int) request.place().end()))
                .isEqualTo("\"m\"");
        assertThat(body.getString(0, (int) request.marks().open())).endsWith("{");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "0|true",
                "0.0|true",
                "-0|true",
                "-0.0|true",
                "0e9|true",
                "1e-12|true",
                "'0'|true",
                "'-0'|true",
                "'+0'|true",
                "'0s'|true",
                "'-0s'|true",
                "'0.0s'|true",
                "'0h0m0s'|true",
                "'0ms'|true",
                "'0us'|true",
                "'0µs'|true",
                "'0μs'|true",
                "'0ns'|true",
                "'.0s'|true",
                "'0.s'|true",
                "'0.0000000001s'|true",
                "'0h0m0.000s'|true",
                "1|false",
                "0.5|false",
                "-1|false",
                "'-1s'|false",
                "'1ns'|false",
                "'0h0m1s'|false",
                "'5m'|false",
                "''|false",
                "' 0s'|false",
                "'0x'|false",
                "'0s0'|false",
                "'00'|false",
                "'.s'|false",
                "null|false",
                "false|false",
                "[0]|false",
                "{}|false",
            })
    void everyZeroOfKeepAliveUnloads(String keepAlive, boolean unloads) throws IOException {
        String value = keepAlive.replace('\'', '"');
        assertThat(parse("{\"model\":\"m\",\"keep_alive\":" + value + "}").marks().unload())
                .isEqualTo(unloads);
    }

    @Test
    void keepAliveOfAnyLengthIsRead() throws IOException {
        String long0 = "0s".repeat(20_000);
        assertThat(parse("{\"model\":\"m\",\"keep_alive\":\"" + long0 + "\"}").marks().unload())
                .isTrue();
    }

    private static String withoutNotes(String thought) throws IOException {
        String before = "{\"model\":\"m\",\"messages\":[{\"thinking\":\"";
        RequestBody.InMemory body =
                new RequestBody.InMemory(
                        Buffer.buffer(before + thought + "\",\"content\":\"[AI Cortex: a]\"}]}"),
                        new BodyBudget(1_000_000));
        List<Splice> notes = RequestParser.parse(body, Endpoint.CHAT).marks().notes();
        String left = body.join(Splice.apply(notes, body.length())).toString();
        assertThat(left).startsWith(before).endsWith("\",\"content\":\"[AI Cortex: a]\"}]}");
        return left.substring(before.length(), left.indexOf("\",\"content"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "[AI Cortex: third in line]\\n|``",
                "[AI Cortex: a][AI Cortex: b]\\nHm. [AI Cortex: c]|Hm. [AI Cortex: c]",
                "[AI Cortex: a]\\n\\nHm.|\\nHm.",
                "[AI Cortex: a|[AI Cortex: a",
                "[AI Cortex:|[AI Cortex:",
                "[AI Cortex: \\\"]Hm.|Hm.",
                "Hm.|Hm.",
                "``|``",
            })
    void takesItsOwnNotesOutOfThoughts(String thought, String left) throws IOException {
        assertThat(withoutNotes(thought)).isEqualTo(left);
    }

    @Test
    void readsNoThoughtForThat() throws IOException {
        String thought = "é".repeat(1_000_000);
        assertThat(withoutNotes("[AI Cortex: a]" + thought)).isEqualTo(thought);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "CHAT|{'model':'m'}|false",
                "CHAT|{'model':'m','messages':[]}|false",
                "CHAT|{'model':'m','messages':[{}]}|true",
                "GENERATE|{'model':'m'}|false",
                "GENERATE|{'model':'m','prompt':''}|false",
                "GENERATE|{'model':'m','prompt':'x'}|true",
                "MESSAGES|{'model':'m'}|true",
            })
    void knowsWhetherThereIsSomethingToAnswer(Endpoint endpoint, String body, boolean asks)
            throws IOException {
        Buffer bytes = Buffer.buffer(body.replace('\'', '"'));
        RequestBody request = new RequestBody.InMemory(bytes, new BodyBudget(1_000));
        assertThat(RequestParser.parse(request, endpoint).marks().asks()).isEqualTo(asks);
    }

    @Nested
    class Refuses {
        @ParameterizedTest
        @ValueSource(
                strings = {"0000feff", "fffe0000", "0000fffe", "feff0000", "00007b00", "007b0000"})
        void encodingsOfFourBytesInWords(String head) {
            assertThatThrownBy(() -> parse(HexFormat.of().parseHex(head + "0000007b0000007d")))
                    .isInstanceOf(ValidationException.class)
                    .hasMessageContaining("UTF-8");
        }

        @ParameterizedTest
        @ValueSource(strings = {"{\u00e9\"model\":\"m\"}", "{\"model\":\"m\"}\u00e9"})
        void whatIsNotUtf8OutsideOfStrings(String body) {
            byte[] latin1 = body.getBytes(StandardCharsets.ISO_8859_1);
            assertThatThrownBy(() -> parse(latin1))
                    .isInstanceOf(ValidationException.class)
                    .hasMessageContaining("not valid JSON");
        }

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
