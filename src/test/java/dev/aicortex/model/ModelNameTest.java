package dev.aicortex.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelNameTest {
    @ParameterizedTest
    @CsvSource({
        "llama3.2, llama3.2:latest",
        "Llama3.2:3B, llama3.2:3b",
        "registry.ollama.ai/library/llama3.2, llama3.2:latest",
        "library/qwen3:8b, qwen3:8b",
        "hf.co/User/Repo:Q4, hf.co/user/repo:q4",
        "host:5000/ns/m, host:5000/ns/m:latest",
        "host:5000/ns/m:tag, host:5000/ns/m:tag",
        "' gemma3:270m ', gemma3:270m",
    })
    void spellingsOfOneModelAreOneName(String spelt, String canonical) {
        assertThat(ModelName.of(spelt).canonical()).isEqualTo(canonical);
    }

    @ParameterizedTest
    @CsvSource({
        "nomic-embed-text, true",
        "all-minilm:22m, true",
        "bge-m3, true",
        "hf.co/someone/bge-large, true",
        "llama3.2:3b, false",
        "cabbage-7b, false",
    })
    void embeddingModelsAreKnownByTheirNames(String name, boolean embedding) {
        assertThat(ModelName.of(name).namesAnEmbedding()).isEqualTo(embedding);
    }
}
