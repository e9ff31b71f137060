package dev.aicortex.simulator.exchange;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelOption;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** What HTTP has no words for, done to the connections and the listening socket beneath. */
public final class Wire {
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private Wire() {}

    /**
     * Resets the connection (TCP RST): what was not yet read is lost, as when a process is killed.
     */
    static void reset(HttpConnection connection) {
        Channel channel = channel(connection);
        if (channel.isOpen()) {
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
            var _ = channel.close();
        }
    }

    /** Closes the connection (TCP FIN), whatever HTTP message was in progress. */
    static void close(HttpConnection connection) {
        var _ = channel(connection).close();
    }

    /** Sends bytes past the HTTP encoder and closes. */
    static void blurt(HttpConnection connection, String text) {
        var _ =
                channel(connection)
                        .pipeline()
                        .firstContext()
                        .writeAndFlush(Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1))
                        .addListener(ChannelFutureListener.CLOSE);
    }

    /**
     * Makes sure that a listening socket is gone: the system takes calls for it for a moment after
     * it was closed.
     */
    public static void awaitRefusal(URI server) {
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

    private static Channel channel(HttpConnection connection) {
        return ((ConnectionBase) connection).channel();
    }
}
