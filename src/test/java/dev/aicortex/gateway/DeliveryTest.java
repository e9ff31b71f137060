package dev.aicortex.gateway;

import static dev.aicortex.testing.TestFleet.MODEL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.aicortex.gateway.dispatch.Drain;
import dev.aicortex.simulator.Fault;
import dev.aicortex.testing.GatewayFlow;
import dev.aicortex.testing.RawClient;
import io.netty.channel.ChannelOption;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** When a request counts as over, which is when a gateway that stops may go. */
@QuarkusTest
class DeliveryTest extends GatewayFlow {
    /**
     * One block of 32 KB: more than the platform's buffers take here, less than makes the relay
     * wait.
     */
    private static final Fault SHORT = new Fault.Flood(1);

    private static final String TINY = "x-tiny-buffer";

    @Inject Drain drain;

    /** Lets the platform take next to nothing in advance on connections that ask for it. */
    @ApplicationScoped
    static class TinyBuffers {
        void register(@Observes Filters filters) {
            filters.register(TinyBuffers::shrink, 1);
        }

        private static void shrink(RoutingContext context) {
            if (context.request().getHeader(TINY) != null) {
                ((ConnectionBase) context.request().connection())
                        .channel()
                        .config()
                        .setOption(ChannelOption.SO_SNDBUF, 4096);
            }
            context.next();
        }
    }

    @Test
    void aRequestIsOverWhenItsClientHasTheLastByte() throws IOException {
        servers.faultEverywhere(SHORT);
        String body = body(MODEL, true);
        try (RawClient slow = RawClient.withoutBuffer(gateway())) {
            slow.send(
                    "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\n%s: 1\r\nContent-Length: %d\r\n\r\n%s"
                            .formatted(TINY, body.length(), body));
            assertThat(slow.readUntil("data: {")).startsWith("HTTP/1.1 200");
            await().until(() -> inFlight() == 0);
            assertThat(drain.running()).isEqualTo(1);
            assertThat(slow.skipUntil("data: [DONE]")).isPositive();
        }
        await().until(() -> drain.running() == 0);
    }

    @Test
    void aRequestIsOverWhenItsClientLeaves() throws IOException {
        servers.faultEverywhere(new Fault.HangMidStream(2));
        try (RawClient client = new RawClient(gateway())) {
            client.post("/v1/chat/completions", body(MODEL, true)).readUntil("data: {");
            assertThat(drain.running()).isEqualTo(1);
        }
        await().until(() -> drain.running() == 0);
    }
}
