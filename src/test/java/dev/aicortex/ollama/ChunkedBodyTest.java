package dev.aicortex.ollama;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.handler.codec.DecoderException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChunkedBodyTest {
    private static final String PAYLOAD = "data: one\n\ndata: two\r\n\r\ndata: [DONE]\n\n";
    private static final String BODY =
            "b\r\ndata: one\n\n\r\n"
                    + "0d;name=\"value\"\r\ndata: two\r\n\r\n\r\n"
                    + "E \r\ndata: [DONE]\n\n\r\n"
                    + "000\r\nTrailer: 1\r\n\r\n";

    @Test
    void takesTheChunksApartHoweverTheyAreCut() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 500; round++) {
            assertThat(torn(random)).as("seed %d, round %d", seed, round).isEqualTo(PAYLOAD);
        }
    }

    private static String torn(Random random) {
        ChunkedBody body = new ChunkedBody();
        byte[] all = bytes(BODY);
        StringBuilder payload = new StringBuilder();
        int from = 0;
        while (!body.ended()) {
            int to = Math.min(all.length, from + 1 + random.nextInt(40));
            byte[] part = Arrays.copyOfRange(all, from, to);
            payload.append(text(part, body.take(part)));
            from += body.end();
        }
        assertThat(BODY.substring(from)).isEqualTo("Trailer: 1\r\n\r\n");
        return payload.toString();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\r\n",
                "x\r\n",
                "-1\r\n",
                " 1\r\nA\r\n",
                "1\nA\r\n",
                "1;a\nb\r\nA\r\n",
                "1\r\rA",
                "1\r\nAB\r\n",
                "1\r\nA\n",
                "1\r\nA\r0",
                "ffffffffffffffffffff\r\n",
            })
    void refusesWhatIsNoChunk(String malformed) {
        assertThatThrownBy(() -> new ChunkedBody().take(bytes(malformed)))
                .isInstanceOf(DecoderException.class);
    }

    @Test
    void refusesASizeThatDoesNotEnd() {
        byte[] zeros = bytes("0".repeat(5_000));
        assertThatThrownBy(() -> new ChunkedBody().take(zeros))
                .isInstanceOf(DecoderException.class);
        byte[] extension = bytes("1;" + "x".repeat(5_000));
        assertThatThrownBy(() -> new ChunkedBody().take(extension))
                .isInstanceOf(DecoderException.class);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static String text(byte[] bytes, int length) {
        return new String(bytes, 0, length, StandardCharsets.US_ASCII);
    }
}
