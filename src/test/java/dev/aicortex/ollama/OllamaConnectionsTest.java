package dev.aicortex.ollama;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.model.ServerUrl;
import dev.aicortex.simulator.Settings;
import dev.aicortex.simulator.SimulatedFleet;
import dev.aicortex.testing.TestConfig;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whether a connection had carried a request before is read, however often and by whomever. */
class OllamaConnectionsTest {
    private final Vertx vertx = Vertx.vertx();
    private final Context context = vertx.getOrCreateContext(); // one loop has one pool
    private final SimulatedFleet fleet = SimulatedFleet.start(vertx, 1, Settings.defaults());
    private final ServerUrl server = ServerUrl.of(fleet.urls().getFirst().toString());
    private final CortexConfig config = TestConfig.of(Map.of());
    private final OllamaConnections connections =
            new OllamaConnections(vertx, config, new ServerAccess(config));

    @AfterEach
    void stop() {
        connections.close();
        fleet.close();
        vertx.close();
    }

    @Test
    void aNewConnectionIsNotReusedHoweverOftenItIsAsked() {
        List<Boolean> answers =
                onLoop(() -> open().map(request -> List.of(reused(request), reused(request))));
        assertThat(answers).containsExactly(false, false);
    }

    /** As that of a blob, which is sent without the question. */
    @Test
    void aConnectionThatNobodyAskedAboutIsReusedTheNextTime() {
        boolean reused =
                onLoop(() ->
                        open().compose(HttpClientRequest::send)
                                .compose(HttpClientResponse::body)
                                .compose(_ -> backInThePool())
                                .compose(_ -> open())
                                .map(this::reused));
        assertThat(reused).isTrue();
    }

    @Test
    void twoAtTheSameTimeHaveAConnectionEach() {
        boolean reused = onLoop(() -> open().compose(_ -> open()).map(this::reused));
        assertThat(reused).isFalse();
    }

    @Test
    void aConnectionThatIsClosedByNowProvesNothing() {
        HttpClientRequest request = onLoop(this::open);
        request.connection().close();
        await().until(() -> reused(request));
    }

    private Future<HttpClientRequest> open() {
        return connections.open(server, HttpMethod.GET, "/api/version");
    }

    /** Where a connection goes at the end of its answer, a turn of the loop later. */
    private Future<Void> backInThePool() {
        Promise<Void> later = Promise.promise();
        context.runOnContext(_ -> later.complete());
        return later.future();
    }

    private boolean reused(HttpClientRequest request) {
        return UpstreamConnection.of(request).reused();
    }

    private <T> T onLoop(Supplier<Future<T>> step) {
        Promise<T> end = Promise.promise();
        context.runOnContext(_ -> step.get().onComplete(end));
        return end.future().toCompletionStage().toCompletableFuture().join();
    }
}
