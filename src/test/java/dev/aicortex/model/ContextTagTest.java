package dev.aicortex.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ContextTagTest {
    private static final String DIGEST =
            "37cb8a9dda2e918127a1aaf14e9487953564f4e3c21327db7f2df99cd3883088";

    @ParameterizedTest
    @CsvSource({
        "gemma3:270m, gemma3:270m",
        "Llama3.2, llama3.2:latest",
        "hf.co/User/Repo:Q4_K_M, hf.co/user/repo:q4_k_m",
        "localhost:5000/me/model:7b, localhost:5000/me/model:7b",
        "cortex-8192:cortex-1, cortex-8192:cortex-1",
    })
    void aNameTellsAllThatItWasMadeOf(String model, String canonical) {
        ContextTag made = ContextTag.of(ModelName.of(model), 8192, DIGEST);
        assertThat(made.name()).isEqualTo(canonical + "-cortex-8192-37cb8a9dda2e");
        assertThat(ContextTag.of(made.name())).contains(made);
        assertThat(ContextTag.modelOf(made.name())).isEqualTo(canonical);
    }

    @Test
    void digestsMayHaveTheirKindInFrontOrBeMissing() {
        ModelName model = ModelName.of("m:1b");
        assertThat(ContextTag.of(model, 1, "sha256:" + DIGEST).name())
                .isEqualTo("m:1b-cortex-1-37cb8a9dda2e");
        assertThat(ContextTag.of(model, 1, "").name()).isEqualTo("m:1b-cortex-1-000000000000");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "gemma3:270m",
                "gemma3:270m-cortex-8192",
                "gemma3-cortex-8192-37cb8a9dda2e",
                "gemma3:270m-cortex-0-37cb8a9dda2e",
                "gemma3:270m-cortex-8192-37cb8a9dda2",
                "gemma3:270m-cortex-8192-37cb8a9dda2e-q4",
                "gemma3:270m-cortex-9999999999-37cb8a9dda2e",
                "",
            })
    void otherNamesAreModels(String name) {
        assertThat(ContextTag.is(name)).isFalse();
        assertThat(ContextTag.modelOf(name)).isEqualTo(name);
    }
}
