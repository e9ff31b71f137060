package dev.aicortex.testing;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Servers that mean harm. Each holds the model {@code NAME:1b}, tells of itself as Ollama does, and
 * answers prompts with the bytes of its kind.
 */
public class HostileServers implements QuarkusTestResourceLifecycleManager {
    private static final Pattern LENGTH = Pattern.compile("(?i)content-length: (\\d+)");
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";
    private static final byte[] FILLER = "x".repeat(64 * 1024).getBytes(StandardCharsets.US_ASCII);
    private static final long MUCH = 64L << 20;

    /** Of a head that orders browsers about and speaks for the gateway. */
    private static final String ORDERS =
            """
            Set-Cookie: session=theirs
            Clear-Site-Data: "*"
            Refresh: 0; url=http://evil.example
            Service-Worker-Allowed: /
            Strict-Transport-Security: max-age=99999999
            Public-Key-Pins: x
            Alt-Svc: h3="evil.example:443"
            NEL: {}
            Report-To: {}
            Link: <http://evil.example/x.js>; rel=preload
            Location: http://evil.example/
            Content-Location: http://evil.example/
            Content-Disposition: attachment; filename=x.exe
            Content-Security-Policy: default-src *
            Cross-Origin-Resource-Policy: cross-origin
            Access-Control-Allow-Origin: *
            Access-Control-Allow-Private-Network: true
            Timing-Allow-Origin: *
            WWW-Authenticate: Basic realm=x
            Proxy-Authenticate: Basic
            Retry-After: 99999
            X-RateLimit-Remaining: 0
            X-Should-Retry: true
            X-Request-Id: forged
            X-Cortex-Server: http://forged:1
            X-Cortex-Attempts: 9
            X-Cortex-Truncated: true
            X-Cortex-Estimate: true
            X-Cortex-Resumed: 7
            X-Cortex-Num-Ctx: 7
            X-Cortex-Removed: forged
            X-Cortex-Forged: 1
            X-Accel-Redirect: /etc/passwd
            X-Accel-Buffering: yes
            X-Accel-Expires: 99
            X-Sendfile: /etc/passwd
            Server: evil
            Via: evil
            Upgrade: h2c
            Age: 9
            """
                    .replace("\n", "\r\n");

    /** The names of those headers, in lower case. */
    public static final List<String> ORDERED =
            ORDERS.lines().map(line -> line.substring(0, line.indexOf(':')).toLowerCase()).toList();

    private final List<ServerSocket> sockets = new ArrayList<>();

    /** What one writes behind the head of a request for an answer. */
    private interface Script {
        void answer(OutputStream to) throws IOException;
    }

    @Override
    public Map<String, String> start() {
        Map<String, Script> scripts = new HashMap<>();
        String elsewhere = "Location: http://127.0.0.1:%d/api/chat\r\n".formatted(trap());
        scripts.put("moved", says("HTTP/1.1 307 Temporary Redirect\r\n" + elsewhere, ""));
        scripts.put("orders", says(OK + ORDERS, answer("orders", "7")));
        scripts.put(
                "orders-stream",
                to -> {
                    String line = answer("orders-stream", "7") + "\n";
                    String type = "HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\n";
                    write(to, type + ORDERS + "Transfer-Encoding: chunked\r\n\r\n");
                    write(to, "%x\r\n%s\r\n0\r\n\r\n".formatted(line.length(), line));
                });
        scripts.put("page", says("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n", "<script>"));
        scripts.put("continue", to -> endless(to, "HTTP/1.1 100 Continue\r\n\r\n", MUCH));
        scripts.put("hints", to -> endless(to, "HTTP/1.1 103 Early Hints\r\nA: b\r\n\r\n", MUCH));
        scripts.put(
                "head",
                to -> {
                    write(to, "HTTP/1.1 200 OK\r\n");
                    endless(to, "X-A: " + "a".repeat(1000) + "\r\n", MUCH);
                });
        scripts.put("status", to -> endless(to, "HTTP/1.1 200 " + "a".repeat(1000), MUCH));
        scripts.put(
                "extension",
                to -> {
                    write(to, OK + "Transfer-Encoding: chunked\r\n\r\n1;a=");
                    endless(to, "b".repeat(1000), MUCH);
                });
        scripts.put(
                "behind",
                to -> {
                    says(OK, answer("behind", "7")).answer(to);
                    says(OK, answer("forged", "8")).answer(to);
                });
        scripts.put("tokens", says(OK, answer("tokens", "10000000000000")));
        scripts.put("numbers", says(OK, answer("numbers", "1e300")));
        scripts.put(
                "both",
                to ->
                        write(
                                to,
                                OK
                                        + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"));
        scripts.put(
                "line",
                to -> {
                    String type = "HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\n";
                    write(to, type + "Transfer-Encoding: chunked\r\n\r\n");
                    for (long left = MUCH; left > 0; left -= FILLER.length) {
                        write(to, "%x\r\n".formatted(FILLER.length));
                        to.write(FILLER);
                        write(to, "\r\n");
                    }
                    throw new IOException("it ends here");
                });
        StringJoiner servers = new StringJoiner(",");
        scripts.forEach((name, script) -> servers.add(listen(name, script)));
        return Map.of("test.servers", servers.toString());
    }

    /** A sound answer, but for how many tokens it says it has. */
    private static String answer(String model, String tokens) {
        return """
        {"model":"%s:1b","created_at":"2026-11-01T10:00:00Z","message":{"role":"assistant","content":"Hi"},\
        "done":true,"prompt_eval_count":%s,"eval_count":%s,"total_duration":1}\
        """
                .formatted(model, tokens, tokens);
    }

    private static Script says(String head, String body) {
        return to ->
                write(to, "%sContent-Length: %d\r\n\r\n%s".formatted(head, body.length(), body));
    }

    private static void endless(OutputStream to, String piece, long bytes) throws IOException {
        for (long left = bytes; left > 0; left -= piece.length()) {
            write(to, piece);
        }
    }

    private static void write(OutputStream to, String text) throws IOException {
        to.write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private String listen(String name, Script script) {
        ServerSocket socket = open();
        accept(socket, client -> serve(client, name, script));
        return "http://127.0.0.1:" + socket.getLocalPort();
    }

    /** Where a redirect leads: whoever comes there is told what no client may be. */
    private int trap() {
        ServerSocket socket = open();
        accept(
                socket,
                client -> {
                    readHead(client.getInputStream());
                    says(OK, answer("trap", "7")).answer(client.getOutputStream());
                });
        return socket.getLocalPort();
    }

    private ServerSocket open() {
        try {
            ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
            sockets.add(socket);
            return socket;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private interface Serving {
        void to(Socket client) throws IOException;
    }

    private static void accept(ServerSocket socket, Serving serving) {
        Thread.ofVirtual()
                .start(() -> {
                    while (!socket.isClosed()) {
                        try {
                            Socket client = socket.accept();
                            Thread.ofVirtual().start(() -> serve(client, serving));
                        } catch (SocketException e) {
                            return; // it was closed
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    }
                });
    }

    private static void serve(Socket client, Serving serving) {
        try (client) {
            serving.to(client);
        } catch (IOException _) {
            // the gateway has had enough of it
        }
    }

    private static void serve(Socket client, String name, Script script) throws IOException {
        InputStream in = client.getInputStream();
        OutputStream out = client.getOutputStream();
        for (String head = readHead(in); !head.isEmpty(); head = readHead(in)) {
            String path = head.split(" ")[1];
            switch (path) {
                case "/api/tags" ->
                        says(OK, "{\"models\":[{\"name\":\"" + name + ":1b\",\"size\":1}]}")
                                .answer(out);
                case "/api/ps" -> says(OK, "{\"models\":[]}").answer(out);
                case "/api/version" -> says(OK, "{\"version\":\"0.33.0\"}").answer(out);
                case "/api/show" -> says(OK, "{\"details\":{}}").answer(out);
                default -> script.answer(out);
            }
        }
    }

    /** A head; the body after it is dropped. Empty when there is none. */
    private static String readHead(InputStream in) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        while (!bytes.toString(StandardCharsets.US_ASCII).endsWith("\r\n\r\n")) {
            int next = in.read();
            if (next < 0) {
                return "";
            }
            bytes.write(next);
        }
        String head = bytes.toString(StandardCharsets.US_ASCII);
        Matcher length = LENGTH.matcher(head);
        if (length.find()) {
            in.skipNBytes(Long.parseLong(length.group(1)));
        }
        return head;
    }

    @Override
    public void stop() {
        for (ServerSocket socket : sockets) {
            try {
                socket.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
