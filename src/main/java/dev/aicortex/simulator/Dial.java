package dev.aicortex.simulator;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;

/**
 * Makes sure that a listening socket is gone: the system takes calls for it for a moment after it
 * was closed.
 */
final class Dial {
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private Dial() {}

    static void untilRefused(URI server) {
        long start = System.nanoTime();
        while (answers(server)) {
            if (System.nanoTime() - start > PATIENCE.toNanos()) {
                throw new IllegalStateException(server + " still answers after it was stopped");
            }
            Thread.onSpinWait();
        }
    }

    private static boolean answers(URI server) {
        try (Socket socket = new Socket(server.getHost(), server.getPort())) {
            return socket.isConnected();
        } catch (IOException refused) {
            return false;
        }
    }
}
