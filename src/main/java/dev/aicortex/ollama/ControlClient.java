package dev.aicortex.ollama;

import dev.aicortex.config.CortexConfig;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpHeaders;
import jakarta.enterprise.inject.spi.CDI;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.microprofile.rest.client.RestClientBuilder;
import org.eclipse.microprofile.rest.client.spi.RestClientListener;
import org.jboss.resteasy.reactive.client.impl.VertxRequestCustomizingClientBuilder;

/**
 * Has the declarative client bound what it reads, which it would hold whole, and believe the
 * servers' certificates.
 */
public final class ControlClient implements RestClientListener {
    @Override
    public void onNewClient(Class<?> type, RestClientBuilder builder) {
        if (type == OllamaApi.class) {
            CDI<Object> beans = CDI.current();
            CortexConfig config = beans.select(CortexConfig.class).get();
            long max = config.control().maxAnswer().asLongValue();
            ((VertxRequestCustomizingClientBuilder<?>) builder)
                    .httpClientRequestCustomizer(request -> bound(request, max));
            ((VertxRequestCustomizingClientBuilder<?>) builder)
                    .httpClientOptionsCustomizer(beans.select(ServerAccess.class).get()::secure);
        }
    }

    /** Ends the answer to a request that is yet to be sent when it is longer than any can be. */
    static void bound(HttpClientRequest request, long max) {
        // What a handshake fails of after it has seemed to succeed is told to the connection alone.
        request.connection().exceptionHandler(failure -> request.reset(0, failure));
        request.response()
                .onSuccess(response -> {
                    // Of another kind it would be read in another way, past this one's handler.
                    response.headers().set(HttpHeaders.CONTENT_TYPE, "application/json");
                    AtomicLong left = new AtomicLong(max);
                    response.handler(chunk -> {
                        if (left.addAndGet(-chunk.length()) < 0) {
                            request.reset(0, new TooLongException(max));
                        }
                    });
                });
    }

    /** An answer was longer. */
    static final class TooLongException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private TooLongException(long max) {
            super("its answer is longer than %d bytes (cortex.control.max-answer)".formatted(max));
        }
    }
}
