import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * Many servers that answer every request with an empty model list, and among them some that accept it and never answer:
 * {@code ManyServers COUNT HANGING FILE} writes their URLs to the file, one a line, and runs until it is stopped.
 */
final class ManyServers {
    private static final byte[] ANSWER =
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 13\r\n\r\n{\"models\":[]}"
                    .getBytes(StandardCharsets.US_ASCII);
    private static final int BACKLOG = 50;

    private ManyServers() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        int count = Integer.parseInt(args[0]);
        int hanging = Integer.parseInt(args[1]);
        List<String> urls = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            // Spread evenly, so that those that hang do not all come first or last.
            boolean hangs = (long) (i + 1) * hanging / count > (long) i * hanging / count;
            ServerSocket server = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
            Thread.ofVirtual().start(() -> accept(server, hangs));
            urls.add("http://127.0.0.1:" + server.getLocalPort());
        }
        Path file = Path.of(args[2]);
        Path unfinished = file.resolveSibling(file.getFileName() + ".new");
        Files.write(unfinished, urls);
        Files.move(unfinished, file);
        new CountDownLatch(1).await();
    }

    private static void accept(ServerSocket server, boolean hangs) {
        try {
            while (true) {
                Socket client = server.accept();
                Thread.ofVirtual().start(() -> serve(client, hangs));
            }
        } catch (IOException e) {
            throw new IllegalStateException("the server's port was lost", e);
        }
    }

    private static void serve(Socket client, boolean hangs) {
        try (client) {
            var in = client.getInputStream();
            // A request of the kind that is asked here has no body: it ends with an empty line.
            for (int last = 0, next = in.read(); next >= 0; next = in.read()) {
                last = last << 8 | next;
                if (last == 0x0d0a0d0a && !hangs) {
                    client.getOutputStream().write(ANSWER);
                }
            }
        } catch (IOException left) {
            System.err.println("a client left: " + left.getMessage());
        }
    }
}
