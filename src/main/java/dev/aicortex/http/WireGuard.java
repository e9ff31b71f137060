package dev.aicortex.http;

import dev.aicortex.dialect.Dialect;
import dev.aicortex.gateway.dispatch.Drain;
import dev.aicortex.model.CortexException;
import dev.aicortex.model.ValidationException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
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
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.net.HostAndPort;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Answers what is no HTTP request with an error and closes its connection (RFC 9112, 2.2 and 6.3):
 * where one request ends and the next begins is not known any more. Whatever comes behind it is
 * dropped. So are connections that keep the gateway waiting ({@link ClientTimeouts}). Stands
 * between the decoder and Vert.x, one for each connection.
 */
final class WireGuard extends ChannelDuplexHandler {
    /** Told to each connection when the gateway refuses what is new: one that is idle ends. */
    static final Object GOING = new Object();

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

    private final ClientTimeouts timeouts;
    private @Nullable Future<?> steps;

    WireGuard(ClientTimeouts timeouts) {
        this.timeouts = timeouts;
    }

    // ---- time

    @Override
    public void handlerAdded(ChannelHandlerContext connection) {
        long step = timeouts.stepNanos();
        steps =
                connection
                        .executor()
                        .scheduleWithFixedDelay(
                                () -> step(connection), step, step, TimeUnit.NANOSECONDS);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext connection) {
        if (steps != null) {
            steps.cancel(false);
        }
    }

    private void step(ChannelHandlerContext connection) {
        Channel channel = connection.channel();
        long untaken = channel.isWritable() ? 0 : channel.bytesBeforeWritable();
        switch (timeouts.step(channel.config().isAutoRead(), unanswered > 0, untaken)) {
            case GO_ON -> {}
            case IDLE -> leave(connection, connection.newPromise());
            case SLOW_BODY -> {
                tell(connection, RequestCheck.slowBody());
                close(connection, connection.newPromise());
            }
        }
    }

    // ---- what comes

    @Override
    public void channelRead(ChannelHandlerContext connection, Object message) {
        if (deaf) {
            ReferenceCountUtil.release(message);
        } else if (message instanceof HttpRequest request) {
            begin(connection, request);
        } else if (message instanceof HttpContent part) {
            proceed(connection, part);
        } else {
            connection.fireChannelRead(message);
        }
    }

    private void proceed(ChannelHandlerContext connection, HttpContent part) {
        if (part.decoderResult().isFailure()) {
            breakOff(connection, part);
        } else {
            timeouts.body(part.content().readableBytes(), part instanceof LastHttpContent);
            connection.fireChannelRead(part);
        }
    }

    private void begin(ChannelHandlerContext connection, HttpRequest request) {
        CortexException error = last ? null : RequestCheck.fault(request);
        if (last || error != null) {
            deaf = true;
            verdict = error == null ? null : response(request, error);
            ReferenceCountUtil.release(request);
            conclude(connection);
            return;
        }
        timeouts.head(HttpUtil.is100ContinueExpected(request));
        unanswered++;
        newest = request;
        last = RequestCheck.isLast(request);
        if (last) { // Vert.x knows the word only when it stands alone
            request.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        }
        // Vert.x compares by identity, which http/1.1 in small letters does not have
        request.setProtocolVersion(HttpVersion.valueOf(request.protocolVersion().text()));
        connection.fireChannelRead(request);
    }

    /** Tells the client what was wrong once it has all answers that are due, and hangs up. */
    private void conclude(ChannelHandlerContext connection) {
        if (verdict != null && unanswered == 0) {
            answer(connection, verdict);
            ChannelFuture _ = connection.channel().close();
        }
    }

    private void answer(ChannelHandlerContext connection, FullHttpResponse words) {
        mute = true;
        ChannelFuture _ = connection.writeAndFlush(words);
    }

    /**
     * In the middle of a body, whose request Vert.x has: it closes the connection when it sees it.
     */
    private void breakOff(ChannelHandlerContext connection, HttpContent part) {
        tell(connection, RequestCheck.brokenBody());
        connection.fireChannelRead(part);
    }

    /** What is wrong with the body of the newest request, unless its answer has begun. */
    private void tell(ChannelHandlerContext connection, CortexException error) {
        deaf = true;
        if (newest != null && unanswered == 1 && !answering) {
            answer(connection, response(newest, error));
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
                timeouts.welcomed();
                return;
            }
            answering = true;
        }
        if (message instanceof LastHttpContent) {
            answering = false;
            unanswered--;
            conclude(connection);
        }
    }

    // ---- the end

    @Override
    public void userEventTriggered(ChannelHandlerContext connection, Object event) {
        if (event != GOING) {
            connection.fireUserEventTriggered(event);
        } else if (unanswered == 0) {
            leave(connection, connection.newPromise());
        } else {
            connection.channel().attr(Drain.KEPT).set(true);
        }
    }

    @Override
    public void close(ChannelHandlerContext connection, ChannelPromise promise) {
        boolean plain = connection.pipeline().get(SslHandler.class) == null;
        if (deaf && plain && connection.channel() instanceof DuplexChannel channel) {
            connection.flush(); // an answer that Vert.x has written may still be here
            ChannelFuture _ = channel.shutdownOutput();
            channel.config().setAutoRead(true);
            Runnable leave = () -> leave(connection, promise);
            Future<?> _ = connection.executor().schedule(leave, LINGER_SECONDS, TimeUnit.SECONDS);
        } else {
            leave(connection, promise);
        }
    }

    private static void leave(ChannelHandlerContext connection, ChannelPromise promise) {
        ChannelFuture _ = connection.close(promise);
    }

    private static FullHttpResponse response(HttpRequest request, CortexException error) {
        String id = Entrance.id(request.headers().get(Entrance.REQUEST_ID));
        String text = RequestCheck.dialect(request).error(error, id);
        ByteBuf bytes = Unpooled.copiedBuffer(text, StandardCharsets.UTF_8);
        boolean head = request.method().equals(HttpMethod.HEAD);
        FullHttpResponse response =
                new DefaultFullHttpResponse(
                        HttpVersion.HTTP_1_1,
                        HttpResponseStatus.valueOf(error.status()),
                        head ? Unpooled.EMPTY_BUFFER : bytes);
        response.headers()
                .set(Entrance.REQUEST_ID, id)
                .set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.APPLICATION_JSON)
                .set(HttpHeaderNames.CONTENT_LENGTH, bytes.readableBytes())
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        return response;
    }

    /** Whether the head of a request is HTTP that has one meaning only. */
    private static final class RequestCheck {
        /** What the decoder writes in the place of a request line that it cannot read. */
        private static final String UNREADABLE = "/bad-request";

        private static final Pattern ABSOLUTE =
                Pattern.compile("https?://([^/?#]*)(.*)", Pattern.CASE_INSENSITIVE);

        private RequestCheck() {}

        /** What is wrong with it; null when nothing is. */
        static @Nullable CortexException fault(HttpRequest request) {
            Throwable unreadable = request.decoderResult().cause();
            if (unreadable != null) {
                return unreadable(unreadable);
            }
            HttpVersion version = request.protocolVersion();
            if (!version.equals(HttpVersion.HTTP_1_1) && !version.equals(HttpVersion.HTTP_1_0)) {
                return ValidationException.ofServer(
                        505,
                        "http_version_not_supported",
                        "the version '%s' is not spoken here; use HTTP/1.1"
                                .formatted(version.text()));
            }
            String problem = problem(request);
            return problem == null ? null : malformed(problem);
        }

        private static CortexException unreadable(Throwable cause) {
            if (cause instanceof TooLongHttpLineException) {
                String problem =
                        "the request line is too long; a name or a query of 64 KB is taken";
                return ValidationException.ofServer(414, "uri_too_long", problem);
            }
            if (cause instanceof TooLongHttpHeaderException) {
                String problem = "the headers are too large; 64 KB of them are taken, so send less";
                return ValidationException.ofServer(431, "headers_too_large", problem);
            }
            return malformed(
                    "the request line or a header is malformed, or two of them contradict each other");
        }

        /** Whether it is the last one of its connection, in whatever company it says so. */
        static boolean isLast(HttpRequest request) {
            return request.headers()
                            .containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE, true)
                    || !HttpUtil.isKeepAlive(request);
        }

        /** For a body whose chunks cannot be told apart. */
        static CortexException brokenBody() {
            return malformed("a chunk of the body is malformed");
        }

        static CortexException slowBody() {
            return ValidationException.ofServer(
                    408,
                    "request_timeout",
                    "the body of the request did not come: it may be silent for cortex.client.timeout, and has to come with %d bytes a second"
                            .formatted(ClientTimeouts.SLOWEST));
        }

        private static CortexException malformed(String problem) {
            return ValidationException.ofServer(
                    400, "malformed_request", problem + "; send HTTP/1.1 as RFC 9112 has it");
        }

        private static @Nullable String problem(HttpRequest request) {
            HttpHeaders headers = request.headers();
            if (headers.contains("")) {
                return "a header has no name";
            }
            List<String> encodings = headers.getAll(HttpHeaderNames.TRANSFER_ENCODING);
            if (encodings.size() > 1
                    || !encodings.stream()
                            .allMatch(HttpHeaderValues.CHUNKED::contentEqualsIgnoreCase)) {
                return "Transfer-Encoding may be chunked and nothing else";
            }
            List<String> hosts = headers.getAll(HttpHeaderNames.HOST);
            if (hosts.isEmpty() && request.protocolVersion().equals(HttpVersion.HTTP_1_1)) {
                return "the header Host is missing";
            }
            if (hosts.size() > 1) {
                return "there is more than one header Host";
            }
            String host = hosts.isEmpty() ? "" : hosts.getFirst();
            if (!host.isEmpty() && HostAndPort.parseAuthority(host, -1) == null) {
                return "the header Host is no host and port";
            }
            return problem(request.uri(), hosts.isEmpty() ? null : host);
        }

        private static @Nullable String problem(String target, @Nullable String host) {
            if (hasControl(target)) {
                return "the path has a control character; write it as %XX";
            }
            if (target.startsWith("/") || target.equals("*")) {
                return null;
            }
            Matcher absolute = ABSOLUTE.matcher(target);
            if (!absolute.matches()) {
                return "the path does not begin with /";
            }
            boolean same = host == null || host.equalsIgnoreCase(absolute.group(1));
            return same ? null : "the header Host contradicts the URL";
        }

        private static boolean hasControl(String target) {
            for (int i = 0; i < target.length(); i++) {
                if (target.charAt(i) <= ' ' || target.charAt(i) == 0x7f) {
                    return true;
                }
            }
            return false;
        }

        /** Whose client sent it; OpenAI's form where the path could not be read. */
        static Dialect dialect(HttpRequest request) {
            String path = path(request.uri());
            return path.equals(UNREADABLE)
                    ? Dialect.OPENAI
                    : Dialect.of(
                            Entrance.clean(path),
                            request.headers().contains(Dialect.ANTHROPIC_VERSION));
        }

        private static String path(String target) {
            Matcher absolute = ABSOLUTE.matcher(target);
            String local = absolute.matches() ? absolute.group(2) : target;
            int query = local.indexOf('?');
            return query < 0 ? local : local.substring(0, query);
        }
    }
}
