package dev.aicortex.ollama;

import dev.aicortex.config.CortexConfig;
import io.smallrye.context.SmallRyeContextManagerProvider;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import jakarta.enterprise.inject.Vetoed;

/** For commands, which run without the container that the declarative client needs. */
@Vetoed
public final class PlainControl extends ControlApi implements AutoCloseable {
    private final OllamaConnections connections;

    public PlainControl(CortexConfig config) {
        this(config, new OllamaConnections(vertx(), config, new ServerAccess(config)));
    }

    private PlainControl(CortexConfig config, OllamaConnections connections) {
        super(new PooledControl(connections, config), config);
        this.connections = connections;
    }

    /** Names mean what they mean on this machine, as they do to the server. */
    private static Vertx vertx() {
        SmallRyeContextManagerProvider.getManager(); // the threads that ask would race to make it
        System.setProperty("vertx.disableDnsResolver", "true");
        return Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    }

    @Override
    public void close() {
        connections.close();
        connections.vertx().close();
    }
}
