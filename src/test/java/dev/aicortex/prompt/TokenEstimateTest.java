package dev.aicortex.prompt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aicortex.model.ValidationException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenEstimateTest {
    private static final String IMAGE =
            "{'type':'image','source':{'type':'base64','media_type':'image/png','data':'%s'}}";

    private static long of(String json) throws IOException {
        byte[] bytes = json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
        return TokenEstimate.of(new ByteArrayInputStream(bytes));
    }

    private static long ofMessage(String content) throws IOException {
        return of("{'model':'m','messages':[{'role':'user','content':%s}]}".formatted(content));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "'' | 4",
                "'abcd' | 5",
                "'abcde' | 6",
                "[{'type':'text','text':'abcd'}] | 5",
                "[{'type':'text','text':'abcd'},{'text':'efgh','cache_control':{'type':'ephemeral'}}] | 6",
                "'жжжж' | 6",
                "[{'type':'thinking','thinking':'abcd','signature':'0123456789'}] | 5",
                "[{'type':'tool_result','tool_use_id':'t0123456789','content':'abcd'}] | 5",
                "[{'type':'tool_result','content':[{'type':'text','text':'abcd'}],'is_error':true}] | 5",
                "null | 4"
            })
    void countsWhatAModelReads(String content, long tokens) throws IOException {
        assertThat(ofMessage(content)).isEqualTo(tokens);
    }

    @Test
    void addsAFewForEachMessage() throws IOException {
        assertThat(
                        of(
                                "{'messages':[{'role':'user','content':'abcd'},{'role':'assistant','content':'abcd'},{'role':'user','content':'abcd'}]}"))
                .isEqualTo(3 + 3 * 4);
    }

    @Test
    void countsTheSystemsTextInEitherForm() throws IOException {
        String rest = "'messages':[{'role':'user','content':''}]}";
        assertThat(of("{'system':'abcdefgh'," + rest)).isEqualTo(4 + 2);
        assertThat(of("{'system':[{'type':'text','text':'abcdefgh'}]," + rest)).isEqualTo(4 + 2);
        assertThat(of("{'System':'abcdefgh'," + rest)).isEqualTo(4 + 2);
    }

    @Test
    void countsToolsAsTheJsonThatTheyAre() throws IOException {
        String tool = "{'name':'get_weather','input_schema':{'type':'object','required':['city']}}";
        long tokens =
                of("{'messages':[{'content':''}],'tools':[%s]}".formatted(tool)) - ofMessage("''");
        assertThat(tokens).isBetween(tool.length() / 4L - 2, tool.length() / 4L + 4);
    }

    @Test
    void countsWhatAToolWasCalledWith() throws IOException {
        assertThat(
                        ofMessage(
                                "[{'type':'tool_use','id':'t','name':'abcd','input':{'a':'bcdefgh'}}]"))
                .isBetween(4L + 1 + 3, 4L + 1 + 6);
    }

    @Test
    void anImageCostsTheSameWhateverItsLength() throws IOException {
        long small = ofMessage("[" + IMAGE.formatted("AAAA") + "]");
        assertThat(small).isEqualTo(4 + 1600);
        assertThat(ofMessage("[" + IMAGE.formatted("A".repeat(200_000)) + "]")).isEqualTo(small);
        String inResult = "[{'type':'tool_result','content':[%s,%s]}]".formatted(IMAGE, IMAGE);
        assertThat(ofMessage(inResult)).isEqualTo(4 + 2 * 1600);
    }

    @Test
    void aTextInADocumentIsText() throws IOException {
        assertThat(
                        ofMessage(
                                "[{'type':'document','source':{'type':'text','media_type':'text/plain','data':'abcdefgh'}}]"))
                .isEqualTo(4 + 2);
    }

    @Test
    void aLongTextIsCountedWhole() throws IOException {
        assertThat(ofMessage("'" + "a".repeat(400_000) + "'")).isEqualTo(4 + 100_000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{'messages':[]}", "{'messages':null}"})
    void messagesAreRequired(String body) {
        assertThatThrownBy(() -> of(body))
                .isInstanceOf(ValidationException.class)
                .hasMessage("'messages' is empty; send at least one message");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "{\"messages\":\"hi\"} | 'messages' must be a list",
                "{\"messages\":[\"hi\"]} | 'messages[0]' must be an object",
                "{\"messages\":[{}],\"tools\":{}} | 'tools' must be a list",
            })
    void theWrongTypeIsNamed(String body, String message) {
        assertThatThrownBy(() -> of(body)).hasMessage(message);
    }
}
