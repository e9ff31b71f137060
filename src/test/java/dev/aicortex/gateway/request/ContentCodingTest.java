package dev.aicortex.gateway.request;

import static dev.aicortex.testing.TestFleet.MODEL;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aicortex.model.Sha256;
import dev.aicortex.simulator.ReceivedRequest;
import dev.aicortex.testing.GatewayFlow;
import io.airlift.compress.v3.zstd.ZstdOutputStream;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.config.EncoderConfig;
import io.restassured.config.RestAssuredConfig;
import io.restassured.response.Response;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies that their client has compressed. */
@QuarkusTest
class ContentCodingTest extends GatewayFlow {
    private static final RestAssuredConfig AS_IT_IS =
            RestAssuredConfig.config()
                    .encoderConfig(
                            EncoderConfig.encoderConfig()
                                    .appendDefaultContentCharsetToContentTypeIfUndefined(false));

    private static final String REQUEST =
            """
            {"model":"%s","stream":false,"max_tokens":4,"prompt":"hi","input":"hi",
             "messages":[{"role":"user","content":"Grüße 🌍"}]}\
            """
                    .formatted(MODEL);

    private interface Encoder {
        OutputStream over(OutputStream out) throws IOException;
    }

    private static byte[] coded(String codings, byte[] body) throws IOException {
        byte[] coded = body;
        for (String coding : codings.toLowerCase(Locale.ROOT).split("[, ]+")) {
            coded = encoded(coding, coded);
        }
        return coded;
    }

    private static byte[] encoded(String coding, byte[] body) throws IOException {
        Encoder encoder =
                switch (coding) {
                    case "gzip", "x-gzip" -> GZIPOutputStream::new;
                    case "zstd" -> ZstdOutputStream::new;
                    case "deflate" -> DeflaterOutputStream::new;
                    case "raw" -> out -> new DeflaterOutputStream(out, new Deflater(9, true));
                    default -> out -> out;
                };
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = encoder.over(bytes)) {
            out.write(body);
        }
        return bytes.toByteArray();
    }

    private static Response send(String path, String coding, byte[] body) {
        return RestAssured.given()
                .config(AS_IT_IS)
                .contentType("application/json")
                .header("Content-Encoding", coding)
                .body(body)
                .post(path);
    }

    private ReceivedRequest reached(Response answer) {
        return answered(answer).lastPost();
    }

    static Stream<Arguments> codedRoutes() {
        return Stream.of(
                        "/v1/chat/completions",
                        "/v1/completions",
                        "/v1/responses",
                        "/v1/messages",
                        "/api/chat",
                        "/api/generate")
                .flatMap(path ->
                        Stream.of("zstd", "gzip", "deflate").map(c -> Arguments.of(path, c)));
    }

    @ParameterizedTest
    @MethodSource("codedRoutes")
    void everyInferenceRouteTakesThem(String path, String coding) throws IOException {
        Response answer = send(path, coding, coded(coding, REQUEST.getBytes(UTF_8)));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(reached(answer).text()).isEqualTo(REQUEST);
        assertThat(reached(answer).headers()).doesNotContainKey("content-encoding");
        assertThat(reached(answer).headers())
                .containsEntry("content-length", Integer.toString(REQUEST.getBytes(UTF_8).length));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GZip|gzip",
                "x-gzip|gzip",
                "ZSTD|zstd",
                "deflate|raw",
                "identity|identity",
                "gzip, zstd|gzip, zstd",
                "zstd ,identity, gzip|zstd, gzip",
                "''|identity",
            })
    void howeverTheyAreSpelt(String header, String codings) throws IOException {
        byte[] body = coded(codings, REQUEST.getBytes(UTF_8));
        Response answer = send("/v1/responses", header, body);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(reached(answer).text()).isEqualTo(REQUEST);
        assertThat(reached(answer).headers()).doesNotContainKey("content-encoding");
    }

    @Test
    void anEstimateOfTokensTakesThemToo() throws IOException {
        Response answer =
                send("/v1/messages/count_tokens", "zstd", coded("zstd", REQUEST.getBytes(UTF_8)));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.jsonPath().getInt("input_tokens")).isPositive();
    }

    @ParameterizedTest
    @ValueSource(strings = {"zstd", "gzip"})
    void aLongOneGoesThroughAFile(String coding) throws IOException {
        byte[] random = new byte[3_000_000];
        new Random(11).nextBytes(random);
        String image = Base64.getEncoder().encodeToString(random);
        String body = REQUEST.replaceFirst("\\{", "{\"image\":\"" + image + "\",");
        Response answer = send("/api/chat", coding, coded(coding, body.getBytes(UTF_8)));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(reached(answer).length()).isEqualTo(body.getBytes(UTF_8).length);
        assertThat(reached(answer).sha256()).isEqualTo(Sha256.of(body.getBytes(UTF_8)));
    }

    @ParameterizedTest
    @CsvSource({
        "zstd, zstd",
        "gzip, gzip",
        "deflate, deflate",
        "'gzip, gzip', 'gzip, gzip'",
        "'gzip, zstd', 'gzip, zstd'",
    })
    void aBombIsA413(String header, String codings) throws IOException {
        byte[] spaces = new byte[110 << 20];
        Arrays.fill(spaces, (byte) ' ');
        byte[] bomb = coded(codings, spaces);
        assertThat(bomb.length).isLessThan(1 << 20);
        Response answer = send("/v1/chat/completions", header, bomb);
        assertThat(answer.statusCode()).isEqualTo(413);
        assertThat(answer.jsonPath().getString("error.code")).isEqualTo("request_too_large");
        assertThat(answer.jsonPath().getString("error.message")).contains("cortex.max-body");
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/chat/completions, error.message",
        "/v1/messages, error.message",
        "/api/chat, error",
    })
    void anUnknownOneIsA415ThatNamesItAndTheKnownOnes(String path, String message) {
        for (String coding : new String[] {"br", "gzip, br", "Compress"}) {
            Response answer = send(path, coding, new byte[] {1, 2, 3});
            assertThat(answer.statusCode()).isEqualTo(415);
            assertThat(answer.jsonPath().getString(message))
                    .contains(Objects.requireNonNull(coding).replace("gzip, ", ""))
                    .contains("gzip, deflate, zstd");
            assertThat(answer.header("Accept-Encoding")).isEqualTo("gzip, deflate, zstd");
        }
        assertThat(send(path, "gzip,gzip,gzip,gzip", new byte[9]).statusCode()).isEqualTo(415);
    }

    @ParameterizedTest
    @ValueSource(strings = {"zstd", "gzip", "deflate"})
    void oneThatIsBrokenIsA400ThatNamesIt(String coding) throws IOException {
        byte[] whole = coded(coding, REQUEST.repeat(50).getBytes(UTF_8));
        Random random = new Random(5);
        for (int round = 0; round < 40; round++) {
            byte[] broken = Arrays.copyOf(whole, round == 0 ? 1 : random.nextInt(whole.length));
            if (round > 20) {
                broken = whole.clone();
                broken[random.nextInt(broken.length)] ^= (byte) (1 + random.nextInt(255));
            }
            Response answer = send("/api/chat", coding, broken);
            assertThat(answer.statusCode()).as("round %d", round).isEqualTo(400);
        }
        Response answer = send("/api/chat", coding, "{\"model\":\"m\"}".getBytes(UTF_8));
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.jsonPath().getString("error")).contains(coding, "Content-Encoding");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aLongOneThatIsBrokenLeavesNoFileOpen() throws IOException {
        assertThat(send("/api/chat", "gzip", new byte[2_000_000]).statusCode()).isEqualTo(400);
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            assertThat(open.map(ContentCodingTest::target))
                    .noneMatch(file -> file.contains("aicortex-") && file.contains(".body"));
        }
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException _) {
            return ""; // closed by now
        }
    }

    @Test
    void nothingIsAMissingBody() {
        Response answer = send("/api/chat", "gzip", new byte[0]);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.jsonPath().getString("error")).contains("missing request body");
    }
}
