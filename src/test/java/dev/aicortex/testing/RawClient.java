package dev.aicortex.testing;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A client that sends exactly the bytes it is told to, and leaves when it is told to. */
public final class RawClient implements Closeable {
    private static final Pattern LENGTH = Pattern.compile("(?i)\r\ncontent-length: *(\\d+)");

    private static final int PATIENCE_MILLIS = 20_000;

    private final Socket socket;
    private final InputStream in;

    public RawClient(URI server) throws IOException {
        this(server, 0);
    }

    private RawClient(URI server, int receiveBuffer) throws IOException {
        socket = new Socket();
        if (receiveBuffer > 0) {
            socket.setReceiveBufferSize(receiveBuffer);
        }
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getPort()));
        socket.setSoTimeout(PATIENCE_MILLIS);
        in = new BufferedInputStream(socket.getInputStream());
    }

    /** One for which the platform takes next to nothing in advance. */
    public static RawClient withoutBuffer(URI server) throws IOException {
        return new RawClient(server, 4096);
    }

    public RawClient send(String text) throws IOException {
        return send(text.getBytes(StandardCharsets.UTF_8));
    }

    public RawClient send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
        return this;
    }

    /** Sends it, unless the other side has left. */
    public void ask(String text) throws IOException {
        try {
            send(text);
        } catch (SocketException _) {
            // reading tells it too
        }
    }

    /** Whether something can be read. */
    public boolean hasAnswer() throws IOException {
        return in.available() > 0;
    }

    /** Reads so many bytes, or what is left; whether they were there. */
    public boolean skip(int bytes) throws IOException {
        return in.readNBytes(bytes).length == bytes;
    }

    /** A POST with its Content-Length. */
    public RawClient post(String path, String body) throws IOException {
        return post(path, body, "Accept: */*");
    }

    /** The same with a header of one's own. */
    public RawClient post(String path, String body, String header) throws IOException {
        int length = body.getBytes(StandardCharsets.UTF_8).length;
        return send(
                "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n%s\r\nContent-Length: %d\r\n\r\n%s"
                        .formatted(path, header, length, body));
    }

    /** What comes until {@code end} has come, or until the server closes. */
    public String readUntil(String end) throws IOException {
        StringBuilder text = new StringBuilder();
        while (text.indexOf(end) < 0) {
            int b = in.read();
            if (b < 0) {
                break;
            }
            text.append((char) b);
        }
        return text.toString();
    }

    /** Reads on until {@code end} has come, keeping nothing; how many bytes that were. */
    public long skipUntil(String end) throws IOException {
        byte[] buffer = new byte[1 << 16];
        String tail = "";
        long bytes = 0;
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            bytes += n;
            String text = tail + new String(buffer, 0, n, StandardCharsets.ISO_8859_1);
            if (text.contains(end)) {
                return bytes;
            }
            tail = text.substring(Math.max(0, text.length() - end.length()));
        }
        throw new IOException("the stream ended without " + end);
    }

    /** What comes until the server closes or resets the connection. */
    public String readWhatComes() throws IOException {
        StringBuilder text = new StringBuilder();
        try {
            for (int b = in.read(); b >= 0; b = in.read()) {
                text.append((char) b);
            }
        } catch (SocketException e) {
            text.append("<").append(e.getMessage()).append(">");
        }
        return text.toString();
    }

    /**
     * An answer, as far as it comes.
     *
     * @param whole whether it has its end
     */
    public record Answer(String head, String body, boolean whole) {}

    /** Reads an answer until its end or until the connection ends. */
    public Answer answer() throws IOException {
        String head = readUntil("\r\n\r\n");
        Matcher counted = LENGTH.matcher(head);
        if (counted.find()) {
            byte[] whole = in.readNBytes(Integer.parseInt(counted.group(1)));
            return new Answer(head, new String(whole, StandardCharsets.UTF_8), true);
        }
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        while (true) {
            String size = readUntil("\r\n").strip();
            int length = size.isEmpty() ? 0 : Integer.parseInt(size, 16);
            body.writeBytes(in.readNBytes(length));
            if (length == 0) {
                return new Answer(head, body.toString(StandardCharsets.UTF_8), !size.isEmpty());
            }
            in.skipNBytes(2);
        }
    }

    /** What comes until the server closes. */
    public String readAll() throws IOException {
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
