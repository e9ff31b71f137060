package dev.aicortex.ollama;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.model.ServerUrl;
import io.netty.channel.ChannelConfig;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.nio.NioChannelOption;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.impl.ContextInternal;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.impl.ConnectionBase;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import jdk.net.ExtendedSocketOptions;
import org.jboss.logging.Logger;

/** The pooled connections that carry inference requests. */
@ApplicationScoped
public class OllamaConnections {
    private static final Logger LOG = Logger.getLogger(OllamaConnections.class);

    /** Far above what one server runs at once: a gateway must not queue where nobody sees it. */
    private static final int MAX_CONNECTIONS_PER_SERVER = 16_384;

    /**
     * One read takes what a server has sent since the last; Netty would begin with 2 KiB a read.
     */
    private static final int READ_SIZE = 16 * 1024;

    private final Vertx vertx;
    private final HttpClientOptions options;

    /**
     * One pool an event loop, so that a request's two connections live on the same one: handing
     * each chunk from loop to loop costs a wake-up a chunk.
     */
    private final Map<EventLoop, HttpClient> clients = new ConcurrentHashMap<>();

    OllamaConnections(Vertx vertx, CortexConfig config, ServerAccess access) {
        this.vertx = vertx;
        this.options =
                new HttpClientOptions()
                        .setConnectTimeout((int) config.connectTimeout().toMillis())
                        .setReceiveBufferSize(READ_SIZE)
                        .setKeepAliveTimeout(60)
                        .setDecompressionSupported(false)
                        .setTcpKeepAlive(true);
        access.secure(options);
    }

    /** The one whose event loops the connections live on. */
    public Vertx vertx() {
        return vertx;
    }

    private HttpClient client() {
        ContextInternal context = (ContextInternal) vertx.getOrCreateContext();
        return clients.computeIfAbsent(context.nettyEventLoop(), _ -> newClient());
    }

    private HttpClient newClient() {
        return vertx.httpClientBuilder()
                .with(options)
                .with(new PoolOptions().setHttp1MaxSize(MAX_CONNECTIONS_PER_SERVER))
                .withConnectHandler(this::opened)
                .build();
    }

    /**
     * A machine that lost its power or its network says nothing any more: within a minute its
     * connections break, instead of after the two hours that are usual.
     */
    private static void keepAlive(HttpConnection connection) {
        if (connection instanceof ConnectionBase base) {
            ChannelConfig tcp = base.channel().config();
            tcp.setOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPIDLE), 20);
            tcp.setOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPINTERVAL), 10);
            tcp.setOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPCOUNT), 3);
        }
    }

    private void opened(HttpConnection connection) {
        keepAlive(connection);
        UpstreamConnection.watch(connection);
    }

    /** A request whose head and body are yet to be written; fails when there is no connection. */
    public Future<HttpClientRequest> open(ServerUrl server, HttpMethod method, String path) {
        RequestOptions options =
                new RequestOptions()
                        .setPort(server.port())
                        .setSsl(server.tls())
                        .setMethod(method)
                        .setURI(server.pathPrefix() + path);
        server.authorization().ifPresent(value -> options.putHeader("Authorization", value));
        try {
            return client().request(dialled(server, options))
                    .onSuccess(request -> UpstreamConnection.of(request).given());
        } catch (UnknownHostException e) {
            return Future.failedFuture(e);
        }
    }

    /**
     * An IPv6 address is named in brackets and without its zone, and dialled as it is: the resolver
     * of names would drop the zone. To read an address nobody is asked.
     */
    private static RequestOptions dialled(ServerUrl server, RequestOptions options)
            throws UnknownHostException {
        if (!server.host().contains(":")) {
            return options.setHost(server.host());
        }
        InetAddress address = InetAddress.getByName(server.host());
        return options.setHost("[" + server.name() + "]")
                .setServer(
                        SocketAddress.inetSocketAddress(
                                new InetSocketAddress(address, server.port())));
    }

    /** Whether an Ollama server answers there at this moment; blocks for a second at the most. */
    public boolean answers(ServerUrl server) {
        try {
            return open(server, HttpMethod.GET, "/api/version")
                    .compose(HttpClientRequest::send)
                    .map(response -> response.statusCode() == 200)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(1, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            LOG.debugf("nothing answers on %s: %s", server, FailureText.of(e));
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @PreDestroy
    void close() {
        clients.values().forEach(HttpClient::close);
    }
}
