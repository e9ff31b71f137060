package dev.aicortex.http;

import dev.aicortex.model.CortexException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Answers what is no HTTP request with an error and closes its connection (RFC 9112, 2.2 and 6.3):
 * where one request ends and the next begins is not known any more. Whatever comes behind it is
 * dropped. Stands between the decoder and Vert.x, one for each connection.
 */
final class WireGuard extends ChannelDuplexHandler {
    /** A connection that is closed with bytes unread is reset, and the client loses the answer. */
    private static final int LINGER_SECONDS = 1;

    /** Requests that Vert.x has and whose answers are not out. */
    private int unanswered;

    /** Whether an answer has begun and not ended. */
    private boolean answering;

    /** The newest request that Vert.x has. */
    private @Nullable HttpRequest newest;

    /** That request is to be the last. */
    private boolean last;

    /** What comes is dropped. */
    private boolean deaf;

    /** What the client is told behind the answers that are due. */
    private @Nullable FullHttpResponse verdict;

    /** The verdict is out, and nothing follows it. */
    private boolean mute;

    @Override
    public void channelRead(ChannelHandlerContext connection, Object message) {
        if (deaf) {
            ReferenceCountUtil.release(message);
        } else if (message instanceof HttpRequest request) {
            begin(connection, request);
        } else if (message instanceof HttpContent part && part.decoderResult().isFailure()) {
            breakOff(connection, part);
        } else {
            connection.fireChannelRead(message);
        }
    }

    private void begin(ChannelHandlerContext connection, HttpRequest request) {
        CortexException error = last ? null : RequestCheck.fault(request);
        if (!last && error == null) {
            unanswered++;
            newest = request;
            last = RequestCheck.isLast(request);
            if (last) { // Vert.x knows the word only when it stands alone
                request.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
            }
            // Vert.x compares by identity, which http/1.1 in small letters does not have
            request.setProtocolVersion(HttpVersion.valueOf(request.protocolVersion().text()));
            connection.fireChannelRead(request);
            return;
        }
        deaf = true;
        if (error != null) {
            verdict = response(request, error);
            if (unanswered == 0) {
                answer(connection);
                ChannelFuture _ = connection.channel().close();
            }
        }
        ReferenceCountUtil.release(request);
    }

    /**
     * In the middle of a body, whose request Vert.x has: it closes the connection when it sees it.
     */
    private void breakOff(ChannelHandlerContext connection, HttpContent part) {
        deaf = true;
        if (newest != null && unanswered == 1 && !answering) {
            verdict = response(newest, RequestCheck.brokenBody());
            answer(connection);
        }
        connection.fireChannelRead(part);
    }

    private void answer(ChannelHandlerContext connection) {
        if (verdict != null) {
            mute = true;
            ChannelFuture _ = connection.writeAndFlush(verdict);
        }
    }

    @Override
    public void write(ChannelHandlerContext connection, Object message, ChannelPromise promise) {
        if (mute) {
            ReferenceCountUtil.release(message);
            promise.tryFailure(new ClosedChannelException());
            return;
        }
        ChannelFuture _ = connection.write(message, promise);
        if (message instanceof HttpResponse head) {
            if (head.status().codeClass() == HttpStatusClass.INFORMATIONAL) {
                return;
            }
            answering = true;
        }
        if (message instanceof LastHttpContent) {
            answering = false;
            unanswered--;
            if (verdict != null && unanswered == 0) {
                answer(connection);
                ChannelFuture _ = connection.channel().close();
            }
        }
    }

    @Override
    public void close(ChannelHandlerContext connection, ChannelPromise promise) {
        boolean plain = connection.pipeline().get(SslHandler.class) == null;
        if (deaf && plain && connection.channel() instanceof DuplexChannel channel) {
            connection.flush(); // an answer that Vert.x has written may still be here
            ChannelFuture _ = channel.shutdownOutput();
            channel.config().setAutoRead(true);
            Future<?> _ =
                    connection
                            .executor()
                            .schedule(
                                    () -> leave(connection, promise),
                                    LINGER_SECONDS,
                                    TimeUnit.SECONDS);
        } else {
            leave(connection, promise);
        }
    }

    private static void leave(ChannelHandlerContext connection, ChannelPromise promise) {
        ChannelFuture _ = connection.close(promise);
    }

    private static FullHttpResponse response(HttpRequest request, CortexException error) {
        String id = RequestIds.id(request.headers().get(RequestIds.HEADER));
        String text = Envelopes.of(RequestCheck.dialect(request)).body(error, id);
        ByteBuf bytes = Unpooled.copiedBuffer(text, StandardCharsets.UTF_8);
        boolean head = request.method().equals(HttpMethod.HEAD);
        FullHttpResponse response =
                new DefaultFullHttpResponse(
                        HttpVersion.HTTP_1_1,
                        HttpResponseStatus.valueOf(error.status()),
                        head ? Unpooled.EMPTY_BUFFER : bytes);
        response.headers()
                .set(RequestIds.HEADER, id)
                .set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.APPLICATION_JSON)
                .set(HttpHeaderNames.CONTENT_LENGTH, bytes.readableBytes())
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        return response;
    }
}
