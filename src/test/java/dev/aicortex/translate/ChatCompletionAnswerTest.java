package dev.aicortex.translate;

import static dev.aicortex.translate.Translated.json;
import static dev.aicortex.translate.Translated.tree;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aicortex.model.ServerException;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChatCompletionAnswerTest {
    private static final String END =
            "{'model':'m','message':{'role':'assistant','content':''},'done':true,'done_reason':'stop','prompt_eval_count':14,'eval_count':8}";

    private final AnswerTranslation answer = new ChatCompletionAnswer("Asked", false);

    private String line(String line) {
        return answer.line(Buffer.buffer(json(line))).toString();
    }

    private static String spoken(String message) {
        return "{'model':'served','message':{'role':'assistant'," + message + "},'done':false}";
    }

    private static JsonNode data(String event) throws IOException {
        assertThat(event).startsWith("data: {").endsWith("}\n\n");
        return Translated.JSON.readTree(event.substring(6));
    }

    @Test
    void putsALineIntoOneChunk() throws IOException {
        String chunk = line(spoken("'content':'Hi\u2028<b>🚀'"));
        assertThat(chunk)
                .matches(
                        "(?s)data: \\{\"id\":\"chatcmpl-\\d+\",\"object\":\"chat.completion.chunk\",\"created\":\\d+,"
                                + "\"model\":\"Asked\",\"system_fingerprint\":\"fp_ollama\",\"choices\":\\[\\{\"index\":0,"
                                + "\"delta\":\\{\"role\":\"assistant\",\"content\":\"Hi\u2028<b>🚀\"},\"finish_reason\":null}]}\n\n");
        assertThat(data(chunk).get("id")).isEqualTo(data(line(spoken("'content':'x'"))).get("id"));
    }

    @Test
    void endsWithTheReasonAndTheTerminalEvent() throws IOException {
        String events = line(END);
        assertThat(events).endsWith("}\n\ndata: [DONE]\n\n");
        assertThat(data(events.replace("data: [DONE]\n\n", "")).at("/choices/0/finish_reason"))
                .isEqualTo(tree("'stop'"));
        assertThat(answer.usage()).isEqualTo(new Usage(14, 8, "stop"));
        assertThat(answer.failed()).isFalse();
    }

    @Test
    void tellsTheUsageBeforeTheEndWhenAsked() throws IOException {
        AnswerTranslation counting = new ChatCompletionAnswer("Asked", true);
        String[] events = counting.line(Buffer.buffer(json(END))).toString().split("(?<=\n\n)");
        assertThat(events).hasSize(3);
        assertThat(data(events[1]).get("choices")).isEmpty();
        assertThat(data(events[1]).get("usage"))
                .isEqualTo(tree("{'prompt_tokens':14,'completion_tokens':8,'total_tokens':22}"));
        assertThat(events[2]).isEqualTo("data: [DONE]\n\n");
    }

    @ParameterizedTest
    @CsvSource({"stop,stop", "length,length", "load,stop", "unload,stop"})
    void knowsTheReasonsThatClientsKnow(String natively, String told) throws IOException {
        String last = line(END.replace("'stop'", "'" + natively + "'"));
        assertThat(data(last.replace("data: [DONE]\n\n", "")).at("/choices/0/finish_reason"))
                .isEqualTo(tree("'" + told + "'"));
        assertThat(answer.usage().doneReason()).isEqualTo(natively);
    }

    @Test
    void givesThinkingAsReasoning() throws IOException {
        assertThat(data(line(spoken("'content':'','thinking':'Hm'"))).at("/choices/0/delta"))
                .isEqualTo(tree("{'role':'assistant','content':'','reasoning':'Hm'}"));
    }

    @Test
    void countsToolCallsThroughTheWholeStream() throws IOException {
        String call =
                "'content':'','tool_calls':[{'id':'call_a','function':{'index':0,'name':'f','arguments':{'x':1.0}}}]";
        JsonNode first = data(line(spoken(call))).at("/choices/0/delta/tool_calls/0");
        JsonNode second =
                data(line(spoken(call.replace("'id':'call_a',", ""))))
                        .at("/choices/0/delta/tool_calls/0");
        assertThat(first)
                .isEqualTo(
                        tree(
                                "{'id':'call_a','index':0,'type':'function','function':{'name':'f','arguments':'{\\'x\\':1.0}'}}"));
        assertThat(second.get("index").asInt()).isEqualTo(1);
        assertThat(second.get("id").asText()).matches("call_[0-9a-f]{8}");
        assertThat(line(END)).contains("\"finish_reason\":\"tool_calls\"");
    }

    @Test
    void passesLogProbabilitiesOn() throws IOException {
        String line =
                "{'message':{'content':'Hi'},'done':false,'logprobs':[{'token':'Hi','logprob':-1.5083814859390259,'bytes':[72,105]}]}";
        assertThat(data(line(line)).at("/choices/0/logprobs").toString())
                .isEqualTo(
                        json(
                                "{'content':[{'token':'Hi','logprob':-1.5083814859390259,'bytes':[72,105]}]}"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'error':'the runner died'}|the runner died",
                "{'error':{'message':'so it is'}}|so it is",
                "{'message':|no answer of an Ollama server",
                "[]|no answer of an Ollama server",
                "{'n':1e99999999999}|no answer of an Ollama server",
                "<html>|no answer of an Ollama server",
            })
    void endsABrokenStreamWithAnErrorAndNothingMore(String line, String complaint)
            throws IOException {
        line(spoken("'content':'Hi'"));
        String event = line(line);
        assertThat(event).startsWith("event: error\ndata: {\"error\":{\"message\":\"");
        JsonNode error = Translated.JSON.readTree(event.substring(event.indexOf('{'))).get("error");
        assertThat(error.get("message").asText()).contains(complaint);
        assertThat(error.get("code").asText()).isEqualTo("stream_interrupted");
        assertThat(answer.failed()).isTrue();
        assertThat(answer.usage()).isEqualTo(Usage.UNKNOWN);
        assertThat(line(END)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\r"})
    void skipsABlankLine(String line) {
        assertThat(line(line)).isEmpty();
        assertThat(answer.failed()).isFalse();
    }

    @Test
    void givesAWholeAnswer() throws IOException {
        Buffer whole =
                answer.whole(
                        Buffer.buffer(
                                json(
                                        "{'message':{'content':'Hi','thinking':'Hm','tool_calls':[{'id':'c','function':{'name':'f'}}]},"
                                                + "'done':true,'done_reason':'stop','prompt_eval_count':3,'eval_count':2}")));
        JsonNode told = Translated.JSON.readTree(whole.toString());
        assertThat(whole.toString()).endsWith("}\n");
        assertThat(told.at("/choices/0"))
                .isEqualTo(
                        tree(
                                """
                                {'index':0,'message':{'role':'assistant','content':'Hi','reasoning':'Hm','tool_calls':[
                                   {'id':'c','index':0,'type':'function','function':{'name':'f','arguments':'{}'}}]},
                                 'finish_reason':'tool_calls'}
                                """));
        assertThat(told.get("usage"))
                .isEqualTo(tree("{'prompt_tokens':3,'completion_tokens':2,'total_tokens':5}"));
        assertThat(answer.usage()).isEqualTo(new Usage(3, 2, "stop"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "<html>", "{}", "{'done':false}", "[1]"})
    void refusesAWholeAnswerThatIsNone(String body) {
        assertThatThrownBy(() -> answer.whole(Buffer.buffer(json(body))))
                .isInstanceOf(ServerException.class);
    }

    @Test
    void announcesWhatItWrites() {
        assertThat(answer.contentType(true)).isEqualTo("text/event-stream");
        assertThat(answer.contentType(false)).isEqualTo("application/json");
    }
}
