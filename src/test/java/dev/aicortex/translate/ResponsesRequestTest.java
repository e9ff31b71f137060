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

class ResponsesRequestTest {
    private static JsonNode body(String fields) throws IOException {
        return Translated.body(NativeRoute.RESPONSES, json("{" + fields + "}"));
    }

    private static JsonNode messages(String input) throws IOException {
        return body("'input':" + input).get("messages");
    }

    @Test
    void asksWhatAStringSays() throws IOException {
        assertThat(body("'input':'Hi','instructions':'Be brief.'"))
                .isEqualTo(
                        tree(
                                """
                                {'model':'served:latest','stream':false,
                                 'messages':[{'role':'system','content':'Be brief.'},{'role':'user','content':'Hi'}],
                                 'options':{'num_ctx':8192,'temperature':1.0}}
                                """));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'stream':true|/stream|true",
                "'max_output_tokens':8|/options/num_predict|8",
                "'temperature':0|/options/temperature|0",
                "'top_p':0.5|/options/top_p|0.5",
                "'reasoning':{'effort':'low'}|/think|'low'",
                "'reasoning':{'effort':'none'}|/think|false",
                "'reasoning':{'summary':'auto'}|/think|",
                "'text':{'format':{'type':'json_schema','name':'n','schema':{'type':'object'}}}|/format|{'type':'object'}",
                "'text':{'format':{'type':'json_object'}}|/format|'json'",
                "'text':{'format':{'type':'text'}}|/format|",
                "'tools':[{'type':'function','name':'f','description':'d','strict':true,'parameters':{'type':'object'}}]|/tools|[{'type':'function','function':{'name':'f','description':'d','parameters':{'type':'object'}}}]",
                "'tools':[{'type':'web_search'}]|/tools|",
            })
    void putsASettingWhereTheServerLooksForIt(String asked, String pointer, String natively)
            throws IOException {
        JsonNode found = body("'input':'Hi'," + asked).at(pointer);
        if (natively == null) {
            assertThat(found.isMissingNode()).isTrue();
        } else {
            assertThat(found).isEqualTo(tree(natively));
        }
    }

    @Test
    void makesMessagesOfItsItems() throws IOException {
        assertThat(
                        messages(
                                """
                                [{'role':'developer','content':'Be brief.'},
                                 {'type':'message','role':'user','content':[
                                   {'type':'input_text','text':'What '},{'type':'input_text','text':'is this?'},
                                   {'type':'input_image','image_url':'data:image/png;base64,aGk='}]},
                                 {'type':'reasoning','id':'rs_1','summary':[],'encrypted_content':'Hm.'},
                                 {'type':'message','role':'assistant','content':[{'type':'output_text','text':'Let me look.'}]},
                                 {'type':'function_call','call_id':'c1','name':'weather','arguments':'{\\'n\\':1.50}'},
                                 {'type':'function_call','call_id':'c2','name':'time','arguments':''},
                                 {'type':'function_call_output','call_id':'c2','output':'noon'},
                                 {'type':'function_call_output','call_id':'c1','output':[{'type':'input_text','text':'sun'}]},
                                 {'type':'reasoning','encrypted_content':'Once more.'},
                                 {'type':'function_call','call_id':'c3','name':'time','arguments':'{}'},
                                 {'type':'function_call_output','call_id':'c3','output':'one'}]
                                """))
                .isEqualTo(
                        tree(
                                """
                                [{'role':'system','content':'Be brief.'},
                                 {'role':'user','content':'What is this?','images':['aGk=']},
                                 {'role':'assistant','content':'Let me look.','thinking':'Hm.','tool_calls':[
                                   {'id':'c1','function':{'name':'weather','arguments':{'n':1.50}}},
                                   {'id':'c2','function':{'name':'time','arguments':{}}}]},
                                 {'role':'tool','content':'noon','tool_name':'time','tool_call_id':'c2'},
                                 {'role':'tool','content':'sun','tool_name':'weather','tool_call_id':'c1'},
                                 {'role':'assistant','content':'','thinking':'Once more.','tool_calls':[
                                   {'id':'c3','function':{'name':'time','arguments':{}}}]},
                                 {'role':'tool','content':'one','tool_name':'time','tool_call_id':'c3'}]
                                """));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'x':1|'input' is missing or empty",
                "'input':[]|'input' is missing or empty",
                "'input':7|'input' must be a list",
                "'input':[{'type':'item_reference','id':'x'}]|input[0].type: 'item_reference' is no item",
                "'input':[{'role':'user','content':[{'type':'input_file','file_id':'x'}]}]|input[0].content[0].type: 'input_file' is no part",
                "'input':[{'role':'user','content':[{'type':'input_image','file_id':'x'}]}]|input[0].content[0].image_url is no data: URL",
                "'input':[{'type':'function_call','name':'f','arguments':'no'}]|input[0].arguments must be a string with one JSON object",
            })
    void refusesWhatCannotBePutToAServer(String fields, String complaint) {
        assertThatThrownBy(() -> body(fields))
                .isInstanceOf(ValidationException.class)
                .hasMessageContaining(complaint);
    }
}
