package dev.aicortex.ollama;

import dev.aicortex.config.CortexConfig;
import jakarta.enterprise.inject.spi.CDI;
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
                    .httpClientRequestCustomizer(request -> AnswerBound.on(request, max));
            ((VertxRequestCustomizingClientBuilder<?>) builder)
                    .httpClientOptionsCustomizer(beans.select(ServerAccess.class).get()::secure);
        }
    }
}
