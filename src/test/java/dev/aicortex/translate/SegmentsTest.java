package dev.aicortex.translate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.aicortex.model.Segment;
import dev.aicortex.model.ValidationException;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reading a body and writing it again as segments. */
class SegmentsTest {
    /** Around the length from which on a string stays where it is. */
    private static final int[] LENGTHS = {
        0, 1, 7, 100, LongStrings.LONG - 1, LongStrings.LONG, LongStrings.LONG + 1, 30_000
    };

    private static final String[] LETTERS = {
        "a", "Z", " ", "\"", "\\", "/", "\n", "\u0000", "é", "当", "🚀", "\u2028", "{", "]", ":"
    };

    @Test
    void giveTheSameJsonForEveryBody() throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 300; round++) {
            JsonNode tree = object(random, 4);
            byte[] body = spelled(tree, random).getBytes(StandardCharsets.UTF_8);
            byte[] again = rewritten(body, 1 + random.nextInt(9_000));
            assertThat(Translated.JSON.readTree(again))
                    .as("seed %d, round %d", seed, round)
                    .isEqualTo(Translated.JSON.readTree(body));
        }
    }

    private static byte[] rewritten(byte[] body, int atMost) throws IOException {
        ObjectNode read = BodyTree.read(() -> new InPieces(new ByteArrayInputStream(body), atMost));
        return Translated.applied(SegmentWriter.write(read), body);
    }

    private static ObjectNode object(Random random, int depth) {
        ObjectNode object = Translated.JSON.createObjectNode();
        for (int i = random.nextInt(5); i >= 0; i--) {
            object.set(text(random, random.nextInt(20)), value(random, depth - 1));
        }
        return object;
    }

    private static JsonNode value(Random random, int depth) {
        return switch (random.nextInt(depth > 0 ? 8 : 6)) {
            case 0 -> Translated.JSON.getNodeFactory().numberNode(random.nextLong());
            case 1 -> Translated.JSON.getNodeFactory().numberNode(random.nextGaussian() * 1e30);
            case 2 -> Translated.JSON.getNodeFactory().booleanNode(random.nextBoolean());
            case 3 -> Translated.JSON.getNodeFactory().nullNode();
            case 4, 5 ->
                    Translated.JSON
                            .getNodeFactory()
                            .textNode(text(random, LENGTHS[random.nextInt(LENGTHS.length)]));
            case 6 -> object(random, depth);
            default -> array(random, depth);
        };
    }

    private static ArrayNode array(Random random, int depth) {
        ArrayNode array = Translated.JSON.createArrayNode();
        for (int i = random.nextInt(4); i > 0; i--) {
            array.add(value(random, depth - 1));
        }
        return array;
    }

    /** Half of them without anything to escape, so that their length in bytes is the one asked. */
    private static String text(Random random, int length) {
        if (random.nextBoolean()) {
            return "x".repeat(length);
        }
        StringBuilder text = new StringBuilder();
        while (text.length() < length) {
            text.append(LETTERS[random.nextInt(LETTERS.length)]);
        }
        return text.toString();
    }

    /** Spaced and escaped in one of the ways that JSON allows. */
    private static String spelled(JsonNode tree, Random random) throws IOException {
        var writer =
                random.nextBoolean()
                        ? Translated.JSON.writerWithDefaultPrettyPrinter()
                        : Translated.JSON.writer();
        if (random.nextBoolean()) {
            writer = writer.with(JsonWriteFeature.ESCAPE_NON_ASCII);
        }
        return writer.writeValueAsString(tree);
    }

    @Test
    void leaveALongImageWhereItIs() throws IOException {
        String image = "A".repeat(34_000_000);
        String head = "{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\",";
        String url = "\"image_url\":{\"url\":\"data:image\\/png;base64,";
        String body = head + url + image + "\"}}]}]}";
        List<Segment> segments = Translated.of(NativeRoute.CHAT_COMPLETIONS, body).body();
        int start = head.length() + url.length();
        assertThat(segments).contains(new Segment.Range(start, start + image.length()));
        assertThat(segments.stream().filter(Segment.Text.class::isInstance))
                .allMatch(text -> text.length() < 1_000);
    }

    @Test
    void holdShorterStringsOnlyWhileTheyArePlenty() throws IOException {
        String one = "\"" + "m".repeat(4_000) + "\",";
        String body = "{\"many\":[" + one.repeat(5_000) + "0]}";
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        List<Segment> segments =
                SegmentWriter.write(BodyTree.read(() -> new ByteArrayInputStream(bytes)));
        long held =
                segments.stream()
                        .filter(Segment.Text.class::isInstance)
                        .mapToLong(Segment::length)
                        .sum();
        assertThat(held).isLessThan(LongStrings.PLENTY + 100_000L);
        assertThat(Translated.applied(segments, bytes)).isEqualTo(bytes);
    }

    @Test
    void replaceHalfASurrogatePairAsServersDo() throws IOException {
        byte[] body = "{\"a\":\"x\\ud83dy\",\"b\":\"\\ude80\"}".getBytes(StandardCharsets.UTF_8);
        assertThat(new String(rewritten(body, 3), StandardCharsets.UTF_8))
                .isEqualTo("{\"a\":\"x\uFFFDy\",\"b\":\"\uFFFD\"}");
    }

    @Test
    void keepTheDigitsOfNumbers() throws IOException {
        String body = "{\"a\":[1.50,123456789012345678901234567890,-0.1,1E+400,9007199254740993]}";
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        assertThat(new String(rewritten(bytes, 100), StandardCharsets.UTF_8)).isEqualTo(body);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{",
                "{\"a\":\"unterminated",
                "{\"a\":\"\\",
                "{\"a\":1} {}",
                "{\"a\":tru}",
                "{'a':1}",
                "{\"a\":\"\\x\"}",
                "{\"a\":1e99999999999}",
            })
    void refuseWhatIsNoJsonObject(String body) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> BodyTree.read(() -> new ByteArrayInputStream(bytes)))
                .isInstanceOf(ValidationException.class)
                .hasMessageContaining("the request body");
    }

    @Test
    void refuseWhatWouldFillTheMemory() {
        String values = "{\"a\":[" + "0,".repeat(200_001) + "0]}";
        assertThatThrownBy(() -> rewritten(values.getBytes(StandardCharsets.UTF_8), 8_000))
                .isInstanceOf(ValidationException.class)
                .hasMessageContaining("more than 200000 values");
        String name = "{\"" + "n".repeat(20_000) + "\":1}";
        assertThatThrownBy(() -> rewritten(name.getBytes(StandardCharsets.UTF_8), 8_000))
                .isInstanceOf(ValidationException.class)
                .hasMessageContaining("name of a field is longer");
        String deep = "{\"a\":" + "[".repeat(2_000);
        assertThatThrownBy(() -> rewritten(deep.getBytes(StandardCharsets.UTF_8), 8_000))
                .isInstanceOf(ValidationException.class)
                .hasMessageContaining("nested deeper than 500 levels");
    }

    /** Gives at most so many bytes a read. */
    private static final class InPieces extends FilterInputStream {
        private final int atMost;

        InPieces(InputStream in, int atMost) {
            super(in);
            this.atMost = atMost;
        }

        @Override
        public int read(byte[] to, int from, int length) throws IOException {
            return super.read(to, from, Math.min(length, atMost));
        }
    }
}
