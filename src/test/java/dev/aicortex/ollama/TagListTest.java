package dev.aicortex.ollama;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

/** The lists of a server as they are read and written anew. */
class TagListTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void aCloudModelSaysWhereItRuns() throws JsonProcessingException {
        String text =
                "{\"name\":\"gpt-oss:120b-cloud\",\"remote_model\":\"gpt-oss:120b\",\"remote_host\":\"https://cloud.example:443\"}";
        TagList.Tag tag = JSON.readValue(text, TagList.Tag.class);
        assertThat(tag.remoteModel()).isEqualTo("gpt-oss:120b");
        assertThat(tag.remoteHost()).isEqualTo("https://cloud.example:443");
        assertThat(JSON.writeValueAsString(tag)).contains("\"remote_host\":\"https://cloud");
    }

    @Test
    void aModelThatRunsHereSaysNothingOfIt() throws JsonProcessingException {
        TagList.Tag tag = JSON.readValue("{\"name\":\"gemma3:270m\"}", TagList.Tag.class);
        assertThat(tag.remoteHost()).isNull();
        assertThat(JSON.writeValueAsString(tag)).doesNotContain("remote");
    }

    @Test
    void whatRunsIsReadFromOldServersToo() throws JsonProcessingException {
        RunningModel model =
                JSON.readValue(
                                "{\"models\":[null,{\"model\":\"a:1b\",\"new\":1}]}",
                                RunningList.class)
                        .running()
                        .getFirst();
        assertThat(model.label()).isEqualTo("a:1b");
        assertThat(model.contextLength()).isNull();
        assertThat(JSON.writeValueAsString(model)).doesNotContain("context_length");
        assertThat(JSON.readValue("{\"models\":null}", RunningList.class).running()).isEmpty();
    }
}
