package dev.aicortex.gateway.rewrite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicortex.gateway.request.BodyBudget;
import dev.aicortex.gateway.request.RequestBody;
import dev.aicortex.gateway.request.Splice;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlainChatTest {
    private static final String HI = "'messages':[{'role':'user','content':'Hi'}]";

    private static RequestBody.InMemory body(String fields) {
        String json = ("{'model':'asked'," + fields + "}").replace('\'', '"');
        return new RequestBody.InMemory(Buffer.buffer(json), new BodyBudget(Long.MAX_VALUE));
    }

    private static boolean possible(String fields) throws IOException {
        return PlainChat.in(body(fields)).isPresent();
    }

    private static Optional<String> rest(String fields, String text, int tokens)
            throws IOException {
        RequestBody.InMemory body = body(fields);
        return PlainChat.in(body)
                .orElseThrow()
                .rest(text, tokens)
                .map(splices -> body.join(Splice.apply(splices, body.length())).toString())
                .map(json -> json.replace('"', '\''));
    }

    @Test
    void theAnswerSoFarIsTheLastMessageAndNothingElseChanges() throws IOException {
        assertThat(rest(HI + ", 'keep_alive':5,'options':{'seed':7.50}", "Well, \n", 1))
                .contains(
                        "{'model':'asked','messages':[{'role':'user','content':'Hi'},{'role':'assistant','content':'Well, \\n'}], 'keep_alive':5,'options':{'seed':7.50}}");
    }

    @Test
    void whatTheClientHadBegunStaysOneMessage() throws IOException {
        String begun = "x".repeat(20_000);
        String fields =
                "'messages':[{'role':'user','content':'Hi'},{'role':'assistant','content':'%s'}]";
        assertThat(rest(fields.formatted(begun), " and on", 2))
                .contains("{'model':'asked'," + fields.formatted(begun + " and on") + "}");
    }

    @Test
    void noMoreIsSaidThanWasAskedFor() throws IOException {
        String limited = HI + ",'options':{'num_predict':8}";
        assertThat(rest(limited, "Well", 3).orElseThrow()).endsWith("'options':{'num_predict':5}}");
        assertThat(rest(limited, "Well", 8)).isEmpty();
        assertThat(rest(HI + ",'options':{'num_predict':-1}", "", 8).orElseThrow())
                .endsWith("'num_predict':-1}}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'stream':true",
                "'tools':[]",
                "'tools':null,'format':'','think':false,'logprobs':false,'options':null",
            })
    void plainChatsAre(String fields) throws IOException {
        assertThat(possible(HI + "," + fields)).isTrue();
        assertThat(possible(fields + "," + HI)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                HI + ",'tools':[{'type':'function'}]",
                HI + ",'format':'json'",
                HI + ",'format':{}  ,'think':true",
                HI + ",'think':'high'",
                HI + ",'logprobs':true",
                HI + ",'Tools':[{'type':'function'}]",
                "'messages':[]",
                "'messages':'Hi'",
                "'messages':['Hi']",
                "'Messages':[{'role':'user','content':'Hi'}]",
                "'messages':[{'role':'user','content':'Hi','images':['aGk=']}]",
                "'messages':[{'role':'user','content':'Hi','Images':['aGk=']}]",
                "'messages':[{'role':'user','content':[{'type':'image_url','image_url':{}}]}]",
                "'messages':[{'role':'tool','content':'Hi'}]",
                "'messages':[{'role':'user','content':7}]",
                "'messages':[{'role':'assistant','content':'','tool_calls':[{'function':{}}]}]",
            })
    void othersAreNot(String fields) throws IOException {
        assertThat(possible(fields)).isFalse();
    }
}
