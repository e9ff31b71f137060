package dev.aicortex.ollama;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.AttributeKey;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one pooled connection to a server: whether it carried a request before, and
 * where a read ends. The only class that knows how Vert.x builds a connection: its handler is the
 * last one of the channel's pipeline and is called {@code handler}. Confined to the event loop of
 * the connection.
 */
public final class UpstreamConnection extends ChannelInboundHandlerAdapter {
    private static final AttributeKey<UpstreamConnection> KEY =
            AttributeKey.valueOf(UpstreamConnection.class, "state");
    private static final String VERTX_HANDLER = "handler";

    private final Channel channel;
    private int requests;
    private boolean reading;
    private @Nullable Runnable afterRead;

    private UpstreamConnection(Channel channel) {
        this.channel = channel;
    }

    /** Watches a connection that has just been opened. */
    static void watch(HttpConnection opened) {
        Channel channel = ((ConnectionBase) opened).channel();
        UpstreamConnection state = new UpstreamConnection(channel);
        channel.pipeline().addBefore(VERTX_HANDLER, "aicortex", state);
        channel.attr(KEY).set(state);
    }

    /** That of the connection which a request was given. */
    public static UpstreamConnection of(HttpClientRequest request) {
        ConnectionBase connection = (ConnectionBase) request.connection();
        return Objects.requireNonNull(
                connection.channel().attr(KEY).get(), "the connection is not watched");
    }

    /** It carries one more request. */
    void given() {
        requests++;
    }

    /**
     * Whether it has carried a request before, so that the server may have given it up in the
     * meantime; so has one that is closed by now.
     */
    public boolean reused() {
        return requests > 1 || !channel.isActive();
    }

    /**
     * Runs something once all that is being read has been handed out.
     *
     * @return whether anything is being read
     */
    public boolean afterRead(Runnable next) {
        if (reading) {
            afterRead = next;
        }
        return reading;
    }

    @Override
    public void channelRead(ChannelHandlerContext connection, Object message) {
        reading = true;
        connection.fireChannelRead(message);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext connection) {
        reading = false;
        connection.fireChannelReadComplete();
        Runnable next = afterRead;
        afterRead = null;
        if (next != null) {
            next.run();
        }
    }
}
