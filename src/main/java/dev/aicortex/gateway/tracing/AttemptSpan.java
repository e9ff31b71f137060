package dev.aicortex.gateway.tracing;

import dev.aicortex.dialect.Usage;
import dev.aicortex.fleet.Outcome;
import dev.aicortex.relay.Ending;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapSetter;
import io.vertx.core.http.HttpClientRequest;
import java.util.Objects;

/** The span of one attempt. */
final class AttemptSpan implements AttemptTrace {
    private static final TextMapSetter<HttpClientRequest> HEADERS =
            (request, name, value) -> Objects.requireNonNull(request).headers().set(name, value);

    private final Span span;
    private final Span request;

    /**
     * @param request is told of the first token too; an invalid one where no stream was asked for
     */
    AttemptSpan(Span span, Span request) {
        this.span = span;
        this.request = request;
    }

    @Override
    public void sendTo(HttpClientRequest to) {
        to.headers().remove("traceparent").remove("tracestate"); // the client's own
        W3CTraceContextPropagator.getInstance().inject(Context.root().with(span), to, HEADERS);
    }

    @Override
    public void answers() {
        if (request.getSpanContext().isValid()) {
            span.addEvent(Names.FIRST_TOKEN);
            request.addEvent(Names.FIRST_TOKEN);
        }
    }

    @Override
    public void outcome(Outcome outcome) {
        switch (outcome) {
            case Outcome.Answered _ -> {} // its end comes later
            case Outcome.Outrun _, Outcome.ClientGone _ -> end(outcome.word(), false);
            case Outcome.Refused _,
                    Outcome.Broken _,
                    Outcome.Rejected _,
                    Outcome.Lost _,
                    Outcome.Full _,
                    Outcome.Unsent _ ->
                    end(outcome.word(), true);
        }
    }

    @Override
    public void ended(Ending how, Usage usage) {
        RequestSpan.tokens(span, usage.prompt(), usage.completion(), usage.stopReason());
        switch (how) {
            case Ending.Complete _, Ending.ClientGone _ -> end(how.word(), false);
            case Ending.Truncated _, Ending.Failed _, Ending.Interrupted _ -> end(how.word(), true);
        }
    }

    private void end(String word, boolean wrong) {
        span.setAttribute(Names.OUTCOME, word);
        if (wrong) {
            span.setAttribute(Names.ERROR, word);
            span.setStatus(StatusCode.ERROR);
        }
        span.end();
    }
}
