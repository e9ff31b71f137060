package dev.aicortex.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aicortex.catalogue.FamilyFile.MalformedFileException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FamilyFileTest {
    /** The example of the format, as a person would write it. */
    private static final String EXAMPLE =
            """
            {"family":"llama","models":[{"name":"llama3.2:3b","family":"llama","size":"2.0 GB",
            "parameters":"3B","quantization":"Q4_K_M","context_length":131072,"description":"Small.",
            "tags":["chat","fast"],"servers":[{"url":"http://localhost:11434","status":"unknown"}]}]}
            """;

    private static Family read(String json) throws MalformedFileException {
        return FamilyFile.read("llama.json", json.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void theExampleIsUnderstood() throws MalformedFileException {
        Model model = read(EXAMPLE).models().getFirst();
        assertThat(model.name()).isEqualTo("llama3.2:3b");
        assertThat(model.facts().contextLength()).isEqualTo(131_072);
        assertThat(model.tags()).containsExactly("chat", "fast");
        assertThat(model.servers()).containsExactly(ModelServer.unknown("http://localhost:11434"));
    }

    @Test
    void whatIsWrittenIsReadBackAsItWas() throws MalformedFileException {
        Family family = read(EXAMPLE);
        assertThat(FamilyFile.read("x", FamilyFile.write(family))).isEqualTo(family);
        assertThat(read(FamilyFile.line(family))).isEqualTo(family);
    }

    @Test
    void unknownFieldsSurviveAtEveryLevel() throws MalformedFileException {
        String json =
                """
                {"owner":{"team":"a"},"family":"llama","models":[{"name":"a:1","price":[1,2],\
                "servers":[{"url":"http://gpu:1","rack":7}]}]}\
                """;
        String written = FamilyFile.line(read(json));
        assertThat(written).contains("\"owner\":{\"team\":\"a\"}", "\"price\":[1,2]", "\"rack\":7");
    }

    @Test
    void anAddressIsWrittenInOneForm() throws MalformedFileException {
        String json =
                "{\"family\":\"llama\",\"models\":[{\"name\":\"a\",\"servers\":[{\"url\":\"HTTPS://gpu/\"}]}]}";
        assertThat(read(json).models().getFirst().servers().getFirst().url())
                .isEqualTo("https://gpu:443");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"family\":\"llama\",\\n\"models\":[{\"name\":\"a\",\\n\"context_length\":\"8k\"}]}|line 3|context_length: '8k' is no whole number",
                "{\"family\":\"llama\",\\n\"models\":[{\"name\":\"a\",\"size\":2}]}|line 2|size: a text in quotes is expected",
                "{\"family\":\"llama\",\"models\":[{\"size\":\"2 GB\"}]}|line 1|a model has no name",
                "{\"family\":\"llama\",\\n\\n\"models\":[{\"name\":\"a\" \"b\"}]}|line 3|not JSON",
                "{\"family\":\"llama\",\"models\":[|line 1|not JSON",
                "{\"family\":\"../etc\",\"models\":[]}|line 1|family: '../etc' is not a family's name",
                "{\"models\":[]}|line 1|family: '' is not a family's name",
                "{\"family\":\"llama\",\"models\":{}}|line 1|models: a list in [ ] is expected",
                "{\"family\":\"llama\",\"models\":[{\"name\":\"a\",\"family\":\"qwen\"}]}|line 1|its family is 'qwen', but the file's is 'llama'",
                "{\"family\":\"llama\",\"models\":[{\"name\":\"a\",\"servers\":[{\"url\":\"ftp://x\"}]}]}|line 1|url: 'ftp://x' is not a server's URL",
                "{\"family\":\"llama\",\"models\":[{\"name\":\"a\",\"servers\":[{\"status\":\"up\"}]}]}|line 1|a server has no url",
                "{\"family\":\"llama\",\"models\":[{\"name\":\"a\",\"servers\":[{\"url\":\"http://x\",\"status\":\"fine\"}]}]}|line 1|status: 'fine' is none of up, down, unknown",
                "{\"family\":\"llama\",\"models\":[]} {}|line 1|something follows",
                "[]|line 1|a family is expected",
                "''|line 1|a family is expected"
            })
    void aMistakeIsToldWithItsLine(String json, String line, String what) {
        assertThatThrownBy(() -> read(json.replace("\\n", "\n")))
                .isInstanceOf(MalformedFileException.class)
                .hasMessageStartingWith("llama.json, " + line + ": ")
                .hasMessageContaining(what);
    }

    @Test
    void credentialsInAnAddressAreRefusedAndNotRepeated() {
        String json =
                "{\"family\":\"llama\",\"models\":[{\"name\":\"a\",\"servers\":[{\"url\":\"http://me:secret@gpu:1\"}]}]}";
        assertThatThrownBy(() -> read(json))
                .hasMessageContaining("they belong in cortex.servers")
                .message()
                .doesNotContain("secret");
    }

    @Test
    void everyCutOfAFileIsAMistakeAndNothingElse() {
        for (int end = 0; end < EXAMPLE.strip().length(); end++) {
            String cut = EXAMPLE.substring(0, end);
            assertThatThrownBy(() -> read(cut)).isInstanceOf(MalformedFileException.class);
        }
    }
}
