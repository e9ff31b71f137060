package dev.aicortex.simulator;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** An HTTP client that hides nothing: it sees each HTTP chunk, and how a connection ended. */
final class RawHttp implements AutoCloseable {
    /** An answer's status line and headers, names as they were sent. */
    record Head(int status, List<Map.Entry<String, String>> headers) {
        List<String> all(String name) {
            return headers.stream()
                    .filter(h -> h.getKey().equalsIgnoreCase(name))
                    .map(Map.Entry::getValue)
                    .toList();
        }

        boolean has(String name) {
            return !all(name).isEmpty();
        }
    }

    /** A whole answer; one that is not chunked has one chunk, or none when it is empty. */
    record Answer(Head head, List<String> chunks) {
        String body() {
            return String.join("", chunks);
        }

        int status() {
            return head.status();
        }
    }

    /** In the place of the last chunk, where the connection was closed without it. */
    static final String CUT = "<cut>";

    private static final int PATIENCE_MS = 10_000;

    private final Socket socket;
    private final InputStream in;

    RawHttp(URI server) throws IOException {
        socket = new Socket(server.getHost(), server.getPort());
        socket.setSoTimeout(PATIENCE_MS);
        in = socket.getInputStream();
    }

    static Answer once(
            URI server, String method, String path, Map<String, String> headers, String body)
            throws IOException {
        return once(server, method, path, headers, body.getBytes(StandardCharsets.UTF_8));
    }

    static Answer once(
            URI server, String method, String path, Map<String, String> headers, byte[] body)
            throws IOException {
        try (RawHttp http = new RawHttp(server)) {
            http.send(method, path, headers, body);
            return http.answer(method);
        }
    }

    static Answer post(URI server, String path, String json) throws IOException {
        return once(server, "POST", path, Map.of("Content-Type", "application/json"), json);
    }

    static Answer get(URI server, String path) throws IOException {
        return once(server, "GET", path, Map.of(), "");
    }

    void send(String method, String path, Map<String, String> headers, String body)
            throws IOException {
        send(method, path, headers, body.getBytes(StandardCharsets.UTF_8));
    }

    private void send(String method, String path, Map<String, String> headers, byte[] bytes)
            throws IOException {
        StringBuilder head =
                new StringBuilder(method + " " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n");
        headers.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        head.append("Content-Length: ").append(bytes.length).append("\r\n\r\n");
        socket.getOutputStream().write(head.toString().getBytes(StandardCharsets.UTF_8));
        socket.getOutputStream().write(bytes);
    }

    Answer answer(String method) throws IOException {
        Head head = head();
        if (method.equals("HEAD") || head.status() == 204) {
            return new Answer(head, List.of());
        }
        return new Answer(head, head.has("Transfer-Encoding") ? chunks() : counted(head));
    }

    Head head() throws IOException {
        int status = Integer.parseInt(line().split(" ", 3)[1]);
        List<Map.Entry<String, String>> headers = new ArrayList<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            headers.add(Map.entry(line.substring(0, colon), line.substring(colon + 1).strip()));
        }
        return new Head(status, headers);
    }

    /** The next chunk's text; empty at the end of the body. */
    String chunk() throws IOException {
        return new String(chunkBytes(), StandardCharsets.UTF_8);
    }

    byte[] chunkBytes() throws IOException {
        int length = Integer.parseInt(line(), 16);
        byte[] bytes = exactly(length);
        line();
        return bytes;
    }

    byte[] exactly(int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException(
                    "the connection ended after " + bytes.length + " of " + length + " bytes");
        }
        return bytes;
    }

    InputStream in() {
        return in;
    }

    /** Resets the connection instead of closing it. */
    void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private List<String> chunks() throws IOException {
        List<String> chunks = new ArrayList<>();
        try {
            for (String chunk = chunk(); !chunk.isEmpty(); chunk = chunk()) {
                chunks.add(chunk);
            }
        } catch (EOFException e) {
            chunks.add(CUT);
        }
        return chunks;
    }

    private List<String> counted(Head head) throws IOException {
        int length = Integer.parseInt(head.all("Content-Length").getFirst());
        return length == 0
                ? List.of()
                : List.of(new String(exactly(length), StandardCharsets.UTF_8));
    }

    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new EOFException("the connection ended in the middle of a line: " + line);
            }
            line.write(b);
        }
        return line.toString(StandardCharsets.UTF_8).stripTrailing();
    }
}
