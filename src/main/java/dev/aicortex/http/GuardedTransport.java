package dev.aicortex.http;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import io.quarkus.vertx.VertxOptionsCustomizer;
import io.quarkus.vertx.http.HttpServerOptionsCustomizer;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.impl.VertxBuilder;
import io.vertx.core.impl.transports.JDKTransport;
import io.vertx.core.metrics.MetricsOptions;
import io.vertx.core.metrics.impl.DummyVertxMetrics;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.spi.VertxMetricsFactory;
import io.vertx.core.spi.metrics.VertxMetrics;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/**
 * Puts a {@link WireGuard} into every connection of the gateway's server. Quarkus has no setting
 * for what is answered to a request that is no HTTP, so it goes where Vert.x opens its sockets.
 */
@Singleton
class GuardedTransport implements VertxOptionsCustomizer, HttpServerOptionsCustomizer {
    /**
     * Ignores offers to upgrade a plain connection to HTTP/2, as an Ollama server does. LangChain4j
     * makes one with every POST.
     */
    @Override
    public void customizeHttpServer(HttpServerOptions options) {
        options.setHttp2ClearTextEnabled(false);
    }

    /** The options take a provider of the platform's parts only as one of metrics. */
    @Override
    @SuppressWarnings("deprecation") // the builder that has taken its place is in Quarkus' hands
    public void accept(VertxOptions options) {
        MetricsOptions metrics = options.getMetricsOptions();
        metrics.setFactory(new Provider(metrics.getFactory()));
    }

    /**
     * @param metrics those of Quarkus, where a setting has switched them on
     */
    private record Provider(@Nullable VertxMetricsFactory metrics) implements VertxMetricsFactory {
        @Override
        public void init(VertxBuilder builder) {
            if (metrics != null) {
                metrics.init(builder);
            }
            builder.findTransport(new Guarded());
        }

        @Override
        public VertxMetrics metrics(VertxOptions options) {
            return metrics == null ? DummyVertxMetrics.INSTANCE : metrics.metrics(options);
        }
    }

    private static final class Guarded extends JDKTransport {
        @Override
        public void configure(
                NetServerOptions options, boolean domainSocket, ServerBootstrap bootstrap) {
            super.configure(options, domainSocket, bootstrap);
            bootstrap.handler(new Accepting());
        }
    }

    /** Sees each connection before Vert.x does. */
    @Sharable
    private static final class Accepting extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext listening, Object connection) {
            ((Channel) connection).pipeline().addLast(new Opening());
            listening.fireChannelRead(connection);
        }
    }

    /**
     * Waits for the decoder, which Vert.x has put there when the connection opens, as there is no
     * HTTP/2 ({@link #customizeHttpServer}). With TLS it comes after the handshake, and is there
     * when the first bytes are.
     */
    private static final class Opening extends ChannelInboundHandlerAdapter {
        @Override
        public void channelActive(ChannelHandlerContext opening) {
            opening.fireChannelActive();
            if (opening.pipeline().get(SslHandler.class) == null) {
                guard(opening);
            } else {
                opening.pipeline().addLast(new Opening()); // behind the handshake
            }
            opening.pipeline().remove(this);
        }

        @Override
        public void channelRead(ChannelHandlerContext open, Object firstBytes) {
            guard(open);
            open.fireChannelRead(firstBytes);
            open.pipeline().remove(this);
        }
    }

    private static void guard(ChannelHandlerContext connection) {
        if (connection.pipeline().get("httpDecoder") != null) {
            connection.pipeline().addBefore("handler", "guard", new WireGuard());
        }
    }
}
