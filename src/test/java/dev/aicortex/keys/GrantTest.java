package dev.aicortex.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aicortex.model.ModelName;
import dev.aicortex.model.Priority;
import dev.aicortex.model.ValidationException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GrantTest {
    private static Grant models(String... patterns) {
        return new Grant(List.of(patterns), List.of(), Role.USE, null);
    }

    private static Grant routes(String... routes) {
        return new Grant(List.of(), List.of(routes), Role.USE, null);
    }

    @ParameterizedTest
    @CsvSource({
        "llama3.2:3b, LLAMA3.2:3B, true",
        "llama3.2:3b, library/llama3.2:3b, true",
        "llama3.2:3b, registry.ollama.ai/library/llama3.2:3b, true",
        "llama3.2:3b, llama3.2:3b-cortex-8192-37cb8a9dda2e, true",
        "llama3.2, llama3.2:latest, true",
        "llama3.2, llama3.2:3b, false",
        "llama3.2:*, llama3.2, true",
        "llama3.2:*, llama3.2x:3b, false",
        "library/Llama*, llama3.2:3b, true",
        "*:3b, llama3.2:3b, true",
        "hf.co/*, hf.co/User/Repo:Q4, true",
        "llama3.2:3b, llama3.2:3b-cloud, false",
        "llama3.2:3b, xllama3.2:3b, false",
        "a.b:1, aXb:1, false"
    })
    void namesModelsInTheFormThatIsCompared(String pattern, String model, boolean admits) {
        assertThat(models(pattern).admits(ModelName.of(model))).isEqualTo(admits);
        assertThat(models("other:1", pattern).admits(ModelName.of(model))).isEqualTo(admits);
    }

    @Test
    void isForEveryModelAndRouteWhereNothingIsSaid() {
        assertThat(models().admits(ModelName.of("any"))).isTrue();
        assertThat(models().everyModel()).isTrue();
        assertThat(routes().admits("/any")).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "chat, /v1/chat/completions, true",
        "chat, /api/generate, true",
        "chat, /v1/messages/count_tokens, true",
        "chat, /v1/embeddings, false",
        "chat, /api/chat;x=1, false",
        "embeddings, /api/embed, true",
        "models, /v1/models/llama3.2:3b, true",
        "models, /catalogue/families, true",
        "models, /api/pull, false",
        "manage, /api/blobs/sha256:1, true",
        "/v1/*, /v1/chat/completions, true",
        "/v1/*, /api/chat, false"
    })
    void namesRoutesByWordsOrPaths(String route, String path, boolean admits) {
        assertThat(routes(route).admits(path)).isEqualTo(admits);
    }

    @ParameterizedTest
    @ValueSource(strings = {"chats", "v1/chat", "everything"})
    void refusesARouteThatIsNone(String route) {
        assertThatThrownBy(() -> routes(route))
                .isInstanceOf(ValidationException.class)
                .hasMessageContaining("routes: '" + route + "'")
                .hasMessageContaining("embeddings");
    }

    @ParameterizedTest
    @CsvSource({
        "normal, INTERACTIVE, NORMAL",
        "normal, NORMAL, NORMAL",
        "normal, BATCH, BATCH",
        "batch, INTERACTIVE, BATCH"
    })
    void holdsDownAPriority(String most, Priority asked, Priority gets) {
        Priority highest = Priority.of("priority", most);
        assertThat(new Grant(List.of(), List.of(), Role.USE, highest).atMost(asked))
                .isEqualTo(gets);
        assertThat(Grant.ALL.atMost(asked)).isEqualTo(asked);
    }
}
