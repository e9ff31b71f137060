package dev.aicortex.ollama;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import io.netty.util.AttributeKey;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.net.impl.ConnectionBase;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One pooled connection to a server: whether it carried a request before, where a read ends, and
 * the body of a stream as it comes, past Vert.x' codec: there each token would be an object, a
 * buffer and a call. The codec gets the head and what follows the last chunk, so that it knows
 * where the answer ends.
 *
 * <p>The only class that knows how Vert.x builds a connection to a server: the codec of the
 * channel's pipeline is called {@code codec}, and the head of an answer is handed out while it is
 * decoded. Confined to the event loop of the connection.
 */
public final class UpstreamConnection extends ChannelInboundHandlerAdapter {
    private static final AttributeKey<UpstreamConnection> KEY =
            AttributeKey.valueOf(UpstreamConnection.class, "state");
    private static final String VERTX_CODEC = "codec";
    private static final ByteBuf HEAD_END = constant("\r\n\r\n");
    private static final ByteBuf LAST_CHUNK = constant("0\r\n");

    private final Channel channel;
    private int requests;
    private boolean reading;
    private boolean headIsNext;
    private boolean headIsRead;
    private @Nullable Runnable afterRead;
    private @Nullable Consumer<Buffer> taker;
    private ChunkedBody chunks = new ChunkedBody();

    private static ByteBuf constant(String bytes) {
        return Unpooled.unreleasableBuffer(
                Unpooled.copiedBuffer(bytes, StandardCharsets.US_ASCII).asReadOnly());
    }

    private UpstreamConnection(Channel channel) {
        this.channel = channel;
    }

    /** Watches a connection that has just been opened. */
    static void watch(HttpConnection opened) {
        Channel channel = ((ConnectionBase) opened).channel();
        UpstreamConnection state = new UpstreamConnection(channel);
        channel.pipeline().addBefore(VERTX_CODEC, "aicortex", state);
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
        headIsNext = false;
        taker = null;
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

    /** A stream is asked for: its body may be taken. */
    public void expectStream() {
        headIsNext = true;
    }

    /**
     * Hands over the body of the answer whose head is being handed out, a read at a time, instead
     * of to the answer's own handler; the end and a break are told there.
     *
     * @return whether it does
     */
    public boolean takeBody(HttpClientResponse answer, Consumer<Buffer> to) {
        boolean takes = headIsRead && chunked(answer);
        if (takes) {
            taker = to;
            chunks = new ChunkedBody();
        }
        return takes;
    }

    private static boolean chunked(HttpClientResponse answer) {
        return "chunked".equalsIgnoreCase(answer.getHeader(HttpHeaders.TRANSFER_ENCODING));
    }

    /** Nothing more of this answer is read for now. */
    public void pause(HttpClientResponse answer) {
        if (taker == null) {
            answer.pause();
        } else {
            channel.config().setAutoRead(false);
        }
    }

    /** It is read again. */
    public void resume(HttpClientResponse answer) {
        if (taker == null) {
            answer.resume();
        } else {
            channel.config().setAutoRead(true);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext connection, Object message) {
        reading = true;
        ByteBuf bytes = (ByteBuf) message;
        if (headIsNext) {
            headIsNext = false;
            readHead(connection, bytes);
        }
        if (taker != null) {
            readBody(connection, bytes, taker);
        } else if (bytes.isReadable()) {
            connection.fireChannelRead(bytes);
        } else {
            bytes.release();
        }
    }

    /** An answer whose head does not come in one is left to the codec. */
    private void readHead(ChannelHandlerContext connection, ByteBuf bytes) {
        int length = ByteBufUtil.indexOf(HEAD_END, bytes);
        if (length >= 0) {
            headIsRead = true;
            connection.fireChannelRead(bytes.readRetainedSlice(length + HEAD_END.readableBytes()));
            headIsRead = false;
        }
    }

    private void readBody(ChannelHandlerContext connection, ByteBuf bytes, Consumer<Buffer> to) {
        byte[] read = new byte[bytes.readableBytes()];
        bytes.readBytes(read).release();
        try {
            int held = chunks.take(read);
            if (held > 0) {
                to.accept(Buffer.buffer(held).appendBytes(read, 0, held));
            }
        } catch (DecoderException e) {
            taker = null;
            connection.fireExceptionCaught(e);
            return;
        }
        if (chunks.ended()) {
            taker = null;
            connection.fireChannelRead(LAST_CHUNK.duplicate());
            int rest = read.length - chunks.end();
            if (rest > 0) {
                connection.fireChannelRead(Unpooled.wrappedBuffer(read, chunks.end(), rest));
            }
        }
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
