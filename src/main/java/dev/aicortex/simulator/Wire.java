package dev.aicortex.simulator;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelOption;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;
import java.nio.charset.StandardCharsets;

/** What HTTP has no words for, done to the channel beneath a connection. */
final class Wire {
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

    private static Channel channel(HttpConnection connection) {
        return ((ConnectionBase) connection).channel();
    }
}
