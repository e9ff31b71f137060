package dev.aicortex.gateway.tracing;

import dev.aicortex.ollama.FailureText;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.common.export.MemoryMode;
import io.opentelemetry.sdk.metrics.Aggregation;
import io.opentelemetry.sdk.metrics.InstrumentType;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.export.MetricExporter;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The way to the collector of one kind of telemetry, which tells once that it is closed and once
 * that it is open again; the exporters' own log lines are off.
 */
final class Delivery {
    private static final Logger LOG = Logger.getLogger(Delivery.class);

    private final String kind;
    private final AtomicBoolean fails = new AtomicBoolean();

    private Delivery(String kind) {
        this.kind = kind;
    }

    static SpanExporter of(SpanExporter to) {
        return new Spans(to, new Delivery("traces"));
    }

    static MetricExporter of(MetricExporter to) {
        return new Metrics(to, new Delivery("metrics"));
    }

    private CompletableResultCode told(CompletableResultCode result) {
        return result.whenComplete(() -> {
            boolean failed = !result.isSuccess();
            if (fails.compareAndSet(!failed, failed)) {
                tell(failed, result.getFailureThrowable());
            }
        });
    }

    private void tell(boolean failed, @Nullable Throwable failure) {
        if (failed) {
            LOG.warnf(
                    "%s reach no collector: %s; what no longer fits in the queue is dropped, requests go on (OTEL_EXPORTER_OTLP_ENDPOINT)",
                    kind, reason(failure));
        } else {
            LOG.infof("%s reach the collector again", kind);
        }
    }

    /** The exporter wraps what the connection said; an answer is no failure of one. */
    private static String reason(@Nullable Throwable failure) {
        Throwable cause = failure == null ? null : failure.getCause();
        return cause == null ? "it does not take them" : FailureText.of(cause);
    }

    private record Spans(SpanExporter to, Delivery delivery) implements SpanExporter {
        @Override
        public CompletableResultCode export(Collection<SpanData> spans) {
            return delivery.told(to.export(spans));
        }

        @Override
        public CompletableResultCode flush() {
            return to.flush();
        }

        @Override
        public CompletableResultCode shutdown() {
            return to.shutdown();
        }
    }

    /** Without those that the SDK keeps of itself. */
    private record Metrics(MetricExporter to, Delivery delivery) implements MetricExporter {
        @Override
        public CompletableResultCode export(Collection<MetricData> metrics) {
            return delivery.told(to.export(metrics.stream().filter(Metrics::ours).toList()));
        }

        private static boolean ours(MetricData metric) {
            return metric.getInstrumentationScopeInfo().getName().equals(Names.SCOPE);
        }

        @Override
        public CompletableResultCode flush() {
            return to.flush();
        }

        @Override
        public CompletableResultCode shutdown() {
            return to.shutdown();
        }

        @Override
        public AggregationTemporality getAggregationTemporality(InstrumentType type) {
            return to.getAggregationTemporality(type);
        }

        @Override
        public Aggregation getDefaultAggregation(InstrumentType type) {
            return to.getDefaultAggregation(type);
        }

        @Override
        public MemoryMode getMemoryMode() {
            return to.getMemoryMode();
        }
    }
}
