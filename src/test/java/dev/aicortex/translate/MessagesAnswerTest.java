package dev.aicortex.translate;

import static dev.aicortex.translate.Translated.json;
import static dev.aicortex.translate.Translated.tree;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class MessagesAnswerTest {
    private static final String CALLS =
            "'tool_calls':[{'id':'call_a','function':{'name':'f','arguments':{'x':1.0}}},{'id':'call_b','function':{'name':'g'}}]";
    private static final String END =
            "{'message':{'content':''},'done':true,'done_reason':'stop','prompt_eval_count':14,'eval_count':8}";

    private final AnswerTranslation answer = new MessagesAnswer("Asked", 7);

    private String line(String line) {
        return answer.line(Buffer.buffer(json(line))).toString();
    }

    /** Their data, one a line. */
    private static String data(String events) {
        return events.replaceAll("(?m)^event: .*\n|^data: |^\n", "").replace('"', '\'').strip();
    }

    @Test
    void opensABlockForEachKindOfWords() {
        assertThat(line("{'message':{'content':'','thinking':'Hm'},'done':false}"))
                .startsWith("event: message_start\ndata: {\"type\":\"message_start\"")
                .contains(json("'usage':{'input_tokens':7,'output_tokens':0}"))
                .contains(
                        json(
                                "'index':0,'content_block':{'type':'thinking','thinking':'','signature':''}"))
                .contains(json("'index':0,'delta':{'type':'thinking_delta','thinking':'Hm'}"));
        assertThat(data(line("{'message':{'content':'Hi'},'done':false}")))
                .isEqualTo(
                        """
                        {'type':'content_block_stop','index':0}
                        {'type':'content_block_start','index':1,'content_block':{'type':'text','text':''}}
                        {'type':'content_block_delta','index':1,'delta':{'type':'text_delta','text':'Hi'}}\
                        """);
        assertThat(data(line("{'message':{'content':'','thinking':'Hm'},'done':false}")))
                .startsWith("{'type':'content_block_stop','index':1}")
                .contains("'index':2,'content_block':{'type':'thinking'");
    }

    @Test
    void givesEachToolCallABlockAndATellingEnd() {
        line("{'message':{'content':'Hi'},'done':false}");
        assertThat(data(line("{'message':{'content':''," + CALLS + "},'done':false}")))
                .isEqualTo(
                        """
                        {'type':'content_block_stop','index':0}
                        {'type':'content_block_start','index':1,'content_block':{'type':'tool_use','id':'call_a','name':'f','input':{}}}
                        {'type':'content_block_delta','index':1,'delta':{'type':'input_json_delta','partial_json':'{\\'x\\':1.0}'}}
                        {'type':'content_block_stop','index':1}
                        {'type':'content_block_start','index':2,'content_block':{'type':'tool_use','id':'call_b','name':'g','input':{}}}
                        {'type':'content_block_delta','index':2,'delta':{'type':'input_json_delta','partial_json':'{}'}}
                        {'type':'content_block_stop','index':2}\
                        """);
        assertThat(data(line(END)))
                .isEqualTo(
                        """
                        {'type':'message_delta','delta':{'stop_reason':'tool_use'},'usage':{'input_tokens':14,'output_tokens':8}}
                        {'type':'message_stop'}\
                        """);
    }

    @Test
    void isWholeEvenWithoutAWord() {
        assertThat(line(END))
                .containsSubsequence(
                        "event: message_start\n", "event: message_delta\n", "event: message_stop\n")
                .contains("\"input_tokens\":14")
                .doesNotContain("content_block");
    }

    @Test
    void endsABrokenStreamWithAnErrorAndNothingMore() {
        line("{'message':{'content':'Hi'},'done':false}");
        assertThat(line("{'error':'gone'}"))
                .isEqualTo(
                        "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"api_error\",\"message\":\"gone\"}}\n\n");
        assertThat(line(END)).isEmpty();
        assertThat(answer.failed()).isTrue();
    }

    @Test
    void givesAWholeAnswer() throws IOException {
        String natively = END.replace("'content':''", "'content':'Hi','thinking':'Hm'," + CALLS);
        JsonNode told =
                Translated.JSON.readTree(answer.whole(Buffer.buffer(json(natively))).toString());
        assertThat(told.get("content"))
                .isEqualTo(
                        tree(
                                """
                                [{'type':'thinking','thinking':'Hm','signature':''},{'type':'text','text':'Hi'},
                                 {'type':'tool_use','id':'call_a','name':'f','input':{'x':1.0}},
                                 {'type':'tool_use','id':'call_b','name':'g','input':{}}]
                                """));
        assertThat(told.get("stop_reason").asText()).isEqualTo("tool_use");
        assertThat(told.get("model").asText()).isEqualTo("Asked");
    }
}
