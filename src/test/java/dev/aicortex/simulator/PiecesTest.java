package dev.aicortex.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The small parts that the answers are made of. */
class PiecesTest {
    @Test
    void quotesAsGoDoes() throws IOException {
        String text = "<b>&\"\\\n\t\u0001\u2028é当🙂'";
        assertThat(GoJson.quote(text))
                .isEqualTo("\"\\u003cb\\u003e\\u0026\\\"\\\\\\n\\t\\u0001\\u2028é当🙂'\"");
        assertThat(new ObjectMapper().readTree(GoJson.quote(text)).asText()).isEqualTo(text);
    }

    @Test
    void fillsTheGapsOfATemplate() {
        Template template = Template.of("{'a':@,'b':'@','c':@}");
        assertThat(template.fill(1, "x", Buffer.buffer("[]")))
                .hasToString("{\"a\":1,\"b\":\"x\",\"c\":[]}");
        assertThat(template.bind(2, "y").fill("null".getBytes(StandardCharsets.UTF_8)))
                .hasToString("{\"a\":2,\"b\":\"y\",\"c\":null}");
    }

    @Test
    void tellsTheTimeAsGoDoes() {
        Timestamps clock = new Timestamps();
        for (int i = 0; i < 1_000; i++) {
            String now = new String(clock.now(), StandardCharsets.UTF_8);
            assertThat(now)
                    .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.(\\d{0,8}[1-9]|0)Z");
            assertThat(Instant.parse(now)).isCloseTo(Instant.now(), within(5, ChronoUnit.SECONDS));
        }
    }

    @ParameterizedTest
    @CsvSource({"10m,600", "1h30m,5400", "45s,45", "0,0", "2.5s,2.5", "250ms,0.25"})
    void readsHowLongAModelStays(String text, double seconds) {
        assertThat(KeepAlive.of(TextNode.valueOf(text)))
                .isEqualTo(Duration.ofMillis((long) (seconds * 1_000)));
    }

    @Test
    void keepsAModelForGoodOrForFiveMinutes() {
        assertThat(KeepAlive.of(IntNode.valueOf(-1))).isGreaterThan(Duration.ofDays(10_000));
        assertThat(KeepAlive.of(TextNode.valueOf("-1m"))).isGreaterThan(Duration.ofDays(10_000));
        assertThat(KeepAlive.of(MissingNode.getInstance())).isEqualTo(Duration.ofMinutes(5));
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
        String made = JsonSample.of(new ObjectMapper().readTree(schema.replace('\'', '"')));
        assertThat(made.replace('"', '\'')).isEqualTo(sample);
    }

    @Test
    void tearsInsideTheFirstLongCharacter() {
        assertThat(Tear.within(Buffer.buffer("ab当c"))).isEqualTo(3);
        assertThat(Tear.within(Buffer.buffer("abcd"))).isEqualTo(2);
    }

    @Test
    void namesAModelWithoutATagByItsLatest() {
        assertThat(Shelf.tagged("a")).isEqualTo("a:latest");
        assertThat(Shelf.tagged("localhost:5000/b/a")).isEqualTo("localhost:5000/b/a:latest");
        assertThat(Shelf.tagged("a:1b")).isEqualTo("a:1b");
    }
}
