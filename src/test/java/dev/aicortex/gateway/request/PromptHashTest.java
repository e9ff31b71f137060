package dev.aicortex.gateway.request;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicortex.dialect.Endpoint;
import dev.aicortex.fleet.PromptBlocks;
import dev.aicortex.gateway.dispatch.AskedPrompt;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PromptHashTest {
    private static RequestBody.InMemory body(String json) {
        return new RequestBody.InMemory(Buffer.buffer(json), new BodyBudget(10_000_000));
    }

    private static AskedPrompt read(RequestBody body) throws IOException {
        return AskedPrompt.of(RequestParser.parse(body, Endpoint.CHAT, List.of("x-label:")));
    }

    private static PromptBlocks prompt(String json) throws IOException {
        return read(body(json)).blocks();
    }

    private static long key(String json) throws IOException {
        return read(body(json)).key();
    }

    private static String chat(String... contents) {
        return IntStream.range(0, contents.length)
                .mapToObj(i -> "{\"role\":\"user\",\"content\":\"" + contents[i] + "\"}")
                .collect(Collectors.joining(",", "{\"model\":\"m\",\"messages\":[", "]}"));
    }

    @Test
    void aConversationThatGoesOnBeginsAsItDid() throws IOException {
        PromptBlocks before = prompt(chat("one", "two"));
        PromptBlocks after = prompt(chat("one", "two", "three"));
        assertThat(before.size()).isEqualTo(2);
        assertThat(after.common(before)).isEqualTo(2);
        assertThat(after.bytes(2)).isEqualTo(before.bytes());
        assertThat(prompt(chat("one", "twx", "three")).common(after)).isEqualTo(1);
        assertThat(prompt(chat("two", "one")).common(before)).isZero();
    }

    @Test
    void whereTheOtherFieldsStandMakesNoDifference() throws IOException {
        PromptBlocks one =
                prompt(
                        "{\"model\":\"m\",\"messages\":[{\"a\":1}],\"stream\":true,\"tools\":[{\"type\":\"function\"}]}");
        PromptBlocks other =
                prompt(
                        "{\"tools\":[{\"type\":\"function\"}],\"model\":\"m\",\"messages\":[{\"a\":1}]}");
        assertThat(one.common(other)).isEqualTo(2);
        assertThat(one.bytes()).isEqualTo(other.bytes());
    }

    @Test
    void otherToolsAreAnotherPrompt() throws IOException {
        PromptBlocks with =
                prompt(
                        "{\"model\":\"m\",\"messages\":[{\"a\":1}],\"tools\":[{\"type\":\"function\"}]}");
        assertThat(with.common(prompt("{\"model\":\"m\",\"messages\":[{\"a\":1}]}"))).isZero();
    }

    @Test
    void aLongMessageThatEndsDifferentlyBeginsTheSame() throws IOException {
        String text = "x".repeat(100_000);
        PromptBlocks one = prompt(chat(text + "one"));
        PromptBlocks other = prompt(chat(text + "two"));
        assertThat(one.bytes(one.common(other))).isBetween(65_000L, 100_000L);
        assertThat(one.size()).isLessThan(20);
    }

    @Test
    void aPromptThatIsAStringIsReadToItsQuote() throws IOException {
        PromptBlocks one = prompt("{\"prompt\":\"say \\\"hi\\\\\",\"model\":\"m\"}");
        PromptBlocks other = prompt("{\"model\":\"m\",\"prompt\":\"say \\\"hi\\\\\"}");
        assertThat(one.common(other)).isEqualTo(1);
        assertThat(one.bytes()).isEqualTo("\"say \\\"hi\\\\\"".length());
    }

    @Test
    void ofManyMessagesTheLastBlockHasTheRest() throws IOException {
        String[] many = IntStream.range(0, 2_000).mapToObj(i -> "m" + i).toArray(String[]::new);
        PromptBlocks blocks = prompt(chat(many));
        assertThat(blocks.size()).isEqualTo(256);
        many[1_999] = "other";
        PromptBlocks other = prompt(chat(many));
        assertThat(other.common(blocks)).isEqualTo(255);
        assertThat(other.bytes()).isGreaterThan(50_000);
    }

    @Test
    void nothingToAnswerIsNoPrompt() throws IOException {
        assertThat(prompt("{\"model\":\"m\",\"messages\":[],\"prompt\":null,\"system\":1}").size())
                .isZero();
        assertThat(prompt("{\"model\":\"m\",\"prompt\":[\"a\",[1,2],null]}").size()).isZero();
    }

    @Test
    void theCacheKeyComesBeforeTheUser() throws IOException {
        long user = key("{\"model\":\"m\",\"user\":\"u\"}");
        long both = key("{\"prompt_cache_key\":\"k\",\"model\":\"m\",\"user\":\"u\"}");
        assertThat(both).isEqualTo(key("{\"model\":\"m\",\"prompt_cache_key\":\"k\"}"));
        assertThat(both).isNotEqualTo(user).isNotZero();
        assertThat(key("{\"model\":\"m\",\"user\":7}")).isZero();
    }

    /** Each with a long text behind, so that there is more than one block. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'user':'u','system':'x-label: 1\\nT','messages':[{'a':1}]|'user':'u','system':'T','messages':[{'a':1}]",
                "'system':[{'text':'x-label: 1'},{'text':'T'}],'user':'u','tools':[1]|'system':[{'text':'T'}],'user':'u','tools':[1]",
                "'messages':[{'role':'system','content':'x-label: 1'},{'role':'system','content':'T'},{'a':1}],'user':'u'|'messages':[{'role':'system','content':'T'},{'a':1}],'user':'u'",
                "'messages':[{'role':'system','content':[{'text':'x-label: 1\\nT'}]},{'a':1}]|'messages':[{'role':'system','content':[{'text':'T'}]},{'a':1}]",
            })
    void whatIsStrippedHasNoPartInIt(String labelled, String left) throws IOException {
        AskedPrompt one = read(body(json(labelled)));
        AskedPrompt other = read(body(json(left)));
        assertThat(one.blocks().hashes()).isEqualTo(other.blocks().hashes());
        assertThat(one.blocks().ends()).isEqualTo(other.blocks().ends());
        assertThat(one.blocks().size()).isGreaterThan(3);
        assertThat(one.begins()).isTrue();
        assertThat(one.key()).isEqualTo(other.key());
    }

    private static String json(String fields) {
        String text =
                IntStream.range(0, 1_000).mapToObj(i -> "w" + i).collect(Collectors.joining());
        return "{\"model\":\"m\"," + fields.replace('\'', '"').replace("T", text) + "}";
    }

    @Test
    void aBodyInAFileHasTheSamePromptAsOneInMemory(@TempDir Path temp) throws IOException {
        String text = "y".repeat(300_000);
        String json =
                chat(text, "one", text + "é").replace("{\"model\"", "{\"user\":\"u\",\"model\"");
        Path file = Files.writeString(temp.resolve("body"), json);
        Vertx vertx = Vertx.vertx();
        try {
            AskedPrompt spooled =
                    read(new RequestBody.Spooled(new BodyFiles(vertx), file, Files.size(file)));
            AskedPrompt memory = read(body(json));
            assertThat(spooled.blocks().hashes()).isEqualTo(memory.blocks().hashes());
            assertThat(spooled.blocks().ends()).isEqualTo(memory.blocks().ends());
            assertThat(spooled.key()).isEqualTo(memory.key()).isNotZero();
        } finally {
            vertx.close();
        }
    }
}
