package dev.aicortex.http;

import io.quarkus.runtime.StartupEvent;
import io.quarkus.scheduler.Scheduler;
import io.quarkus.vertx.http.HttpServerStart;
import io.quarkus.vertx.http.HttpsServerStart;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.ObservesAsync;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Lets the scheduled jobs run once the gateway listens: until then a wrong setting may stop the
 * start, and jobs in the middle of it would fail with stack traces beside its one line.
 */
@ApplicationScoped
class JobStart {
    private final Scheduler scheduler;
    private final boolean listening;

    JobStart(
            Scheduler scheduler,
            @ConfigProperty(name = "quarkus.http.host-enabled", defaultValue = "true")
                    boolean listening) {
        this.scheduler = scheduler;
        this.listening = listening;
    }

    /** An application that has this jar may serve no HTTP. */
    void starts(@Observes StartupEvent event) {
        if (!listening) {
            scheduler.resume();
        }
    }

    void listens(@ObservesAsync HttpServerStart event) {
        scheduler.resume();
    }

    void listensWithTls(@ObservesAsync HttpsServerStart event) {
        scheduler.resume();
    }
}
