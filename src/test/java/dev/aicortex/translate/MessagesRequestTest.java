package dev.aicortex.translate;

import static dev.aicortex.translate.Translated.json;
import static dev.aicortex.translate.Translated.tree;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aicortex.model.ValidationException;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MessagesRequestTest {
    private static final String USER = "'messages':[{'role':'user','content':'Hi'}]";

    private static JsonNode body(String fields) throws IOException {
        return Translated.body(NativeRoute.MESSAGES, json("{'max_tokens':9," + fields + "}"));
    }

    private static JsonNode messages(String messages) throws IOException {
        return body("'messages':" + messages).get("messages");
    }

    @Test
    void asksWithoutDefaultsOfItsOwn() throws IOException {
        assertThat(body(USER))
                .isEqualTo(
                        tree(
                                """
                                {'model':'served:latest','stream':false,
                                 'messages':[{'role':'user','content':'Hi'}],
                                 'options':{'num_ctx':8192,'num_predict':9}}
                                """));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'stream':true|/stream|true",
                "'temperature':0.5|/options/temperature|0.5",
                "'top_p':0.5|/options/top_p|0.5",
                "'top_k':5|/options/top_k|5",
                "'stop_sequences':['a','b']|/options/stop|['a','b']",
                "'thinking':{'type':'enabled','budget_tokens':1024}|/think|true",
                "'thinking':{'type':'disabled'}|/think|false",
                "'thinking':{'type':'adaptive'}|/think|",
                "'system':'Be brief.'|/messages/0|{'role':'system','content':'Be brief.'}",
                "'system':[{'type':'text','text':'Be '},{'type':'text','text':'brief.','cache_control':{}}]|/messages/0|{'role':'system','content':'Be brief.'}",
                "'system':''|/messages/0/role|'user'",
                "'tools':[{'name':'f','description':'d','input_schema':{'type':'object'}}]|/tools|[{'type':'function','function':{'name':'f','description':'d','parameters':{'type':'object'}}}]",
                "'tools':[{'type':'custom','name':'f'},{'type':'web_search_20250305','name':'web_search'}]|/tools|[{'type':'function','function':{'name':'f'}}]",
                "'tools':[{'name':'f'}],'tool_choice':{'type':'none'}|/tools|",
                "'tools':[{'name':'f'}],'tool_choice':{'type':'any'}|/tools/0/function/name|'f'",
            })
    void putsASettingWhereTheServerLooksForIt(String asked, String pointer, String natively)
            throws IOException {
        JsonNode found = body(USER + "," + asked).at(pointer);
        if (natively == null) {
            assertThat(found.isMissingNode()).isTrue();
        } else {
            assertThat(found).isEqualTo(tree(natively));
        }
    }

    @Test
    void makesOneMessageOfItsBlocks() throws IOException {
        assertThat(
                        messages(
                                """
                                [{'role':'user','content':[
                                  {'type':'text','text':'What '},
                                  {'type':'image','source':{'type':'base64','media_type':'image/png','data':'aGk='}},
                                  {'type':'text','text':'is this?'}]}]
                                """))
                .isEqualTo(tree("[{'role':'user','content':'What is this?','images':['aGk=']}]"));
    }

    @Test
    void putsToolResultsBeforeWhatIsSaidBesideThem() throws IOException {
        assertThat(
                        messages(
                                """
                                [{'role':'assistant','content':[
                                   {'type':'thinking','thinking':'Hm.','signature':'x'},
                                   {'type':'redacted_thinking','data':'x'},
                                   {'type':'text','text':'Let me look.'},
                                   {'type':'tool_use','id':'toolu_1','name':'weather','input':{'city':'Paris'}},
                                   {'type':'tool_use','id':'toolu_2','name':'time','input':{}}]},
                                 {'role':'user','content':[
                                   {'type':'text','text':'Well?'},
                                   {'type':'tool_result','tool_use_id':'toolu_1','content':'sun'},
                                   {'type':'tool_result','tool_use_id':'toolu_2','content':[
                                      {'type':'text','text':'no'},{'type':'text','text':'on'},
                                      {'type':'image','source':{'type':'base64','data':'aGk='}}]},
                                   {'type':'tool_result','tool_use_id':'toolu_3'}]}]
                                """))
                .isEqualTo(
                        tree(
                                """
                                [{'role':'assistant','content':'Let me look.','thinking':'Hm.','tool_calls':[
                                   {'id':'toolu_1','function':{'name':'weather','arguments':{'city':'Paris'}}},
                                   {'id':'toolu_2','function':{'name':'time','arguments':{}}}]},
                                 {'role':'tool','content':'sun','tool_name':'weather','tool_call_id':'toolu_1'},
                                 {'role':'tool','content':'noon','images':['aGk='],'tool_name':'time','tool_call_id':'toolu_2'},
                                 {'role':'tool','content':'','tool_call_id':'toolu_3'},
                                 {'role':'user','content':'Well?'}]
                                """));
    }

    @Test
    void joinsTextsOfWhichSomeStayWhereTheyAre() throws IOException {
        String text = "\\\"é ".repeat(10_000);
        String blocks =
                "{\"max_tokens\":1,\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"a\\n\"},{\"type\":\"text\",\"text\":\"%s\"},{\"type\":\"text\",\"text\":\"\u2028b\"}]}]}"
                        .formatted(text);
        assertThat(Translated.body(NativeRoute.MESSAGES, blocks).at("/messages/0/content").asText())
                .isEqualTo("a\n" + text.replace("\\", "") + "\u2028b");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'max_tokens':1}|'messages' is empty",
                "{'messages':[{'role':'user','content':'x'}]}|max_tokens is required",
                "{'max_tokens':0,'messages':[{'role':'user','content':'x'}]}|max_tokens is required and must be positive",
                "{'max_tokens':1,'messages':[{'role':'user'}]}|'messages[0].content' is missing",
                "{'max_tokens':1,'messages':[{'role':'user','content':7}]}|'messages[0].content' must be a list",
                "{'max_tokens':1,'messages':[{'role':'user','content':[{'type':'document'}]}]}|messages[0].content[0].type: 'document' is no block",
                "{'max_tokens':1,'messages':[{'role':'user','content':[{'type':'image','source':{'type':'url','url':'x'}}]}]}|messages[0].content[0].source.type: 'url' is no kind",
            })
    void refusesWhatCannotBePutToAServer(String body, String complaint) {
        assertThatThrownBy(() -> Translated.body(NativeRoute.MESSAGES, json(body)))
                .isInstanceOf(ValidationException.class)
                .hasMessageContaining(complaint);
    }
}
