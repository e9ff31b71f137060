package dev.aicortex.http;

import dev.aicortex.config.CortexConfig;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.runtime.shutdown.ShutdownConfig;
import io.quarkus.vertx.VertxOptionsCustomizer;
import io.quarkus.vertx.http.HttpServerOptionsCustomizer;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.impl.VertxBuilder;
import io.vertx.core.impl.transports.JDKTransport;
import io.vertx.core.metrics.MetricsOptions;
import io.vertx.core.metrics.impl.DummyVertxMetrics;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.spi.VertxMetricsFactory;
import io.vertx.core.spi.metrics.VertxMetrics;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Puts a {@link WireGuard} into every connection of the gateway's server, of which one address may
 * have so many. Quarkus has no setting for what is answered to a request that is no HTTP, so it
 * goes where Vert.x opens its sockets.
 */
@Singleton
class GuardedTransport implements VertxOptionsCustomizer, HttpServerOptionsCustomizer {
    private final CortexConfig.Client limits;
    private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);

    GuardedTransport(CortexConfig config) {
        this.limits = config.client();
    }

    /**
     * When new requests are refused, kept connections would only carry refusals: their clients find
     * them closed, and another gateway behind the same address by a new one.
     */
    void go(@Observes ShutdownDelayInitiatedEvent event, Vertx vertx, ShutdownConfig config) {
        Duration delay = config.isDelayEnabled() ? config.delay().orElseThrow() : Duration.ZERO;
        vertx.setTimer(Math.max(1, delay.toMillis()), _ -> tellAll());
    }

    private void tellAll() {
        connections.forEach(each -> each.pipeline().fireUserEventTriggered(WireGuard.GOING));
    }

    /**
     * A client that went away without a word is noticed. Ignores offers to upgrade a plain
     * connection to HTTP/2, as an Ollama server does. LangChain4j makes one with every POST.
     */
    @Override
    public void customizeHttpServer(HttpServerOptions options) {
        options.setHttp2ClearTextEnabled(false).setTcpKeepAlive(true);
    }

    /**
     * Whoever says which certificates of clients are good wants them shown; Quarkus has that fixed
     * when the program is built.
     */
    @Override
    public void customizeHttpsServer(HttpServerOptions options) {
        options.setTcpKeepAlive(true);
        if (options.getTrustOptions() != null) {
            options.setClientAuth(ClientAuth.REQUIRED);
        }
    }

    /** The options take a provider of the platform's parts only as one of metrics. */
    @Override
    @SuppressWarnings("deprecation") // the builder that has taken its place is in Quarkus' hands
    public void accept(VertxOptions options) {
        MetricsOptions metrics = options.getMetricsOptions();
        metrics.setFactory(new Provider(metrics.getFactory(), limits, connections));
    }

    /**
     * @param metrics those of Quarkus, where a setting has switched them on
     */
    private record Provider(
            @Nullable VertxMetricsFactory metrics,
            CortexConfig.Client limits,
            ChannelGroup connections)
            implements VertxMetricsFactory {
        @Override
        public void init(VertxBuilder builder) {
            if (metrics != null) {
                metrics.init(builder);
            }
            builder.findTransport(new Guarded(limits, connections));
        }

        @Override
        public VertxMetrics metrics(VertxOptions options) {
            return metrics == null ? DummyVertxMetrics.INSTANCE : metrics.metrics(options);
        }
    }

    private static final class Guarded extends JDKTransport {
        private final CortexConfig.Client limits;
        private final ChannelGroup connections;

        Guarded(CortexConfig.Client limits, ChannelGroup connections) {
            this.limits = limits;
            this.connections = connections;
        }

        @Override
        public void configure(
                NetServerOptions options, boolean domainSocket, ServerBootstrap bootstrap) {
            super.configure(options, domainSocket, bootstrap);
            bootstrap.handler(new Accepting(limits, connections));
        }
    }

    /** Sees each connection before Vert.x does. */
    @Sharable
    private static final class Accepting extends ChannelInboundHandlerAdapter {
        private final CortexConfig.Client limits;
        private final ConnectionLimit limit;
        private final ChannelGroup connections;

        Accepting(CortexConfig.Client limits, ChannelGroup connections) {
            this.limits = limits;
            this.limit = new ConnectionLimit(limits.connections());
            this.connections = connections;
        }

        @Override
        public void channelRead(ChannelHandlerContext listening, Object message) {
            Channel connection = (Channel) message;
            if (limit.admits(connection)) {
                connections.add(connection);
                connection.pipeline().addLast(new Opening(limits));
                listening.fireChannelRead(connection);
            } else {
                connection.unsafe().closeForcibly();
            }
        }
    }

    /**
     * Waits for the decoder, which Vert.x has put there when the connection opens, as there is no
     * HTTP/2 ({@link #customizeHttpServer}). With TLS it comes after the handshake, and is there
     * when the first bytes are.
     */
    private static final class Opening extends ChannelInboundHandlerAdapter {
        private final CortexConfig.Client limits;
        private @Nullable Future<?> silence;

        Opening(CortexConfig.Client limits) {
            this.limits = limits;
        }

        @Override
        public void channelActive(ChannelHandlerContext opening) {
            opening.fireChannelActive();
            if (opening.pipeline().get(SslHandler.class) == null) {
                guard(opening);
            } else {
                opening.pipeline().addLast(new Opening(limits)); // behind the handshake
            }
            opening.pipeline().remove(this);
        }

        @Override
        public void handlerAdded(ChannelHandlerContext opening) {
            Runnable leave = () -> leave(opening.channel());
            long nanos = limits.timeout().toNanos();
            silence = opening.executor().schedule(leave, nanos, TimeUnit.NANOSECONDS);
        }

        private static void leave(Channel connection) {
            ChannelFuture _ = connection.close();
        }

        @Override
        public void handlerRemoved(ChannelHandlerContext opening) {
            if (silence != null) {
                silence.cancel(false);
            }
        }

        @Override
        public void channelRead(ChannelHandlerContext open, Object firstBytes) {
            guard(open);
            open.fireChannelRead(firstBytes);
            open.pipeline().remove(this);
        }

        private void guard(ChannelHandlerContext connection) {
            if (connection.pipeline().get("httpDecoder") != null) {
                ClientTimeouts timeouts = new ClientTimeouts(limits.timeout(), limits.idle());
                connection.pipeline().addBefore("handler", "guard", new WireGuard(timeouts));
            }
        }
    }
}
