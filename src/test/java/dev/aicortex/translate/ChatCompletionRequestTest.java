package dev.aicortex.translate;

import static dev.aicortex.translate.Translated.json;
import static dev.aicortex.translate.Translated.tree;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aicortex.model.ValidationException;
import java.io.IOException;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChatCompletionRequestTest {
    private static final String USER = "'messages':[{'role':'user','content':'Hi'}]";

    private static JsonNode body(String fields) throws IOException {
        return Translated.body(
                NativeRoute.CHAT_COMPLETIONS, json("{'model':'Asked'," + fields + "}"));
    }

    private static JsonNode messages(String messages) throws IOException {
        return body("'messages':" + messages).get("messages");
    }

    @Test
    void asksTheNativeRouteWithTheContextLengthAndTheDefaultsOfTheCompatibleOne()
            throws IOException {
        assertThat(body(USER))
                .isEqualTo(
                        tree(
                                """
                                {'model':'served:latest','stream':false,
                                 'messages':[{'role':'user','content':'Hi'}],
                                 'options':{'num_ctx':8192,'temperature':1.0,'top_p':1.0}}
                                """));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'max_tokens':8|/options/num_predict|8",
                "'max_completion_tokens':9|/options/num_predict|9",
                "'max_tokens':8,'max_completion_tokens':9|/options/num_predict|8",
                "'max_tokens':null,'max_completion_tokens':9|/options/num_predict|9",
                "'Max_Tokens':8|/options/num_predict|8",
                "'temperature':0|/options/temperature|0",
                "'temperature':0.10|/options/temperature|0.10",
                "'top_p':0.5|/options/top_p|0.5",
                "'seed':12345678901|/options/seed|12345678901",
                "'frequency_penalty':0.1|/options/frequency_penalty|0.1",
                "'presence_penalty':-0.1|/options/presence_penalty|-0.1",
                "'stop':'end'|/options/stop|['end']",
                "'stop':['a','b']|/options/stop|['a','b']",
                "'stream':true|/stream|true",
                "'keep_alive':'5m'|/keep_alive|'5m'",
                "'logprobs':true,'top_logprobs':2|/top_logprobs|2",
                "'logprobs':true|/logprobs|true",
                "'reasoning_effort':'none'|/think|false",
                "'reasoning_effort':'low'|/think|'low'",
                "'reasoning':{'effort':'high'}|/think|'high'",
                "'response_format':{'type':'json_object'}|/format|'json'",
                "'response_format':{'type':'json_schema','json_schema':{'schema':{'type':'object'}}}|/format|{'type':'object'}",
                "'tools':[{'type':'function','function':{'name':'f','x':1.50}}]|/tools|[{'type':'function','function':{'name':'f','x':1.50}}]",
            })
    void putsASettingWhereTheServerLooksForIt(String asked, String pointer, String natively)
            throws IOException {
        assertThat(body(USER + "," + asked).at(pointer).toString())
                .isEqualTo(tree(natively).toString());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'n':2|/n",
                "'options':{'num_ctx':1,'mirostat':1}|/options/mirostat",
                "'response_format':{'type':'text'}|/format",
                "'stream_options':{'include_usage':true}|/stream_options",
                "'tools':null|/tools",
            })
    void leavesOutWhatNoServerHears(String asked, String pointer) throws IOException {
        JsonNode body = body(USER + "," + asked);
        assertThat(body.at(pointer).isMissingNode()).isTrue();
        assertThat(body.at("/options/num_ctx").asInt()).isEqualTo(8192);
    }

    @Nested
    class Messages {
        @Test
        void keepTheirRolesButADeveloperIsTheSystem() throws IOException {
            assertThat(
                            messages(
                                    "[{'role':'developer','content':'Be brief.'},{'role':'user','content':'Hi','name':'Ada'}]"))
                    .isEqualTo(
                            tree(
                                    "[{'role':'system','content':'Be brief.'},{'role':'user','content':'Hi'}]"));
        }

        @Test
        void haveAMessageOfItsOwnForEachPart() throws IOException {
            assertThat(
                            messages(
                                    """
                                    [{'role':'user','content':[
                                      {'type':'text','text':'What is this?'},
                                      {'type':'image_url','image_url':{'url':'data:image/png;base64,aGk=','detail':'low'}},
                                      {'type':'image_url','image_url':'data:;base64,aG8='}]}]
                                    """))
                    .isEqualTo(
                            tree(
                                    """
                                    [{'role':'user','content':'What is this?'},
                                     {'role':'user','content':'','images':['aGk=']},
                                     {'role':'user','content':'','images':['aG8=']}]
                                    """));
        }

        @Test
        void nameTheToolWhoseResultTheyAre() throws IOException {
            assertThat(
                            messages(
                                    """
                                    [{'role':'assistant','content':null,'reasoning':'Hm.','tool_calls':[
                                       {'id':'call_1','type':'function','function':{'name':'weather','arguments':'{\\'city\\': \\'Paris\\', \\'n\\': 1.50}'}},
                                       {'id':'call_2','type':'function','function':{'name':'time','arguments':''}}]},
                                     {'role':'tool','tool_call_id':'call_2','content':'noon'},
                                     {'role':'tool','tool_call_id':'call_1','name':'told','content':'sun'}]
                                    """))
                    .isEqualTo(
                            tree(
                                    """
                                    [{'role':'assistant','content':'','thinking':'Hm.','tool_calls':[
                                       {'id':'call_1','function':{'name':'weather','arguments':{'city':'Paris','n':1.50}}},
                                       {'id':'call_2','function':{'name':'time','arguments':{}}}]},
                                     {'role':'tool','content':'noon','tool_name':'time','tool_call_id':'call_2'},
                                     {'role':'tool','content':'sun','tool_name':'told','tool_call_id':'call_1'}]
                                    """));
        }

        @Test
        void passLongArgumentsAsTheObjectTheyAre() throws IOException {
            String text = "\"".repeat(20_000);
            JsonNode call =
                    Translated.JSON
                            .createObjectNode()
                            .put("name", "write")
                            .put(
                                    "arguments",
                                    Translated.JSON
                                            .createObjectNode()
                                            .put("text", text)
                                            .toString());
            JsonNode sent =
                    messages(
                            "[{'role':'assistant','tool_calls':[{'id':'c','function':%s}]}]"
                                    .formatted(call));
            assertThat(sent.at("/0/tool_calls/0/function/arguments/text").asText()).isEqualTo(text);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'messages':[]|'messages' is empty",
                "'messages':'Hi'|'messages' must be a list",
                "'messages':['Hi']|'messages[0]' must be an object",
                "'messages':[{'role':'user'}]|'messages[0].content' must be a string or a list",
                "'messages':[{'role':'user','content':{}}]|'messages[0].content' must be a string or a list",
                "'messages':[{'role':7,'content':'x'}]|'messages[0].role' must be a string",
                "'messages':[{'role':'user','content':[{'type':'input_audio'}]}]|messages[0].content[0].type: 'input_audio' is no part",
                "'messages':[{'role':'user','content':[{'type':'image_url','image_url':{'url':'https://a/b.png'}}]}]|messages[0].content[0].image_url.url: 'https:…' is a link",
                "'messages':[{'role':'user','content':[{'type':'image_url','image_url':'aGk='}]}]|messages[0].content[0].image_url is no data: URL",
                "'messages':[{'role':'user','content':[{'type':'image_url','image_url':'data:image/svg+xml,x'}]}]|no data: URL in base64; send the image itself",
                "'messages':[{'role':'assistant','tool_calls':[{'function':{'name':'f','arguments':'[1]'}}]}]|messages[0].tool_calls[0].function.arguments must be a string with one JSON object",
                "'messages':[{'role':'assistant','tool_calls':[{'function':{'name':'f','arguments':'{\\'n\\':1e99999999999}'}}]}]|arguments must be a string with one JSON object",
                "'messages':[{'role':'user','content':'x'}],'stream':'yes'|'stream' must be true or false",
                "'messages':[{'role':'user','content':'x'}],'reasoning':'high'|'reasoning' must be an object",
            })
    void refusesWhatCannotBePutToAServer(String fields, String complaint) {
        assertThatThrownBy(() -> body(fields))
                .isInstanceOf(ValidationException.class)
                .hasMessageContaining(complaint);
    }

    @Test
    void guessesThePromptsTokensFromItsTextAndNotItsImages() throws IOException {
        String body =
                """
                {'messages':[{'role':'user','content':[{'type':'text','text':'%s'},
                  {'type':'image_url','image_url':'data:;base64,%s'}]}]}
                """
                        .formatted("word".repeat(98), "A".repeat(100_000));
        assertThat(Translated.of(NativeRoute.CHAT_COMPLETIONS, json(body)).promptEstimate())
                .isEqualTo(100);
    }
}
