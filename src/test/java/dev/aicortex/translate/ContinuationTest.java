package dev.aicortex.translate;

import static dev.aicortex.translate.Translated.json;
import static dev.aicortex.translate.Translated.tree;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.aicortex.model.Endpoint;
import dev.aicortex.model.Segment;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ContinuationTest {
    private static final String HI = "'messages':[{'role':'user','content':'Hi'}]";

    private static Continuation of(Endpoint endpoint) {
        return new Continuation(endpoint, 0, "served:1b");
    }

    private static boolean possible(Endpoint endpoint, String fields) throws IOException {
        return of(endpoint).possible(body(fields));
    }

    private static InputSource body(String fields) {
        byte[] bytes = bytes(fields);
        return () -> new ByteArrayInputStream(bytes);
    }

    private static byte[] bytes(String fields) {
        return json("{'model':'asked'," + fields + "}").getBytes(StandardCharsets.UTF_8);
    }

    private static Optional<JsonNode> rest(
            Continuation chat, String fields, String text, int tokens) throws IOException {
        Optional<List<Segment>> rest = chat.rest(body(fields), new Begun(text, tokens));
        return rest.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new ObjectMapper().readTree(Translated.applied(rest.get(), bytes(fields))));
    }

    @Test
    void theAnswerSoFarIsTheLastMessage() throws IOException {
        assertThat(rest(of(Endpoint.CHAT_COMPLETIONS), HI + ",'stream':true", "Well, \"so\" ", 3))
                .contains(
                        tree(
                                """
                                {'model':'served:1b','stream':true,
                                 'messages':[{'role':'user','content':'Hi'},
                                             {'role':'assistant','content':'Well, \\'so\\' '}],
                                 'options':{'temperature':1.0,'top_p':1.0}}
                                """));
    }

    @Test
    void aNativeChatKeepsAllThatItHas() throws IOException {
        Continuation chat = new Continuation(Endpoint.CHAT, 4_096, "served:1b");
        assertThat(rest(chat, HI + ",'keep_alive':5,'options':{'seed':7}", "Well", 1))
                .contains(
                        tree(
                                """
                                {'model':'served:1b','keep_alive':5,'options':{'seed':7,'num_ctx':4096},
                                 'messages':[{'role':'user','content':'Hi'},{'role':'assistant','content':'Well'}]}
                                """));
        JsonNode own = rest(chat, HI + ",'options':{'num_ctx':64}", "Well", 1).orElseThrow();
        assertThat(own.at("/options/num_ctx").asInt()).isEqualTo(64);
    }

    @Test
    void whatTheClientHadBegunStaysOneMessage() throws IOException {
        String begun = "x".repeat(20_000);
        String fields =
                "'messages':[{'role':'user','content':'Hi'},{'role':'assistant','content':'%s'}]"
                        .formatted(begun);
        JsonNode messages =
                rest(of(Endpoint.CHAT), fields, " and on", 2).orElseThrow().path("messages");
        assertThat(messages).hasSize(2);
        assertThat(messages.path(1).path("content").asText()).isEqualTo(begun + " and on");
        assertThat(possible(Endpoint.CHAT, fields)).isTrue();
        assertThat(possible(Endpoint.CHAT_COMPLETIONS, fields))
                .as("the compatible route does not go on with it, so neither may its place-holder")
                .isFalse();
    }

    @Test
    void noMoreIsSaidThanWasAskedFor() throws IOException {
        String limited = HI + ",'max_tokens':8";
        Continuation chat = of(Endpoint.MESSAGES);
        assertThat(rest(chat, limited, "Well", 3).orElseThrow().at("/options/num_predict").asInt())
                .isEqualTo(5);
        assertThat(rest(chat, limited, "Well", 8)).isEmpty();
    }

    @Test
    void whereNothingWasSaidItIsTheRequestAgain() throws IOException {
        assertThat(rest(of(Endpoint.CHAT), HI, "", 0).orElseThrow().path("messages")).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'stream':true",
                "'tools':[]",
                "'tools':null,'format':'','think':false,'logprobs':false",
            })
    void plainChatsAre(String fields) throws IOException {
        assertThat(possible(Endpoint.CHAT, HI + "," + fields)).isTrue();
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
                "'messages':[{'role':'tool','content':'Hi'}]",
                "'messages':[{'role':'user','content':7}]",
                "'messages':[{'role':'assistant','content':'','tool_calls':[{'function':{}}]}]",
                "'messages':",
            })
    void othersAreNot(String fields) throws IOException {
        assertThat(possible(Endpoint.CHAT, fields)).isFalse();
    }

    @Test
    void whatIsWrongIsLeftToTheServer() throws IOException {
        assertThat(possible(Endpoint.MESSAGES, HI)).as("without max_tokens").isFalse();
        assertThat(possible(Endpoint.CHAT_COMPLETIONS, HI + ",'response_format':7")).isFalse();
    }

    @ParameterizedTest
    @EnumSource(Endpoint.class)
    void onlyChatsGoOn(Endpoint endpoint) {
        assertThat(Continuation.possibleAt(endpoint))
                .isEqualTo(
                        List.of(Endpoint.CHAT, Endpoint.CHAT_COMPLETIONS, Endpoint.MESSAGES)
                                .contains(endpoint));
    }
}
