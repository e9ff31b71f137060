package dev.aicortex.gateway.request;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicortex.model.Segment;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SpliceTest {
    private static String applied(String text, Splice... splices) {
        Buffer bytes = Buffer.buffer(text);
        RequestBody.InMemory body = new RequestBody.InMemory(bytes, new BodyBudget(1_000_000));
        return body.join(Splice.apply(List.of(splices), bytes.length())).toString();
    }

    @Test
    void changesOnlyWhatItNames() {
        assertThat(
                        applied(
                                "0123456789",
                                Splice.replace(new Segment.Range(8, 9), "eight"),
                                Splice.insert(1, "one,"),
                                Splice.replace(new Segment.Range(2, 4), "")))
                .isEqualTo("0one,14567eight9");
    }

    @Test
    void worksAtBothEnds() {
        assertThat(applied("ab", Splice.insert(0, "<"), Splice.insert(2, ">"))).isEqualTo("<ab>");
        assertThat(applied("ab", Splice.replace(new Segment.Range(0, 2), "c"))).isEqualTo("c");
        assertThat(applied("ab")).isEqualTo("ab");
    }

    @Test
    void doesWhatAStringBuilderDoes() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 500; round++) {
            StringBuilder expected = new StringBuilder("x".repeat(random.nextInt(40) + 1));
            String text = expected.toString();
            int start = random.nextInt(text.length() + 1);
            int end = start + random.nextInt(text.length() - start + 1);
            String with = "y".repeat(random.nextInt(5));
            expected.replace(start, end, with);
            assertThat(applied(text, Splice.replace(new Segment.Range(start, end), with)))
                    .as("seed %d", seed)
                    .isEqualTo(expected.toString());
        }
    }
}
