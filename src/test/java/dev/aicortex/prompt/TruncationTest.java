package dev.aicortex.prompt;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TruncationTest {
    @ParameterizedTest
    @CsvSource({"0,0", "1,1", "3,1", "28,7", "4000000000,1000000000"})
    void guessesFourCharactersAToken(long characters, long tokens) {
        assertThat(Truncation.estimate(characters)).isEqualTo(tokens);
    }

    @ParameterizedTest
    @CsvSource({
        "100, 4096, false", // fits
        "4096, 4096, false", // just fits
        "4097, 4096, true", // does not
        "9000, 0, false", // the context's length is not known
    })
    void foretellsACutOfAPromptLongerThanTheContext(
            long estimate, int contextLength, boolean likely) {
        assertThat(Truncation.likely(estimate, contextLength)).isEqualTo(likely);
    }

    @ParameterizedTest
    @CsvSource({
        "100, 4096, 120, false", // fits
        "100, 4096, 20, false", // a rough guess is no cut
        "3000, 4096, 4095, false", // longer than guessed, and fits
        "3000, 4096, 4096, true", // longer than guessed, and fills the context
        "20000, 4096, 4096, true", // fills it
        "20000, 4096, 1000, true", // whole messages were dropped
        "6000, 4096, 3500, true", // a few were
        "4500, 4096, 4000, false", // guessed a little high
        "20000, 4096, 0, true", // the server did not say: the guess stands
        "100, 4096, 0, false",
        "20000, 0, 5000, false", // the context's length is not known
    })
    void seesACutByWhatTheServerRead(
            long estimate, int contextLength, long promptTokens, boolean cut) {
        assertThat(Truncation.happened(estimate, contextLength, promptTokens)).isEqualTo(cut);
    }
}
