package dev.aicortex.simulator.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

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
        Template strings = Template.of("{'a':#,'b':#,'c':#}").bind("<");
        assertThat(strings.fill("é", "null".getBytes(StandardCharsets.UTF_8)))
                .hasToString("{\"a\":\"\\u003c\",\"b\":\"é\",\"c\":null}");
    }

    @Test
    void tearsInsideTheFirstLongCharacter() {
        assertThat(Outlet.middle(Buffer.buffer("ab当c"))).isEqualTo(3);
        assertThat(Outlet.middle(Buffer.buffer("abcd"))).isEqualTo(2);
    }
}
