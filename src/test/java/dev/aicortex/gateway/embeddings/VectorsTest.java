package dev.aicortex.gateway.embeddings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicortex.dialect.Endpoint;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VectorsTest {
    private static Optional<Inputs> inputs(String body) throws IOException {
        return Inputs.of(Buffer.buffer(body));
    }

    @Test
    void aPartHasSomeOfTheTextsAndAllElseOfTheBody() throws IOException {
        String body =
                """
                {"model":"mü","Input" : [ "a\\"]","ü" ,"\\u00fc", ""],"truncate":false}\
                """;
        Inputs inputs = inputs(body).orElseThrow();
        assertThat(inputs.texts())
                .extracting(Inputs.Text::text)
                .containsExactly("a\"]", "ü", "ü", "");
        assertThat(inputs.only(List.of(0, 2)).toString())
                .isEqualTo(
                        """
                        {"model":"mü","Input" : ["a\\"]","\\u00fc"],"truncate":false}\
                        """);
        assertThat(inputs.only(List.of(3)).toString()).contains(": [\"\"],");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"model\":\"m\"}",
                "{\"input\":\"a\"}",
                "{\"input\":[\"a\"]}",
                "{\"input\":[]}",
                "{\"input\":[\"a\",1]}",
                "{\"input\":[[1,2],[3]]}",
                "{\"options\":{\"input\":[\"a\",\"b\"]}}"
            })
    void whatIsNoListOfTextsIsLeftToTheServer(String body) throws IOException {
        assertThat(inputs(body)).isEmpty();
    }

    @Test
    void aListThatIsTooLongIsLeftToTheServer() throws IOException {
        String texts = "\"a\",".repeat(2_047);
        assertThat(inputs("{\"input\":[" + texts + "\"b\"]}")).isPresent();
        assertThat(inputs("{\"input\":[" + texts + "\"b\",\"c\"]}")).isEmpty();
    }

    @Test
    void numbersStayAsTheServerWroteThem() throws IOException {
        Buffer answer =
                Buffer.buffer(
                        "{\"model\":\"m\",\"embeddings\":[[1e-45, -0.10000000149011612],[ 3 ]],\"prompt_eval_count\":2}");
        assertThat(Vectors.in(answer, Endpoint.EMBED))
                .extracting(Buffer::toString)
                .containsExactly("[1e-45, -0.10000000149011612]", "[ 3 ]");
    }

    @Test
    void base64StaysToo() throws IOException {
        String vector = "\"" + "AACAPw==".repeat(10_000) + "\"";
        Buffer answer =
                Buffer.buffer(
                        "{\"object\":\"list\",\"data\":[{\"index\":0,\"embedding\":%s,\"object\":\"embedding\"}],\"model\":\"m\"}"
                                .formatted(vector));
        assertThat(Vectors.in(answer, Endpoint.EMBEDDINGS))
                .extracting(Buffer::toString)
                .containsExactly(vector);
    }
}
