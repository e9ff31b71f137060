package dev.aicortex.gateway;

import dev.aicortex.dialect.Dialect;
import dev.aicortex.dialect.Endpoint;
import dev.aicortex.dialect.Usage;
import dev.aicortex.gateway.request.Request;
import dev.aicortex.keys.Admission;
import dev.aicortex.keys.Admission.Gauge;
import dev.aicortex.keys.Need;
import dev.aicortex.prompt.Truncation;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * What one request of a limited key costs it: estimated before, told in the answer's head, settled
 * at the end by what its servers counted, once for all of them. Confined to the request's event
 * loop.
 */
final class Spending {
    /** Of an answer whose length the client does not limit. */
    private static final long USUAL_ANSWER = 1_000;

    private static final byte LINE_FEED = '\n';

    private final Admission admission;
    private final Endpoint endpoint;
    private final long promptEstimate;
    private long prompt;
    private long completion;
    private long lines;
    private boolean asked;
    private boolean broken;

    Spending(Admission admission, Request request) {
        this.admission = admission;
        this.endpoint = request.endpoint();
        this.promptEstimate = promptEstimate(request);
    }

    /** What a request may use; only the loading of a model uses nothing. */
    static Need need(Request request) {
        return new Need(request.user(), promptEstimate(request) + answer(request));
    }

    private static long promptEstimate(Request request) {
        return switch (request.endpoint()) {
            case SHOW, TRANSCRIPTIONS, IMAGES -> 0;
            default -> request.marks().asks() ? Truncation.estimate(request.body().length()) : 0;
        };
    }

    private static long answer(Request request) {
        if (!request.endpoint().generates() || !request.marks().asks()) {
            return 0;
        }
        long most = request.marks().answerTokens();
        return most > 0 ? most : USUAL_ANSWER;
    }

    /** A server is asked. */
    void asking() {
        asked = true;
    }

    /** A part of the answer goes to the client. */
    void wrote(Buffer bytes) {
        for (int i = 0; i < bytes.length(); i++) {
            if (bytes.getByte(i) == LINE_FEED) {
                lines++;
            }
        }
    }

    /** A server's answer has ended: each further one goes on with the one before. */
    void counted(Usage usage, boolean whole) {
        prompt = Math.max(prompt, usage.prompt());
        completion += usage.completion();
        broken |= !whole || usage.equals(Usage.NONE);
    }

    /** There is no answer: it costs nothing but what servers have counted of its parts. */
    void refused() {
        if (prompt + completion == 0) {
            admission.settle(0);
        }
    }

    /** The request has ended; of what no server counted, what came is counted. */
    void ended(boolean streamed) {
        long said = streamed && (broken || completion == 0) ? lines / linesOfAToken() : 0;
        long read = prompt > 0 ? prompt : asked ? promptEstimate : 0;
        admission.settle(read + Math.max(completion, said));
    }

    /** What stands around a token in a stream. */
    private long linesOfAToken() {
        return switch (endpoint.dialect()) {
            case OLLAMA -> 1;
            case OPENAI -> endpoint == Endpoint.RESPONSES ? 3 : 2;
            case ANTHROPIC -> 3;
        };
    }

    /** Tells the client what is left, as the clients of its dialect look for it. */
    static void tell(Admission admission, Dialect dialect, MultiMap headers) {
        switch (dialect) {
            case OPENAI -> {
                openAi("requests", admission.requests(), headers);
                openAi("tokens", admission.tokens(), headers);
            }
            case ANTHROPIC -> {
                anthropic("requests", admission.requests(), headers);
                anthropic("tokens", admission.tokens(), headers);
            }
            case OLLAMA -> {} // its clients look for nothing
        }
    }

    private static void openAi(String what, @Nullable Gauge gauge, MultiMap headers) {
        if (gauge != null) {
            headers.set("x-ratelimit-limit-" + what, Long.toString(gauge.limit()))
                    .set("x-ratelimit-remaining-" + what, Long.toString(gauge.remaining()))
                    .set("x-ratelimit-reset-" + what, duration(gauge.resetMillis()));
        }
    }

    private static void anthropic(String what, @Nullable Gauge gauge, MultiMap headers) {
        if (gauge != null) {
            String prefix = "anthropic-ratelimit-" + what;
            Instant reset =
                    Instant.now().plusMillis(gauge.resetMillis()).truncatedTo(ChronoUnit.SECONDS);
            headers.set(prefix + "-limit", Long.toString(gauge.limit()))
                    .set(prefix + "-remaining", Long.toString(gauge.remaining()))
                    .set(prefix + "-reset", reset.toString());
        }
    }

    /** As OpenAI writes it: {@code 250ms}, {@code 6s}, {@code 1m30s}, {@code 2h0m0s}. */
    static String duration(long millis) {
        if (millis < 1_000) {
            return millis + "ms";
        }
        long seconds = (millis + 999) / 1_000;
        long minutes = seconds / 60;
        String rest = seconds % 60 + "s";
        if (minutes == 0) {
            return rest;
        }
        return minutes < 60 ? minutes + "m" + rest : minutes / 60 + "h" + minutes % 60 + "m" + rest;
    }
}
