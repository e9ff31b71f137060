package dev.aicortex.ollama;

import dev.aicortex.config.CortexConfig;
import jakarta.enterprise.inject.spi.CDI;
import org.eclipse.microprofile.rest.client.RestClientBuilder;
import org.eclipse.microprofile.rest.client.spi.RestClientListener;
import org.jboss.resteasy.reactive.client.impl.VertxRequestCustomizingClientBuilder;

/** Has the declarative client bound what it reads, which it would hold whole. */
public final class ControlClient implements RestClientListener {
    @Override
    public void onNewClient(Class<?> type, RestClientBuilder builder) {
        if (type == OllamaApi.class) {
            long max =
                    CDI.current()
                            .select(CortexConfig.class)
                            .get()
                            .control()
                            .maxAnswer()
                            .asLongValue();
            ((VertxRequestCustomizingClientBuilder<?>) builder)
                    .httpClientRequestCustomizer(request -> AnswerBound.on(request, max));
        }
    }
}
