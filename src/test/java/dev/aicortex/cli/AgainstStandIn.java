package dev.aicortex.cli;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/** A command's test: each begins with a gateway stand-in of its own. */
@Timeout(60)
abstract class AgainstStandIn {
    protected GatewayStandIn gateway;

    @BeforeEach
    void start() throws IOException {
        gateway = new GatewayStandIn();
    }

    @AfterEach
    void stop() {
        gateway.close();
    }
}
