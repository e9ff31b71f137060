package dev.aicortex.simulator.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a request says of its model, and what an answer tells. */
class PartsTest {
    @Test
    void tellsTheTimeAsGoDoes() {
        Timestamps clock = new Timestamps();
        for (int i = 0; i < 1_000; i++) {
            String now = clock.now();
            assertThat(now)
                    .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.(\\d{0,8}[1-9]|0)Z");
            assertThat(Instant.parse(now)).isCloseTo(Instant.now(), within(5, ChronoUnit.SECONDS));
        }
    }

    @ParameterizedTest
    @CsvSource({"10m,600", "1h30m,5400", "45s,45", "0,0", "2.5s,2.5", "250ms,0.25"})
    void readsHowLongAModelStays(String text, double seconds) {
        assertThat(Asked.keepAliveOf(TextNode.valueOf(text)))
                .isEqualTo(Duration.ofMillis((long) (seconds * 1_000)));
    }

    @Test
    void keepsAModelForGoodOrForFiveMinutes() {
        assertThat(Asked.keepAliveOf(IntNode.valueOf(-1))).isGreaterThan(Duration.ofDays(10_000));
        assertThat(Asked.keepAliveOf(TextNode.valueOf("-1m")))
                .isGreaterThan(Duration.ofDays(10_000));
        assertThat(Asked.keepAliveOf(MissingNode.getInstance())).isEqualTo(Duration.ofMinutes(5));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'type':'object','properties':{'city':{'type':'string'},'n':{'type':'integer'}},'required':['city']}|{'city': 'Paris'}",
                "{'properties':{'a':{'type':'array','items':{'type':'boolean'}},'b':{'enum':['x','y']}}}|{'a': [true], 'b': 'x'}",
                "{}|{}"
            },
            quoteCharacter = '~')
    void makesUpWhatASchemaRequires(String schema, String sample) throws IOException {
        String made = Words.sample(new ObjectMapper().readTree(schema.replace('\'', '"')));
        assertThat(made.replace('"', '\'')).isEqualTo(sample);
    }

    @Test
    void namesAModelWithoutATagByItsLatest() {
        assertThat(Shelf.tagged("a")).isEqualTo("a:latest");
        assertThat(Shelf.tagged("localhost:5000/b/a")).isEqualTo("localhost:5000/b/a:latest");
        assertThat(Shelf.tagged("a:1b")).isEqualTo("a:1b");
    }
}
