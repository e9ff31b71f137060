package dev.aicortex.gateway.tracing;

import dev.aicortex.fleet.Facts;
import dev.aicortex.fleet.Server;
import dev.aicortex.model.ModelName;
import dev.aicortex.routing.Ask;
import dev.aicortex.usage.UsageRecord;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The span of one request, which goes on with its client's trace; beside it what is measured. */
final class RequestSpan implements RequestTrace {
    /** A state may stand in several headers; two parents are none, as W3C has it. */
    private static final TextMapGetter<HttpServerRequest> HEADERS =
            new TextMapGetter<>() {
                @Override
                public Iterable<String> keys(HttpServerRequest carrier) {
                    return carrier.headers().names();
                }

                @Override
                public @Nullable String get(@Nullable HttpServerRequest carrier, String key) {
                    return carrier == null || !carrier.headers().contains(key)
                            ? null
                            : String.join(",", carrier.headers().getAll(key));
                }
            };

    private final Tracer tracer;
    private final RequestMeters meters;
    private final @Nullable HttpServerRequest http;
    private final String operation;
    private final Span span;
    private final Context context;

    /**
     * @param http null for a chat of this process
     */
    RequestSpan(
            Tracer tracer,
            RequestMeters meters,
            @Nullable HttpServerRequest http,
            UsageRecord.Route route) {
        this.tracer = tracer;
        this.meters = meters;
        this.http = http;
        this.operation = Names.operation(route);
        Context parent =
                W3CTraceContextPropagator.getInstance().extract(Context.root(), http, HEADERS);
        this.span =
                tracer.spanBuilder(operation)
                        .setParent(parent)
                        .setSpanKind(http == null ? SpanKind.INTERNAL : SpanKind.SERVER)
                        .setAttribute(Names.OPERATION, operation)
                        .setAttribute(Names.PROVIDER, Names.OLLAMA)
                        .startSpan();
        this.context = parent.with(span);
    }

    @Override
    public void waited(long millis) {
        span.addEvent(Names.WAITED, Attributes.of(Names.QUEUE_WAIT, Names.seconds(millis)));
    }

    @Override
    public AttemptTrace asking(
            Server server, ModelName model, int number, boolean streams, Ask ask, Facts facts) {
        if (streams) {
            span.setAttribute(Names.REQUEST_STREAM, true);
        }
        Span attempt =
                tracer.spanBuilder(operation + ' ' + model.canonical())
                        .setParent(context)
                        .setSpanKind(SpanKind.CLIENT)
                        .setAttribute(Names.OPERATION, operation)
                        .setAttribute(Names.PROVIDER, Names.OLLAMA)
                        .setAttribute(Names.REQUEST_MODEL, model.canonical())
                        .setAttribute(Names.SERVER_ADDRESS, server.url().name())
                        .setAttribute(Names.SERVER_PORT, (long) server.url().port())
                        .setAttribute(Names.ATTEMPT, (long) number)
                        .startSpan();
        return new AttemptSpan(attempt, streams ? span : Span.getInvalid());
    }

    @Override
    public void ended(String id, UsageRecord record) {
        meters.ended(operation, record);
        if (span.isRecording()) {
            describe(record);
            if (!id.isEmpty()) {
                span.setAttribute(Names.REQUEST_ID, id);
            }
        }
        span.end();
    }

    private void describe(UsageRecord record) {
        if (!record.asked().isEmpty()) {
            span.updateName(operation + ' ' + record.asked());
            span.setAttribute(Names.REQUEST_MODEL, record.asked());
        }
        if (record.attempts() > 0) {
            span.setAttribute(Names.RESPONSE_MODEL, record.model());
            span.setAttribute(Names.SERVER, record.server());
        }
        if (record.firstToken() >= 0) {
            span.setAttribute(Names.FIRST_CHUNK, Names.seconds(record.firstToken()));
        }
        if (!record.key().isEmpty()) {
            span.setAttribute(Names.KEY, record.key());
        }
        span.setAttribute(Names.ATTEMPTS, (long) record.attempts());
        span.setAttribute(Names.QUEUE_WAIT, Names.seconds(record.waited()));
        span.setAttribute(Names.DIALECT, record.route().dialect());
        span.setAttribute(Names.OUTCOME, record.outcome().word());
        tokens(span, record.prompt(), record.completion(), record.stopReason());
        if (record.cached() > 0) {
            span.setAttribute(Names.CACHED_TOKENS, record.cached());
        }
        describe(record.route(), http);
        String error = Names.error(record);
        if (error != null) {
            span.setAttribute(Names.ERROR, error);
        }
        switch (record.outcome()) {
            case FAILED, TRUNCATED -> span.setStatus(StatusCode.ERROR);
            case COMPLETE, REFUSED, CLIENT_GONE -> {} // not the gateway's fault
        }
    }

    private void describe(UsageRecord.Route route, @Nullable HttpServerRequest request) {
        if (request == null) {
            return;
        }
        span.setAttribute(Names.HTTP_METHOD, request.method().name());
        span.setAttribute(Names.HTTP_ROUTE, route.path());
        if (request.response().headWritten()) {
            span.setAttribute(Names.HTTP_STATUS, (long) request.response().getStatusCode());
        }
    }

    /** Where the server counted them. */
    static void tokens(Span of, long prompt, long completion, String stopReason) {
        if (prompt > 0) {
            of.setAttribute(Names.INPUT_TOKENS, prompt);
        }
        if (completion > 0) {
            of.setAttribute(Names.OUTPUT_TOKENS, completion);
        }
        if (!stopReason.isEmpty()) {
            of.setAttribute(Names.FINISH_REASONS, List.of(stopReason));
        }
    }
}
