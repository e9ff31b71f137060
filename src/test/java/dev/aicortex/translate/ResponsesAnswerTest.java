package dev.aicortex.translate;

import static dev.aicortex.translate.Translated.json;
import static dev.aicortex.translate.Translated.tree;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResponsesAnswerTest {
    private static final String THOUGHT = "{'message':{'content':'','thinking':'Hm'},'done':false}";
    private static final String WORD = "{'message':{'content':'Hi'},'done':false}";
    private static final String CALL =
            "{'message':{'content':'','tool_calls':[{'id':'call_a','function':{'name':'f','arguments':{'x':1.0}}}]},'done':false}";
    private static final String END =
            "{'message':{'content':''},'done':true,'done_reason':'stop','prompt_eval_count':14,'eval_count':8}";

    private final AnswerTranslation answer = answering("'input':'Hi'");

    private static AnswerTranslation answering(String fields) {
        try {
            return Translated.of(NativeRoute.RESPONSES, json("{" + fields + "}")).answers().get();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private List<JsonNode> events(String... lines) throws IOException {
        List<JsonNode> events = new ArrayList<>();
        for (String line : lines) {
            for (String event : answer.line(Buffer.buffer(json(line))).toString().split("\n\n")) {
                JsonNode data = Translated.JSON.readTree(event.substring(event.indexOf('{')));
                assertThat(event).startsWith("event: " + data.get("type").asText() + "\ndata: ");
                events.add(data);
            }
        }
        return events;
    }

    @Test
    void tellsThoughtsWordsAndCallsAsItemsInTheirOrder() throws IOException {
        List<JsonNode> events = events(THOUGHT, WORD, CALL, END);
        assertThat(events)
                .extracting(e -> e.get("type").asText().replace("response.", ""))
                .containsExactly(
                        "created",
                        "in_progress",
                        "output_item.added",
                        "reasoning_summary_text.delta",
                        "reasoning_summary_text.done",
                        "output_item.done",
                        "output_item.added",
                        "content_part.added",
                        "output_text.delta",
                        "output_text.done",
                        "content_part.done",
                        "output_item.done",
                        "output_item.added",
                        "function_call_arguments.delta",
                        "function_call_arguments.done",
                        "output_item.done",
                        "completed");
        for (int i = 0; i < events.size(); i++) {
            assertThat(events.get(i).get("sequence_number").asInt()).isEqualTo(i);
        }
        assertThat(events)
                .filteredOn(e -> e.get("type").asText().endsWith("item.done"))
                .extracting(e -> e.get("output_index").asInt())
                .containsExactly(0, 1, 2);
    }

    @Test
    void repeatsAllItemsAtTheEnd() throws IOException {
        JsonNode response = events(THOUGHT, WORD, CALL, END).getLast().get("response");
        String output = response.get("output").toString().replaceAll("_\\d+", "_N");
        assertThat(Translated.JSON.readTree(output))
                .isEqualTo(
                        tree(
                                """
                                [{'id':'rs_N','type':'reasoning','summary':[{'type':'summary_text','text':'Hm'}],'encrypted_content':'Hm'},
                                 {'id':'msg_N','type':'message','status':'completed','role':'assistant',
                                  'content':[{'type':'output_text','text':'Hi','annotations':[],'logprobs':[]}]},
                                 {'id':'fc_N','type':'function_call','status':'completed','call_id':'call_a','name':'f','arguments':'{\\'x\\':1.0}'}]
                                """));
        assertThat(response.at("/usage/total_tokens").asInt()).isEqualTo(22);
    }

    @Test
    void givesTheSameItemsInAWholeAnswer() throws IOException {
        String natively =
                END.replace(
                        "'content':''",
                        "'content':'Hi','thinking':'Hm','tool_calls':[{'id':'c','function':{'name':'f'}}]");
        JsonNode told =
                Translated.JSON.readTree(answer.whole(Buffer.buffer(json(natively))).toString());
        assertThat(told.get("output"))
                .extracting(item -> item.get("type").asText())
                .containsExactly("reasoning", "message", "function_call");
        assertThat(told.get("status").asText()).isEqualTo("completed");
    }

    @Test
    void repeatsTheSettingsOfTheRequest() throws IOException {
        String settings =
                "'instructions':'Be brief.','tools':[{'type':'function','name':'f'}],'temperature':0.5,'top_p':0.25,"
                        + "'reasoning':{'effort':'low'},'truncation':'auto','max_output_tokens':8,'text':{'format':{'type':'json_object'}}";
        JsonNode told = whole("'input':'Hi'," + settings);
        JsonNode asked = tree("{" + settings + "}");
        asked.properties()
                .forEach(field ->
                        assertThat(told.get(field.getKey()))
                                .as(field.getKey())
                                .isEqualTo(field.getValue()));
    }

    @Test
    void doesNotRepeatALongString() throws IOException {
        String description = "d".repeat(20_000);
        JsonNode told =
                whole(
                        "'input':'Hi','instructions':'%s','tools':[{'type':'function','description':'%s'}]"
                                .formatted(description, description));
        assertThat(told.get("instructions").isNull()).isTrue();
        assertThat(told.get("tools")).isEmpty();
    }

    private static JsonNode whole(String fields) throws IOException {
        return Translated.JSON.readTree(
                answering(fields).whole(Buffer.buffer(json(END))).toString());
    }

    @Test
    void endsABrokenStreamWithAnErrorAndNothingMore() throws IOException {
        events(WORD);
        JsonNode error = events("{'error':'gone'}").getFirst();
        assertThat(error.get("type").asText()).isEqualTo("error");
        assertThat(error.get("message").asText()).isEqualTo("gone");
        assertThat(error.at("/error/message").asText()).isEqualTo("gone");
        assertThat(error.get("code").asText()).isEqualTo("stream_interrupted");
        assertThat(answer.line(Buffer.buffer(json(END))).length()).isZero();
    }
}
