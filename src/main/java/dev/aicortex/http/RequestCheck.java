package dev.aicortex.http;

import dev.aicortex.model.CortexException;
import dev.aicortex.model.Dialect;
import dev.aicortex.model.ValidationException;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.net.HostAndPort;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Whether the head of a request is HTTP that has one meaning only. */
final class RequestCheck {
    /** What the decoder writes in the place of a request line that it cannot read. */
    private static final String UNREADABLE = "/bad-request";

    private static final Pattern ABSOLUTE =
            Pattern.compile("https?://([^/?#]*)(.*)", Pattern.CASE_INSENSITIVE);

    private static final Pattern COMMA = Pattern.compile(",");

    private RequestCheck() {}

    /** What is wrong with it; null when nothing is. */
    static @Nullable CortexException fault(HttpRequest request) {
        Throwable unreadable = request.decoderResult().cause();
        if (unreadable != null) {
            return unreadable(unreadable);
        }
        HttpVersion version = request.protocolVersion();
        if (!version.equals(HttpVersion.HTTP_1_1) && !version.equals(HttpVersion.HTTP_1_0)) {
            return ValidationException.ofServer(
                    505,
                    "http_version_not_supported",
                    "the version '%s' is not spoken here; use HTTP/1.1".formatted(version.text()));
        }
        String problem = problem(request);
        return problem == null ? null : malformed(problem);
    }

    private static CortexException unreadable(Throwable cause) {
        return switch (cause) {
            case TooLongHttpLineException _ ->
                    ValidationException.ofServer(
                            414,
                            "uri_too_long",
                            "the request line is too long; a name or a query of 64 KB is taken");
            case TooLongHttpHeaderException _ ->
                    ValidationException.ofServer(
                            431,
                            "headers_too_large",
                            "the headers are too large; 64 KB of them are taken, so send less");
            default ->
                    malformed(
                            "the request line or a header is malformed, or two of them contradict each other");
        };
    }

    /** Whether it is the last one of its connection, in whatever company it says so. */
    static boolean isLast(HttpRequest request) {
        return request.headers().getAll(HttpHeaderNames.CONNECTION).stream()
                        .flatMap(COMMA::splitAsStream)
                        .anyMatch(option ->
                                HttpHeaderValues.CLOSE.contentEqualsIgnoreCase(option.strip()))
                || !HttpUtil.isKeepAlive(request);
    }

    /** For a body whose chunks cannot be told apart. */
    static CortexException brokenBody() {
        return malformed("a chunk of the body is malformed");
    }

    private static CortexException malformed(String problem) {
        return ValidationException.ofServer(
                400, "malformed_request", problem + "; send HTTP/1.1 as RFC 9112 has it");
    }

    private static @Nullable String problem(HttpRequest request) {
        HttpHeaders headers = request.headers();
        if (headers.contains("")) {
            return "a header has no name";
        }
        List<String> encodings = headers.getAll(HttpHeaderNames.TRANSFER_ENCODING);
        if (!encodings.isEmpty()
                && (encodings.size() > 1
                        || !HttpHeaderValues.CHUNKED.contentEqualsIgnoreCase(
                                encodings.getFirst()))) {
            return "Transfer-Encoding may be chunked and nothing else";
        }
        String host = host(request);
        return host == null ? target(request) : host;
    }

    private static @Nullable String host(HttpRequest request) {
        List<String> hosts = request.headers().getAll(HttpHeaderNames.HOST);
        if (hosts.isEmpty()) {
            return request.protocolVersion().equals(HttpVersion.HTTP_1_1)
                    ? "the header Host is missing"
                    : null;
        }
        if (hosts.size() > 1) {
            return "there is more than one header Host";
        }
        String host = hosts.getFirst();
        return host.isEmpty() || HostAndPort.parseAuthority(host, -1) != null
                ? null
                : "the header Host is no host and port";
    }

    private static @Nullable String target(HttpRequest request) {
        String target = request.uri();
        if (target.chars().anyMatch(c -> c <= ' ' || c == 0x7f)) {
            return "the path has a control character; write it as %XX";
        }
        Matcher absolute = ABSOLUTE.matcher(target);
        if (absolute.matches()) {
            String host = request.headers().get(HttpHeaderNames.HOST);
            return host == null || host.equalsIgnoreCase(absolute.group(1))
                    ? null
                    : "the header Host contradicts the URL";
        }
        return target.startsWith("/") || target.equals("*")
                ? null
                : "the path does not begin with /";
    }

    /** Whose client sent it; OpenAI's form where the path could not be read. */
    static Dialect dialect(HttpRequest request) {
        String path = path(request.uri());
        return path.equals(UNREADABLE)
                ? Dialect.OPENAI
                : Envelopes.dialect(
                        CleanPaths.clean(path), request.headers().contains("anthropic-version"));
    }

    private static String path(String target) {
        Matcher absolute = ABSOLUTE.matcher(target);
        String local = absolute.matches() ? absolute.group(2) : target;
        int query = local.indexOf('?');
        return query < 0 ? local : local.substring(0, query);
    }
}
