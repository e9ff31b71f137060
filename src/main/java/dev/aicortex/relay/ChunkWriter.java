package dev.aicortex.relay;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.impl.ConnectionBase;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Writes the parts of a stream to its client. Over HTTP/1.1 they go past Vert.x' encoder, each with
 * its framing in one buffer: the encoder makes three of it, and the way there costs more than the
 * system call. Head and end are Vert.x' own. Confined to the client's event loop.
 *
 * <p>The only class that knows how Vert.x builds a connection to a client: the encoder of the
 * channel's pipeline is called {@code httpEncoder} and passes on what is written at its back.
 */
public final class ChunkWriter {
    private static final String VERTX_ENCODER = "httpEncoder";
    private static final String VERTX_COMPRESSION = "deflater";
    private static final byte[] LINE_END = {'\r', '\n'};

    /** Of the longest size of a chunk, and of its line ends. */
    private static final int FRAMING = 8 + 2 * LINE_END.length;

    /** Vert.x has to see now and then that a connection is not idle. */
    private static final long SHOWN_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final HttpServerResponse response;
    private final @Nullable ChannelHandlerContext encoder;
    private long shown;

    public ChunkWriter(HttpServerRequest client) {
        this.response = client.response();
        this.encoder = encoder(client.connection());
    }

    private static @Nullable ChannelHandlerContext encoder(HttpConnection connection) {
        if (!(connection instanceof ConnectionBase base)) {
            return null;
        }
        ChannelPipeline pipeline = base.channel().pipeline();
        return pipeline.get(VERTX_COMPRESSION) == null ? pipeline.context(VERTX_ENCODER) : null;
    }

    /** Writes a part; the first one goes with the head. */
    @SuppressWarnings("deprecation") // there is no other way to its bytes that does not copy them
    public void write(Buffer part) {
        long now = System.nanoTime();
        if (encoder == null
                || !response.headWritten()
                || !response.isChunked()
                || now - shown > SHOWN_NANOS) {
            shown = now;
            response.write(part);
        } else if (!response.closed()) {
            ByteBuf framed = encoder.alloc().directBuffer(part.length() + FRAMING);
            frame(part.getByteBuf(), framed);
            ChannelFuture _ = encoder.writeAndFlush(framed, encoder.voidPromise());
        }
    }

    private static void frame(ByteBuf part, ByteBuf framed) {
        framed.writeCharSequence(
                Integer.toHexString(part.readableBytes()), StandardCharsets.US_ASCII);
        framed.writeBytes(LINE_END).writeBytes(part).writeBytes(LINE_END);
    }
}
