package dev.aicortex.ollama;

import dev.aicortex.config.Power.Switch;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** Switches machines on and off: the one place where the gateway runs a command. */
public final class MachinePower {
    private static final Logger LOG = Logger.getLogger(MachinePower.class);

    /** Of what a command says, so much is logged: the beginning of its first line. */
    private static final int LOGGED = 200;

    private MachinePower() {}

    /**
     * Does it, on a thread of its own.
     *
     * @param limit after which a URL is no longer waited for and a command is ended
     * @return fails with an {@link UnreachableException} that says what went wrong
     */
    public static Future<Void> run(Switch how, Duration limit) {
        Promise<Void> done = Promise.promise();
        Thread.ofVirtual()
                .name("machine power")
                .start(() -> {
                    try {
                        switch (how) {
                            case Switch.Packet packet -> send(packet);
                            case Switch.Post post -> post(post, limit);
                            case Switch.Command command -> run(command, limit);
                        }
                        done.complete();
                    } catch (UnreachableException e) {
                        done.fail(e);
                    } catch (IOException | RuntimeException e) {
                        done.fail(new UnreachableException(FailureText.of(e)));
                    } catch (InterruptedException _) {
                        Thread.currentThread().interrupt();
                        done.fail(new UnreachableException("the gateway is stopping"));
                    }
                });
        return done.future();
    }

    private static void send(Switch.Packet packet) throws IOException {
        InetSocketAddress to = new InetSocketAddress(packet.host(), packet.port());
        if (to.isUnresolved()) {
            throw new UnreachableException("no such host: " + packet.host());
        }
        byte[] bytes = packet.bytes();
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.setBroadcast(true);
            socket.send(new DatagramPacket(bytes, bytes.length, to));
        }
    }

    private static void post(Switch.Post post, Duration limit)
            throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(post.url()).timeout(limit).POST(BodyPublishers.noBody());
        post.authorization().ifPresent(value -> request.header("Authorization", value));
        try (HttpClient client = HttpClient.newBuilder().connectTimeout(limit).build()) {
            int status = client.send(request.build(), BodyHandlers.discarding()).statusCode();
            if (status / 100 != 2) {
                throw new UnreachableException("its URL answered " + status);
            }
        }
    }

    /** Without the gateway's own settings, some of which are secrets. */
    private static void run(Switch.Command command, Duration limit)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command.words()).redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.startsWith("CORTEX_"));
        Process process = started(builder);
        process.getOutputStream().close();
        Thread reader = Thread.ofVirtual().start(() -> log(command, process));
        if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            throw new UnreachableException(
                    "its command did not end within " + limit.toSeconds() + " s");
        }
        int status = process.exitValue();
        boolean _ = reader.join(Duration.ofSeconds(1)); // its children may hold the pipe open
        LOG.debugf("%s ended with exit status %d", command.words().getFirst(), status);
        if (status != 0) {
            throw new UnreachableException("its command ended with exit status " + status);
        }
    }

    private static Process started(ProcessBuilder builder) {
        try {
            return builder.start();
        } catch (IOException e) {
            LOG.warnf("%s cannot be run: %s", builder.command().getFirst(), e.getMessage());
            throw new UnreachableException("its command cannot be run");
        }
    }

    /** Reads all of it, so that the command never waits for a reader. */
    private static void log(Switch.Command command, Process process) {
        try (BufferedReader output =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            char[] first = new char[LOGGED];
            int length = Math.max(0, output.read(first, 0, LOGGED));
            String line = new String(first, 0, length).lines().findFirst().orElse("");
            if (!line.isBlank()) {
                LOG.infof("%s: %s", command.words().getFirst(), printable(line));
            }
            long _ = output.transferTo(Writer.nullWriter());
        } catch (IOException e) {
            LOG.debugf(e, "the output of %s cannot be read", command.words().getFirst());
        }
    }

    private static String printable(String line) {
        return line.replaceAll("\\p{Cntrl}", " ");
    }
}
