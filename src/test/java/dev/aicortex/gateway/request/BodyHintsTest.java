package dev.aicortex.gateway.request;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicortex.dialect.Endpoint;
import dev.aicortex.testing.TestConfig;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BodyHintsTest {
    private static final Requests REQUESTS = new Requests(TestConfig.of(Map.of()));

    private static ParsedBody parse(Endpoint endpoint, String json) throws IOException {
        return RequestParser.parse(
                new RequestBody.InMemory(
                        Buffer.buffer("{\"model\":\"m\"," + json.replace('\'', '"') + "}"),
                        new BodyBudget(10_000_000)),
                endpoint);
    }

    private static BodyHints.Found hints(String json) throws IOException {
        return parse(Endpoint.CHAT_COMPLETIONS, json).hints();
    }

    @Nested
    class Ids {
        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                quoteCharacter = '`',
                value = {
                    "'prompt_cache_key':'k'|PROMPT_CACHE_KEY|k|",
                    "'user':'u'|USER|u|u",
                    "'User':'u'|USER|u|u",
                    "'safety_identifier':'s'|SAFETY_IDENTIFIER|s|s",
                    "'user':' a\\u0041\\n b '|USER|`aA b `|`aA b `",
                    "'metadata':{'user_id':'user_0f_account_7c_session_2d-11'}|METADATA_USER_ID|2d-11|user_0f_account_7c",
                    "'metadata':{'user_id':'user_0f_account__session_2d-11'}|METADATA_USER_ID|2d-11|user_0f_account_",
                    "'metadata':{'a':[{'user_id':'x'}],'user_id':'{\\'device_id\\':\\'0f\\',\\'account_uuid\\':\\'\\',\\'session_id\\':\\'2d-11\\'}'}|METADATA_USER_ID|2d-11|`0f  `",
                })
        void areReadWhereClientsWriteThem(String json, BodyHints.Id id, String session, String user)
                throws IOException {
            BodyHints.Found found = hints(json);
            assertThat(found.sessions()).containsExactlyEntriesOf(Map.of(id, session));
            assertThat(found.user()).isEqualTo(user);
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                quoteCharacter = '`',
                value = {
                    "'metadata':{'user_id':'alice'}|alice",
                    "'metadata':{'user_id':'{alice'}|{alice",
                    "'metadata':{'user_id':7}|",
                    "'metadata':'user_id'|",
                    "'metadata':null|",
                    "'user':7,'prompt_cache_key':null,'safety_identifier':''|",
                })
        void aUserAloneIsNoSession(String json, String user) throws IOException {
            assertThat(hints(json).sessions()).isEmpty();
            assertThat(hints(json).user()).isEqualTo(user);
        }

        @Test
        void theUserIsTheFirstThatIsNamed() throws IOException {
            String all = "'metadata':{'user_id':'c_session_1'},'safety_identifier':'b','user':'a'";
            assertThat(hints(all).user()).isEqualTo("a");
            assertThat(hints(all.replace("user':'a", "x':'a")).user()).isEqualTo("b");
        }

        @Test
        void ofALongOneItsBeginningCounts() throws IOException {
            String user = hints("'user':'" + "é".repeat(100_000) + "'").user();
            assertThat(user).matches("é{512}");
        }
    }

    private static boolean background(Endpoint endpoint, String json) throws IOException {
        return REQUESTS.background(parse(endpoint, json));
    }

    /** What clients send, in their own shapes; long texts are cut. */
    @Nested
    class WorkInTheBackground {
        @ParameterizedTest
        @ValueSource(
                strings = {
                    // Open WebUI, today's and last year's words
                    "'messages':[{'role':'user','content':'### Task:\\nGenerate a concise title summarizing the chat history.\\n### Guidelines:'}],'stream':false,'max_completion_tokens':1000",
                    "'stream':false,'messages':[{'role':'user','content':'### Task:\\nGenerate a concise, 3-5 word title with an emoji summarizing the chat history.'}]",
                    "'messages':[{'role':'user','content':'### Task:\\nGenerate 1-3 broad tags categorizing the main themes'}],'stream':false",
                    "'messages':[{'role':'user','content':'\\u0023## Task:\\r\\n\\tSuggest 3-5 relevant follow-up questions or prompts'}],'stream':false",
                    "'messages':[{'role':'system','content':'You are a pirate.'},{'role':'user','content':'### Task:\\nGenerate 1-3 broad tags'}]",
                    // opencode
                    "'messages':[{'role':'system','content':'You are a title generator. You output ONLY a thread title. Nothing else.'},{'role':'user','content':'Generate a title for this conversation:\\n'},{'role':'user','content':'fix the build'}],'stream':true",
                    // Visual Studio Code
                    "'messages':[{'role':'system','content':'You are an expert in crafting ultra-compact titles for chatbot conversations.'},{'role':'user','content':'Please write a brief title for the following request:'}],'temperature':0",
                    // LibreChat
                    "'messages':[{'role':'user','content':'Provide a concise, 5-word-or-less title for the conversation, using title case conventions.'}]",
                    "'messages':[{'content':'Analyze this conversation and provide:\\n1. The detected language of the conversation\\n2. A concise title','role':'user'}]",
                    // Continue, Crush, goose, LobeChat, Cherry Studio
                    "'messages':[{'role':'user','content':'Given the following... please reply with a title for the chat that is 3-4 words in length'}],'max_tokens':16",
                    "'messages':[{'role':'system','content':'You will generate a short title based on the first message a user begins a conversation with.'},{'role':'user','content':'Generate a concise title for the following content:'}]",
                    "'messages':[{'role':'system','content':'Reply with only a description in four words or less'},{'role':'user','content':[{'type':'text','text':'Here are the first few user messages:'}]}],'tools':[]",
                    "'messages':[{'role':'system','content':'You are a professional conversation summarizer. Generate a concise title that captures the essence'},{'role':'user','content':'user: hi'}]",
                    "'messages':[{'role':'system','content':'You are an assistant skilled in conversation. You need to summarize the user'},{'role':'user','content':'hi'}]",
                })
        void isKnownByHowItBegins(String json) throws IOException {
            assertThat(background(Endpoint.CHAT_COMPLETIONS, json)).isTrue();
            assertThat(background(Endpoint.CHAT, json)).isTrue();
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "'You are naming a coding session so the user can pick it out of a long list of sessions.'",
                    "'Generate a concise, sentence-case title (3-7 words) that captures the main topic'",
                    "'Analyze if this message indicates a new conversation topic. If it does, extract a 2-3 word title'",
                    "'Summarize this coding conversation in under 50 characters.\\nCapture the main task'",
                })
        void ofClaudeCodeStandsBehindItsName(String text) throws IOException {
            String system =
                    "'system':[{'type':'text','text':'You are Claude Code, the official CLI.'},{'type':'text','text':%s}]"
                            .formatted(text);
            String asked =
                    "'messages':[{'role':'user','content':[{'type':'text','text':'fix the build'}]}],'tools':[],";
            assertThat(background(Endpoint.MESSAGES, asked + system)).isTrue();
            String begun =
                    "'messages':[{'role':'user','content':'hi'},{'role':'assistant','content':'{'}],";
            assertThat(background(Endpoint.MESSAGES, begun + system)).isTrue();
        }

        @Test
        void isKnownOnEveryRouteThatAnswersInWords() throws IOException {
            String input =
                    "'input':[{'role':'developer','content':'You are a title generator.'},{'role':'user','content':[{'type':'input_text','text':'hi'}]}]";
            assertThat(background(Endpoint.RESPONSES, input)).isTrue();
            String instructions = "'instructions':'You are a title generator.','input':'hi'";
            assertThat(background(Endpoint.RESPONSES, instructions)).isTrue();
            String prompt = "'prompt':'### Task:\\nGenerate 1-3 broad tags','system':'s'";
            assertThat(background(Endpoint.GENERATE, prompt)).isTrue();
            assertThat(background(Endpoint.EMBED, "'input':'You are a title generator.'"))
                    .isFalse();
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    // Open WebUI: somebody waits for these
                    "'messages':[{'role':'user','content':'### Task:\\nRespond to the user query using the provided context'}]",
                    "'messages':[{'role':'user','content':'### Task:\\nAnalyze the chat history to determine the necessity of generating search queries'}]",
                    "'messages':[{'role':'user','content':'### Task:\\nYou are an autocompletion system.'}]",
                    // with tools
                    "'messages':[{'role':'system','content':'You are a title generator.'},{'role':'user','content':'hi'}],'tools':[{'type':'function'}]",
                    "'tools':[{'type':'web_search'}],'messages':[{'role':'user','content':'### Task:\\nGenerate 1-3 broad tags'}]",
                    // a conversation that goes on
                    "'messages':[{'role':'system','content':'You are a title generator.'},{'role':'user','content':'hi'},{'role':'assistant','content':'Hello'},{'role':'user','content':'shorter'}]",
                    "'messages':[{'role':'user','content':'hi'},{'role':'assistant','content':'hello'},{'role':'user','content':'### Task:\\nGenerate 1-3 broad tags'}]",
                    "'messages':[{'role':'user','content':'hi'},{'role':'user','content':'### Task:\\nGenerate 1-3 broad tags'}]",
                    // as long as only conversations are
                    "'messages':[{'role':'user','content':'### Task:\\nGenerate 1-3 broad tags'},{'role':'user'},{'role':'user'},{'role':'user'},{'role':'user'},{'role':'user'},{'role':'user'}]",
                    // in the middle, in other words, or no text
                    "'messages':[{'role':'user','content':'What does ### Task:\\nGenerate 1-3 broad tags mean?'}]",
                    "'messages':[{'role':'user','content':'### Task: generate 1-3 broad tags'}]",
                    "'messages':[{'role':'user','content':'### Task:\\nGenerate 1'}]",
                    "'messages':[{'role':'user','content':[{'type':'text','source':'You are a title generator.'},{'text':7}]}]",
                    "'messages':[{'role':'assistant','content':'You are a title generator.'}]",
                    "'messages':[{'content':'You are a title generator.'}]",
                    "'messages':[{'role':'user','content':null},'You are a title generator.',[]]",
                    "'messages':'You are a title',  'system':{'text':'You are a title generator.'}",
                    "'messages':[],'x':'You are a title generator.'",
                    "'messages':[{'role':'user','content':''}]",
                })
        void isNotWhatSomebodyMayWaitFor(String json) throws IOException {
            assertThat(background(Endpoint.CHAT_COMPLETIONS, json)).isFalse();
        }

        @Test
        void isNothingWhereTheListIsEmpty() throws IOException {
            ParsedBody title =
                    parse(
                            Endpoint.CHAT,
                            "'messages':[{'role':'system','content':'You are a title generator.'}]");
            assertThat(REQUESTS.background(title)).isTrue();
            Requests off = new Requests(TestConfig.of(Map.of("cortex.queue.background", "")));
            assertThat(off.background(title)).isFalse();
        }

        @Test
        void mayBeginInOtherWords() throws IOException {
            Requests german =
                    new Requests(
                            TestConfig.of(
                                    Map.of(
                                            "cortex.queue.background",
                                            " Fasse  die\nGespräche\\, knapp 😀")));
            String said =
                    "'messages':[{'role':'user','content':'Fasse die Gespr\\u00e4che, knapp \\ud83d\\ude00 zusammen'}]";
            assertThat(german.background(parse(Endpoint.CHAT, said))).isTrue();
            assertThat(german.background(parse(Endpoint.CHAT, said.replace("die", "alle"))))
                    .isFalse();
        }

        @Test
        void isKnownByTheBeginningOfALongText(@TempDir Path temp) throws IOException {
            String json =
                    "{\"messages\":[{\"role\":\"user\",\"content\":\"### Task:\\nGenerate 1-3 broad tags "
                            + "x".repeat(300_000)
                            + "\"}],\"model\":\"m\",\"user\":\"u\"}";
            Path file = Files.writeString(temp.resolve("body"), json);
            Vertx vertx = Vertx.vertx();
            try {
                RequestBody body =
                        new RequestBody.Spooled(new BodyFiles(vertx), file, Files.size(file));
                ParsedBody spooled = RequestParser.parse(body, Endpoint.CHAT);
                assertThat(REQUESTS.background(spooled)).isTrue();
                assertThat(spooled.hints().user()).isEqualTo("u");
            } finally {
                vertx.close();
            }
        }
    }
}
