package dev.aicortex.gateway.rewrite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aicortex.gateway.rewrite.ContextLength.Wish;
import dev.aicortex.model.ModelName;
import dev.aicortex.model.ValidationException;
import dev.aicortex.testing.TestConfig;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which context length a request needs. */
class WishTest {
    private static final ModelName SET = ModelName.of("set:1b");
    private static final ModelName OTHER = ModelName.of("other:1b");

    private static ContextLength lengths(Map<String, String> keys) {
        return new ContextLength(TestConfig.of(keys));
    }

    @ParameterizedTest
    @CsvSource({"1, 1024", "1024, 1024", "1025, 2048", "8192, 8192", "8193, 16384"})
    void aHeaderIsRoundedUpToAPowerOfTwo(String header, int tokens) {
        assertThat(lengths(Map.of()).of(OTHER, header)).isEqualTo(new Wish(tokens, true));
    }

    @Test
    void orToOneOfTheSizesThatAreSet() {
        ContextLength lengths = lengths(Map.of("cortex.context.sizes", "32768,10000"));
        assertThat(lengths.of(OTHER, "9000")).isEqualTo(new Wish(10_000, true));
        assertThat(lengths.of(OTHER, "10001")).isEqualTo(new Wish(32_768, true));
        assertThatThrownBy(() -> lengths.of(OTHER, "40000"))
                .isInstanceOf(ValidationException.class)
                .hasMessageContaining("40000")
                .hasMessageContaining("cortex.context.sizes");
    }

    @Test
    void whatIsSetIsTakenAsItIsAndAHeaderOnlyAsksForMore() {
        ContextLength lengths =
                lengths(
                        Map.of(
                                "cortex.context.models.\"set:1b\"", "5000",
                                "cortex.context.num-ctx", "3000"));
        assertThat(lengths.of(SET, null)).isEqualTo(new Wish(5_000, false));
        assertThat(lengths.of(OTHER, null)).isEqualTo(new Wish(3_000, false));
        assertThat(lengths.of(SET, "5000")).isEqualTo(new Wish(5_000, false));
        assertThat(lengths.of(SET, "4000")).isEqualTo(new Wish(5_000, true));
        assertThat(lengths.of(SET, "5001")).isEqualTo(new Wish(8_192, true));
        assertThat(lengths(Map.of()).of(OTHER, null)).isEqualTo(Wish.NONE);
    }
}
