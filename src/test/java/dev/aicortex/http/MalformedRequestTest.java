package dev.aicortex.http;

import static dev.aicortex.testing.TestFleet.MODEL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.aicortex.testing.GatewayFlow;
import dev.aicortex.testing.RawClient;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Bytes that are no HTTP request, or two in one: they are refused in words and the connection is
 * closed (RFC 9112), so that nothing behind them is taken for another request.
 */
@QuarkusTest
@Timeout(60)
class MalformedRequestTest extends GatewayFlow {
    private static final String LINE = "POST /api/chat HTTP/1.1\r\n";
    private static final String HOST = "Host: localhost\r\n";
    private static final String BODY = body(MODEL, false);
    private static final String SIZE = Integer.toHexString(BODY.length());
    private static final String CHUNKED = "Transfer-Encoding: chunked\r\n";

    /** It stands behind every malformed request and must reach no server. */
    private static final String SMUGGLED =
            counted(LINE, HOST, "", BODY.replace("sky", "smuggled sky"));

    private long before;

    @BeforeEach
    void count() {
        before = chatsReceived();
    }

    private static String counted(String line, String host, String headers, String body) {
        return "%s%sContent-Length: %d\r\n%s\r\n%s"
                .formatted(line, host, body.length(), headers, body);
    }

    private static String headers(String headers) {
        return counted(LINE, HOST, headers, BODY);
    }

    private static String line(String line) {
        return counted(line + "\r\n", HOST, "", BODY);
    }

    private static String host(String host) {
        return counted(LINE, host, "", BODY);
    }

    private static String length(String length) {
        return LINE + HOST + length + "\r\n" + BODY;
    }

    private static String encoded(String headers) {
        return LINE + HOST + headers + "\r\n" + SIZE + "\r\n" + BODY + "\r\n0\r\n\r\n";
    }

    /** The line of a chunk, with its end. */
    private static String chunk(String line) {
        return LINE + HOST + CHUNKED + "\r\n" + line + BODY + "\r\n0\r\n\r\n";
    }

    /** What follows the only chunk's bytes. */
    private static String behind(String rest) {
        return LINE + HOST + CHUNKED + "\r\n" + SIZE + "\r\n" + BODY + rest;
    }

    private static String digits(int digits) {
        return "1" + "0".repeat(digits - 1 - SIZE.length()) + SIZE + "\r\n";
    }

    static Stream<Arguments> chunks() {
        return Stream.of(
                arguments("17 digits", chunk(digits(17))),
                arguments("9 digits", chunk(digits(9))),
                arguments("a negative int", chunk("80000000\r\n")),
                arguments("minus one", chunk("ffffffff\r\n")),
                arguments("a quoted line end", chunk(SIZE + ";a=\"\r\n")),
                arguments("a quoted LF", chunk(SIZE + ";a=\"x\ny\"\r\n")),
                arguments("an extension that LF ends", chunk(SIZE + ";a\n")),
                arguments("a bare CR in an extension", chunk(SIZE + ";a\rb\r\n")),
                arguments("a NUL in an extension", chunk(SIZE + ";a\0b\r\n")),
                arguments("a space behind the size", chunk(SIZE + " \r\n")),
                arguments("a tab behind the size", chunk(SIZE + "\t\r\n")),
                arguments("a space before the size", chunk(" " + SIZE + "\r\n")),
                arguments("a space in the size", chunk("1 " + SIZE + "\r\n")),
                arguments("0x", chunk("0x" + SIZE + "\r\n")),
                arguments("a plus", chunk("+" + SIZE + "\r\n")),
                arguments("a minus", chunk("-" + SIZE + "\r\n")),
                arguments("no size", chunk("\r\n")),
                arguments("an underscore", chunk("1_" + SIZE + "\r\n")),
                arguments("a NUL behind the size", chunk(SIZE + "\0\r\n")),
                arguments("a size that LF ends", chunk(SIZE + "\n")),
                arguments("no line end behind the bytes", behind("0\r\n\r\n")),
                arguments("LF behind the bytes", behind("\n0\r\n\r\n")),
                arguments("other bytes for the line end", behind("XX0\r\n\r\n")),
                arguments("LF at the end", behind("\r\n0\n\n")),
                arguments("a trailer without a colon", behind("\r\n0\r\nx\r\n\r\n")));
    }

    static Stream<Arguments> encodings() {
        Stream<String> headers =
                Stream.of(
                                "chunked, xchunked",
                                "xchunked",
                                "identity",
                                "gzip, chunked",
                                "chunked, gzip",
                                "chunked, identity",
                                "identity, chunked",
                                "chunked;q=1",
                                "chunked ; q=1",
                                "chunked, chunked",
                                "\"chunked\"",
                                "chunked,",
                                ", chunked",
                                "",
                                "\r\n chunked",
                                "chunked\r\n chunked",
                                "chunked\r\n , identity",
                                "\u000bchunked",
                                "chunked\u000b",
                                "chunked\0",
                                "chunk",
                                "chunked\r\nTransfer-Encoding: chunked",
                                "identity\r\nTransfer-Encoding: chunked",
                                "chunked\r\nTransfer-Encoding: identity",
                                "chunked\r\nContent-Length: 4",
                                "chunked\r\nContent-Length: 4\r\nConnection: keep-alive")
                        .map(value -> "Transfer-Encoding: " + value + "\r\n");
        Stream<String> others =
                Stream.of("Transfer-Encoding : chunked\r\n", "Content-Length: 4\r\n" + CHUNKED);
        return Stream.concat(headers, others).map(lines -> arguments(lines, encoded(lines)));
    }

    static Stream<Arguments> lengths() {
        return Stream.of(
                        "Content-Length: %1$d\r\nContent-Length: 0\r\n",
                        "Content-Length: 0\r\nContent-Length: %1$d\r\n",
                        "Content-Length: %1$d, 0\r\n",
                        "Content-Length: +%1$d\r\n",
                        "Content-Length: -%1$d\r\n",
                        "Content-Length: -0\r\n",
                        "Content-Length: 0x%1$x\r\n",
                        "Content-Length: %1$d.0\r\n",
                        "Content-Length: %1$d 0\r\n",
                        "Content-Length: %1$d_0\r\n",
                        "Content-Length: %1$d\0\r\n",
                        "Content-Length: abc\r\n",
                        "Content-Length: \r\n",
                        "Content-Length: 99999999999999999999\r\n",
                        "Content-Length : %1$d\r\n",
                        "Content-Length: %1$d\n",
                        "X-A: b\rContent-Length: 0\r\n")
                .map(header -> header.formatted(BODY.length()))
                .map(header -> arguments(header, length(header)));
    }

    static Stream<Arguments> heads() {
        return Stream.of(
                arguments("two hosts", headers("Host: elsewhere\r\n")),
                arguments("the same host twice", headers(HOST)),
                arguments("no host", host("")),
                arguments("a list of hosts", host("Host: a, b\r\n")),
                arguments("a host with a space", host("Host: a b\r\n")),
                arguments("a host with a user", host("Host: user@a\r\n")),
                arguments("a host with a path", host("Host: a/b\r\n")),
                arguments("a host with a wrong port", host("Host: a:99999999\r\n")),
                arguments("no name", headers(": x\r\n")),
                arguments("no colon", headers("X-A\r\n")),
                arguments("a space before the colon", headers("X-A : b\r\n")),
                arguments("a space in a name", headers("X A: b\r\n")),
                arguments("a bracket in a name", headers("X(A): b\r\n")),
                arguments("a NUL in a name", headers("X\0A: b\r\n")),
                arguments("a letter beyond ASCII in a name", headers("X\u00e9: b\r\n")),
                arguments("a folded first header", counted(LINE, " X-A: b\r\n", HOST, BODY)),
                arguments("a bare CR in a value", headers("X-A: b\rc\r\n")),
                arguments("a bare LF between headers", headers("X-A: b\nX-C: d\r\n")),
                arguments("LF for every line end", headers("").replace("\r\n", "\n")),
                arguments("a NUL in a value", headers("X-A: b\0c\r\n")),
                arguments("a control character in a value", headers("X-A: b\1c\r\n")),
                arguments("DEL in a value", headers("X-A: b\u007fc\r\n")),
                arguments("control characters first", "\1\2" + headers("")),
                arguments("a NUL first", "\0" + headers("")),
                arguments("a vertical tab first", "\u000b" + headers("")),
                arguments("chunks in HTTP/1.0", encoded(CHUNKED).replace("/1.1", "/1.0")));
    }

    static Stream<Arguments> lines() {
        return Stream.of(
                        "POST /api/chat",
                        "POST /api/chat HTTP/1",
                        "POST /api/chat HTTP/11",
                        "POST /api/chat HTTP/",
                        "POST /api/chat HTTP/a.b",
                        "POST /api/chat HTTP/1.1x",
                        "POST /api/chat HTTP/1.1 ",
                        "POST /api/chat HTTP/ 1.1",
                        "POST /api/ch at HTTP/1.1",
                        "POST /api/ch\0at HTTP/1.1",
                        "POST api/chat HTTP/1.1",
                        "POST http://elsewhere/api/chat HTTP/1.1",
                        "CONNECT elsewhere:80 HTTP/1.1",
                        "PO(ST /api/chat HTTP/1.1",
                        "POST: /api/chat HTTP/1.1",
                        "P\u00e9ST /api/chat HTTP/1.1",
                        "hello world",
                        "GET /",
                        "\u0016\3\1\2\0\1\0\1\u00fc\3\3 aaaa")
                .map(line -> arguments(line, line(line)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"chunks", "encodings", "lengths", "heads", "lines"})
    void isRefusedInWordsAndNothingBehindItIsServed(String name, String request)
            throws IOException {
        String answer = answer(request + SMUGGLED);
        assertThat(answer).startsWith("HTTP/1.1 400 ").contains("\"error\":", "malformed_request");
        assertThat(answer.split("HTTP/1.1 \\d", -1)).hasSize(2);
        assertThat(chats()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/0.9",
                "HTTP/0.0",
                "HTTP/1.2",
                "HTTP/1.10",
                "HTTP/2.0",
                "HTTP/9.9",
                "FOO/1.1"
            })
    void otherVersionsAreA505(String version) throws IOException {
        assertThat(answer(line("POST /api/chat " + version) + SMUGGLED))
                .startsWith("HTTP/1.1 505 ")
                .contains("http_version_not_supported", version);
        assertThat(chats()).isZero();
    }

    @Test
    void http2WithoutTlsIsTold() throws IOException {
        assertThat(answer("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0"))
                .startsWith("HTTP/1.1 505 ")
                .contains("use HTTP/1.1");
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/chat/completions, x, '{\"error\":{\"message\":\"'",
        "/v1//chat/completions/?a=b, x, '{\"error\":{\"message\":\"'",
        "/v1/messages, x, '{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\"'",
        "http://localhost/v1/messages, x, '{\"type\":\"error\",'",
        "/api/chat, x, '{\"error\":\"'"
    })
    void theErrorHasTheDialectsShape(String path, String header, String shape) throws IOException {
        String head = "POST " + path + " HTTP/1.1\r\n" + HOST + header + ": 1\r\n";
        for (String fault :
                List.of(
                        HOST + "\r\n",
                        "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
                        CHUNKED + "\r\nx\r\n",
                        "X-A: " + "a".repeat(70_000) + "\r\n\r\n")) {
            assertThat(answer(head + fault))
                    .containsIgnoringCase("content-type: application/json")
                    .contains("x-request-id: ", "\r\n\r\n" + shape);
        }
    }

    @Test
    void theHeadersTellTheDialectToo() throws IOException {
        String head = "POST /v1/models HTTP/1.1\r\n" + HOST + "anthropic-version: 1\r\n";
        assertThat(answer(head + HOST + "\r\n")).contains("\r\n\r\n{\"type\":\"error\",");
    }

    @Test
    void whatIsAnsweredBeforeItsBodyBreaksKeepsItsAnswer() throws IOException {
        String head = "POST /v1/nothing HTTP/1.1\r\n" + HOST;
        assertThat(answer(head + CHUNKED + "\r\nx\r\n")).containsPattern("^HTTP/1.1 40[04] ");
    }

    @Test
    void headersOf64KbAreTaken() throws IOException {
        String many = "a".repeat(60_000);
        String line = "POST /api/chat?a=" + many + " HTTP/1.1\r\n";
        String last = "Connection: close\r\n";
        assertThat(answer(headers("X-A: " + many + "\r\n" + last))).startsWith("HTTP/1.1 200");
        assertThat(answer(counted(line, HOST, last, BODY))).startsWith("HTTP/1.1 200");
    }

    @Test
    void moreIsTooMuch() throws IOException {
        String many = "a".repeat(70_000);
        assertThat(answer(headers("X-A: " + many + "\r\n")))
                .startsWith("HTTP/1.1 431 ")
                .contains("headers_too_large");
        assertThat(answer(line("POST /api/chat?a=" + many + " HTTP/1.1")))
                .startsWith("HTTP/1.1 414 ")
                .contains("uri_too_long");
        assertThat(chats()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "close",
                "close, x",
                "TE, close",
                "keep-alive, CLOSE",
                "x|Connection: close"
            })
    void nothingIsServedBehindTheLastRequest(String options) throws IOException {
        String request = headers("Connection: " + options.replace("|", "\r\n") + "\r\n");
        assertThat(answer(request + SMUGGLED)).startsWith("HTTP/1.1 200");
        assertThat(chats()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Host: elsewhere", ": b", "X A: b"})
    void theAnswersThatAreDueComeFirst(String fault) throws IOException {
        String answer = answer(headers("") + headers(fault + "\r\n") + SMUGGLED);
        assertThat(answer).startsWith("HTTP/1.1 200").contains("HTTP/1.1 400 ");
        assertThat(answer.indexOf("\"done\":true")).isBetween(0, answer.indexOf("HTTP/1.1 400 "));
        assertThat(chats()).isEqualTo(1);
    }

    static Stream<Arguments> sound() {
        return Stream.of(
                arguments("a length", headers("")),
                arguments(
                        "zeros before the length",
                        length(("Content-Length: 00%d\r\n").formatted(BODY.length()))),
                arguments("chunks", encoded(CHUNKED)),
                arguments("CHUNKS", encoded("Transfer-Encoding: CHUNKED\r\n")),
                arguments("an extension", chunk(SIZE + ";a=\"b;c\"\r\n")),
                arguments("a space before an extension", chunk(SIZE + " ;a=b\r\n")),
                arguments("zeros before the size", chunk("0".repeat(20) + SIZE + "\r\n")),
                arguments("a trailer", behind("\r\n0\r\nX-A: b\r\n\r\n")),
                arguments("an empty line first", "\r\n" + headers("")),
                arguments("a host with an underscore", host("Host: my_host.localhost:1\r\n")),
                arguments("an IPv6 host", host("Host: [::1]:80\r\n")),
                arguments("the whole URL", line("POST http://localhost/api/chat HTTP/1.1")),
                arguments("a version in small letters", line("POST /api/chat http/1.1")),
                arguments("a letter beyond ASCII in a value", headers("X-A: \u00e9\r\n")),
                arguments("a folded value", headers("X-A: b\r\n c\r\n")),
                arguments("an offer of HTTP/2", headers("Upgrade: h2c\r\n")));
    }

    /** Each is one request, whoever reads it, and the one behind it is another. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("sound")
    void whatHasOneMeaningIsServed(String name, String request) throws IOException {
        String answer = answer(request + headers("Connection: close\r\n"));
        assertThat(answer.split("HTTP/1.1 200", -1)).hasSize(3);
        assertThat(chats()).isEqualTo(2);
    }

    @Test
    void http10NeedsNoHost() throws IOException {
        assertThat(answer(counted("POST /api/chat HTTP/1.0\r\n", "", "", BODY))).contains(" 200 ");
    }

    @Test
    void aHeadIsToldWithoutABody() throws IOException {
        assertThat(answer("HEAD / HTTP/1.1\r\n\r\n"))
                .startsWith("HTTP/1.1 400 ")
                .endsWith("\r\n\r\n");
    }

    private static String answer(String request) throws IOException {
        try (RawClient client = new RawClient(gateway())) {
            return client.send(request.getBytes(StandardCharsets.ISO_8859_1)).readWhatComes();
        }
    }

    /** How many chats of this test reached a server. */
    private long chats() {
        return chatsReceived() - before;
    }
}
