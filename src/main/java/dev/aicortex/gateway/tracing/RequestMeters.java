package dev.aicortex.gateway.tracing;

import dev.aicortex.usage.UsageRecord;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.LongHistogram;
import io.opentelemetry.api.metrics.Meter;
import java.util.List;

/**
 * The histograms that the conventions have for a server of models, with their bounds. None tells
 * servers apart: with hundreds of them that is what spans are for.
 */
final class RequestMeters {
    private final LongHistogram tokens;
    private final DoubleHistogram duration;
    private final DoubleHistogram firstToken;
    private final DoubleHistogram perToken;

    RequestMeters(Meter meter) {
        this.tokens =
                meter.histogramBuilder("gen_ai.client.token.usage")
                        .setDescription("Number of input and output tokens used.")
                        .setUnit("{token}")
                        .ofLongs()
                        .setExplicitBucketBoundariesAdvice(
                                List.of(
                                        1L,
                                        4L,
                                        16L,
                                        64L,
                                        256L,
                                        1_024L,
                                        4_096L,
                                        16_384L,
                                        65_536L,
                                        262_144L,
                                        1_048_576L,
                                        4_194_304L,
                                        16_777_216L,
                                        67_108_864L))
                        .build();
        this.duration =
                seconds(
                        meter,
                        "gen_ai.server.request.duration",
                        "Generative AI server request duration such as time-to-last byte or last output token.",
                        List.of(
                                0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24,
                                20.48, 40.96, 81.92));
        this.firstToken =
                seconds(
                        meter,
                        "gen_ai.server.time_to_first_token",
                        "Time to generate first token for successful responses.",
                        List.of(
                                0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75,
                                1.0, 2.5, 5.0, 7.5, 10.0));
        this.perToken =
                seconds(
                        meter,
                        "gen_ai.server.time_per_output_token",
                        "Time per output token generated after the first token for successful responses.",
                        List.of(
                                0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1.0,
                                2.5));
    }

    private static DoubleHistogram seconds(
            Meter meter, String name, String description, List<Double> bounds) {
        return meter.histogramBuilder(name)
                .setDescription(description)
                .setUnit("s")
                .setExplicitBucketBoundariesAdvice(bounds)
                .build();
    }

    void ended(String operation, UsageRecord record) {
        Attributes what = attributes(operation, record);
        String error = Names.error(record);
        duration.record(
                Names.seconds(record.duration()),
                error == null ? what : what.toBuilder().put(Names.ERROR, error).build());
        if (record.prompt() > 0) {
            tokens.record(record.prompt(), of(what, "input"));
        }
        if (record.completion() > 0) {
            tokens.record(record.completion(), of(what, "output"));
        }
        if (error != null) {
            return;
        }
        if (record.firstToken() >= 0) {
            firstToken.record(Names.seconds(record.firstToken()), what);
        }
        if (record.perToken() >= 0) {
            perToken.record(record.perToken() / 1_000, what);
        }
    }

    private static Attributes of(Attributes what, String tokens) {
        return what.toBuilder().put(Names.TOKEN_TYPE, tokens).build();
    }

    private static Attributes attributes(String operation, UsageRecord record) {
        AttributesBuilder what =
                Attributes.builder()
                        .put(Names.OPERATION, operation)
                        .put(Names.PROVIDER, Names.OLLAMA);
        if (!record.asked().isEmpty()) {
            what.put(Names.REQUEST_MODEL, record.asked());
        }
        if (record.attempts() > 0) {
            what.put(Names.RESPONSE_MODEL, record.model());
        }
        return what.build();
    }
}
