package dev.aicortex.ollama;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.model.ServerUrl;
import io.smallrye.context.SmallRyeContextManagerProvider;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;

/** For commands, which run without the container that the declarative client needs. */
public final class PlainControl implements ControlApi, AutoCloseable {
    private final Vertx vertx = vertx();
    private final OllamaConnections connections;
    private final ControlApi control;

    public PlainControl(CortexConfig config) {
        SmallRyeContextManagerProvider.getManager(); // the threads that ask would race to make it
        this.connections = new OllamaConnections(vertx, config, new ServerAccess(config));
        this.control = new GuardedControl(new PooledControl(connections, config), config);
    }

    /** Names mean what they mean on this machine, as they do to the server. */
    private static Vertx vertx() {
        System.setProperty("vertx.disableDnsResolver", "true");
        return Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    }

    @Override
    public TagList tags(ServerUrl server) {
        return control.tags(server);
    }

    @Override
    public ModelDetails show(ServerUrl server, String model) {
        return control.show(server, model);
    }

    @Override
    public RunningList running(ServerUrl server) {
        return control.running(server);
    }

    @Override
    public void close() {
        connections.close();
        vertx.close();
    }
}
