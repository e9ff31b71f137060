package dev.aicortex.ollama;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The lists of a server as they are read and passed on. */
class TagListTest {
    private static TagList.Tag tag(String entry) {
        return read("{\"models\":[" + entry + "]}", TagList.class).tags().getFirst();
    }

    private static <T> T read(String text, Class<T> type) {
        return ControlAnswers.read(text.getBytes(StandardCharsets.UTF_8), type);
    }

    @Test
    void aCloudModelSaysWhereItRuns() {
        String text =
                "{\"name\":\"gpt-oss:120b-cloud\",\"model\":\"gpt-oss:120b-cloud\",\"remote_model\":\"gpt-oss:120b\",\"remote_host\":\"https://cloud.example:443\"}";
        TagList.Tag tag = tag(text);
        assertThat(tag.remote()).isTrue();
        assertThat(tag.entry()).isEqualTo(text);
    }

    @Test
    void anEntryIsKeptToTheByte() {
        String entry =
                "{ \"model\" : \"é:1b\", \"name\":\"é:1b\", \"size\":1.50e2,\"x\":{\"y\":[\"}\",{}]} }";
        String list = "\uFEFF {\"a\":[1,{}],\"models\": [ null , " + entry + " , " + entry + "] }";
        assertThat(read(list, TagList.class).tags())
                .hasSize(2)
                .allSatisfy(tag -> assertThat(tag.entry()).isEqualTo(entry));
    }

    @Test
    void entriesBeyondOneReadAreKeptToo() {
        String entry = "{\"name\":\"a\",\"model\":\"a\",\"x\":\"" + "é\\\"".repeat(10_000) + "\"}";
        String list = "{\"models\":[" + (entry + ",").repeat(20) + entry + "]}";
        assertThat(read(list, TagList.class).tags())
                .hasSize(21)
                .allSatisfy(tag -> assertThat(tag.entry()).isEqualTo(entry));
    }

    @Test
    void whoHasOneNameOnlyHasBothInOurs() {
        assertThat(tag("{\"name\":\"a:1b\",\"x\":1}").entry())
                .isEqualTo("{\"name\":\"a:1b\",\"x\":1,\"model\":\"a:1b\"}");
        RunningModel running =
                read("{\"models\":[{\"model\":\"a:1b\"}]}", RunningList.class).running().getFirst();
        assertThat(running.label()).isEqualTo("a:1b");
        assertThat(running.contextLength()).isNull();
        assertThat(running.entryOn("http://a:1"))
                .isEqualTo("{\"model\":\"a:1b\",\"name\":\"a:1b\",\"server\":\"http://a:1\"}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | {\"name\":\"b\"}",
                "{ } | { \"name\":\"b\"}",
                "{\"x\":{\"name\":\"a\"}} | {\"x\":{\"name\":\"a\"},\"name\":\"b\"}",
                "{\"name\" : null ,\"x\":1} | {\"name\" : \"b\" ,\"x\":1}",
                "{\"name\":{\"a\":[1]},\"x\":1.0} | {\"name\":\"b\",\"x\":1.0}",
                "{\"x\":1,\"name\":\"a\\\"}\"} | {\"x\":1,\"name\":\"b\"}",
            })
    void aTextTakesItsFieldsPlace(String entry, String changed) {
        assertThat(ControlAnswers.with(entry, Map.of("name", "b"))).isEqualTo(changed);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"models\":null}",
                "{\"models\":[]}",
                "{}",
                "{\"models\":[],\"error\":\"some are missing\"}"
            })
    void noModelsIsALegalList(String text) {
        assertThat(read(text, TagList.class).tags()).isEmpty();
        assertThat(read(text, RunningList.class).running()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"models\":{}}",
                "{\"models\":[1]}",
                "{\"models\":[{\"name\":[]}]}",
                "{\"models\":[{",
            })
    void anythingElseIsNone(String text) {
        assertThatThrownBy(() -> read(text, TagList.class))
                .isInstanceOf(UnreachableException.class)
                .hasMessage("its answer is not the JSON expected");
    }

    @Test
    void ofAModelsFileOnlyTheFactsThatAreNeededAreKept() {
        ModelDetails details =
                read(
                        """
                        {"model_info":{"general.architecture":"llama","llama.context_length":8192,
                        "tokenizer.ggml.tokens":[{},[1]],"llama.rope":{"a":1}},"capabilities":["tools"],
                        "to_come":[{}]}\
                        """,
                        ModelDetails.class);
        assertThat(details.contextLength()).isEqualTo(8192);
        assertThat(details.abilities()).containsExactly("tools");
        assertThat(details.modelInfo()).hasSize(2);
    }

    /** Some versions give a new name the case of one that is there. */
    @Test
    void contextTagsAreKnownInWhateverCaseTheyAreListed() {
        String listed = "hf.co/unsloth/Qwen3-GGUF:Q4_K_M-cortex-8192-0123456789ab";
        TagList list = read("{\"models\":[{\"name\":\"" + listed + "\"}]}", TagList.class);
        assertThat(list.tags()).isEmpty();
        assertThat(list.contextTags()).containsExactly(listed);
        assertThat(list.contextTags().contains(listed.toLowerCase(Locale.ROOT))).isTrue();
    }

    @Test
    void detailsThatAreAnErrorAreNone() {
        assertThatThrownBy(() -> read("{\"error\":\"model not found\"}", ModelDetails.class))
                .hasMessage("it answered 200 with an error: model not found");
    }
}
