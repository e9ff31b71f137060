package dev.aicortex.gateway.tracing;

import dev.aicortex.usage.UsageRecord;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.TracerProvider;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.opentelemetry.sdk.resources.Resource;
import io.vertx.core.http.HttpServerRequest;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * OpenTelemetry's SDK, set up by its own variables: samplers, queues, intervals, headers and the
 * rest are its own. It keeps a bounded queue and sends on threads of its own.
 */
final class Export {
    private static final long PATIENCE_SECONDS = 2;

    private final OpenTelemetrySdk sdk;
    private final Tracer tracer;
    private final RequestMeters meters;

    /**
     * @param properties of the SDK, {@code otel.*}; its own variables come before them
     * @param version of this program
     */
    Export(Map<String, String> properties, String version) {
        AtomicBoolean traced = new AtomicBoolean();
        this.sdk =
                AutoConfiguredOpenTelemetrySdk.builder()
                        .disableShutdownHook()
                        .addPropertiesSupplier(() -> properties)
                        .addResourceCustomizer((found, _) -> described(found, version))
                        .addSpanExporterCustomizer((exporter, _) -> {
                            traced.set(true);
                            return Delivery.of(exporter);
                        })
                        .addMetricExporterCustomizer((exporter, _) -> Delivery.of(exporter))
                        .build()
                        .getOpenTelemetrySdk();
        // ids of spans that nobody gets would break the traces of others
        TracerProvider tracers = traced.get() ? sdk.getTracerProvider() : TracerProvider.noop();
        this.tracer =
                tracers.tracerBuilder(Names.SCOPE)
                        .setInstrumentationVersion(version)
                        .setSchemaUrl(Names.SCHEMA)
                        .build();
        this.meters =
                new RequestMeters(
                        sdk.meterBuilder(Names.SCOPE)
                                .setInstrumentationVersion(version)
                                .setSchemaUrl(Names.SCHEMA)
                                .build());
    }

    /** Two replicas must not count into each other's histograms. */
    private static Resource described(Resource found, String version) {
        Attributes ours =
                Attributes.builder()
                        .put("service.version", version)
                        .put("service.instance.id", UUID.randomUUID().toString())
                        .build();
        return Resource.create(ours).merge(found);
    }

    /**
     * A request has arrived.
     *
     * @param http null for a chat of this process
     */
    RequestTrace begin(@Nullable HttpServerRequest http, UsageRecord.Route route) {
        return new RequestSpan(tracer, meters, http, route);
    }

    /** Sends what waits, if the collector takes it soon. */
    void stop() {
        sdk.shutdown().join(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
}
