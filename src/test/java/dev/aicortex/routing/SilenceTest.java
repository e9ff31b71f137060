package dev.aicortex.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicortex.routing.Silence.Verdict;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SilenceTest {
    @ParameterizedTest
    @CsvSource({
        "0, true, WAIT",
        "0, false, WAIT",
        "1, true, GIVE_UP",
        "1, false, DOUBT",
        "2, false, DOUBT",
        "3, false, GIVE_UP",
    })
    void aServerIsGivenUpByLooksThatItMissesAndNeverByAClock(
            int misses, boolean replaceable, Verdict verdict) {
        Silence silence = Silence.NEW;
        for (int i = 0; i < misses; i++) {
            silence = silence.looked(false);
        }
        assertThat(silence.verdict(replaceable)).isEqualTo(verdict);
    }

    @Test
    void oneAnsweredLookMakesUpForAllThatWereMissed() {
        Silence silence = Silence.NEW.looked(false).looked(false).looked(true).looked(false);
        assertThat(silence.verdict(false)).isEqualTo(Verdict.DOUBT);
    }
}
