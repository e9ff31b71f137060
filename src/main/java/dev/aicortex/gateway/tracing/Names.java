package dev.aicortex.gateway.tracing;

import static io.opentelemetry.api.common.AttributeKey.booleanKey;
import static io.opentelemetry.api.common.AttributeKey.doubleKey;
import static io.opentelemetry.api.common.AttributeKey.longKey;
import static io.opentelemetry.api.common.AttributeKey.stringArrayKey;
import static io.opentelemetry.api.common.AttributeKey.stringKey;

import dev.aicortex.dialect.Endpoint;
import dev.aicortex.usage.UsageRecord;
import io.opentelemetry.api.common.AttributeKey;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * All names that leave the process: those of OpenTelemetry's semantic conventions 1.41.1, the last
 * ones that have generative AI in them, and our own under {@code cortex.}. docs/telemetry.md lists
 * them.
 */
final class Names {
    static final String SCOPE = "dev.aicortex";
    static final String SCHEMA = "https://opentelemetry.io/schemas/1.41.0";

    static final AttributeKey<String> OPERATION = stringKey("gen_ai.operation.name");
    static final AttributeKey<String> PROVIDER = stringKey("gen_ai.provider.name");
    static final AttributeKey<String> REQUEST_MODEL = stringKey("gen_ai.request.model");
    static final AttributeKey<Boolean> REQUEST_STREAM = booleanKey("gen_ai.request.stream");
    static final AttributeKey<String> RESPONSE_MODEL = stringKey("gen_ai.response.model");
    static final AttributeKey<Double> FIRST_CHUNK =
            doubleKey("gen_ai.response.time_to_first_chunk");
    static final AttributeKey<List<String>> FINISH_REASONS =
            stringArrayKey("gen_ai.response.finish_reasons");
    static final AttributeKey<Long> INPUT_TOKENS = longKey("gen_ai.usage.input_tokens");
    static final AttributeKey<Long> CACHED_TOKENS = longKey("gen_ai.usage.cache_read.input_tokens");
    static final AttributeKey<Long> OUTPUT_TOKENS = longKey("gen_ai.usage.output_tokens");
    static final AttributeKey<String> TOKEN_TYPE = stringKey("gen_ai.token.type");
    static final AttributeKey<String> SERVER_ADDRESS = stringKey("server.address");
    static final AttributeKey<Long> SERVER_PORT = longKey("server.port");
    static final AttributeKey<String> ERROR = stringKey("error.type");
    static final AttributeKey<String> HTTP_METHOD = stringKey("http.request.method");
    static final AttributeKey<String> HTTP_ROUTE = stringKey("http.route");
    static final AttributeKey<Long> HTTP_STATUS = longKey("http.response.status_code");

    static final AttributeKey<String> REQUEST_ID = stringKey("cortex.request.id");
    static final AttributeKey<String> KEY = stringKey("cortex.key");
    static final AttributeKey<String> DIALECT = stringKey("cortex.dialect");
    static final AttributeKey<String> SERVER = stringKey("cortex.server");
    static final AttributeKey<Long> ATTEMPTS = longKey("cortex.attempts");
    static final AttributeKey<Long> ATTEMPT = longKey("cortex.attempt");
    static final AttributeKey<String> OUTCOME = stringKey("cortex.outcome");

    /** In seconds, like all times here. */
    static final AttributeKey<Double> QUEUE_WAIT = doubleKey("cortex.queue.wait");

    /** Events. */
    static final String WAITED = "cortex.queue.left";

    static final String FIRST_TOKEN = "cortex.first_token";

    static final String OLLAMA = "ollama";
    private static final String CHAT = "chat";

    private static final Map<String, String> OPERATIONS =
            Arrays.stream(Endpoint.values())
                    .collect(Collectors.toMap(Endpoint::path, Names::operation));

    private Names() {}

    /** The word for what is done on a route. */
    static String operation(UsageRecord.Route route) {
        return OPERATIONS.getOrDefault(route.path(), CHAT);
    }

    private static String operation(Endpoint endpoint) {
        return switch (endpoint) {
            case CHAT, CHAT_COMPLETIONS, RESPONSES, MESSAGES -> CHAT;
            case GENERATE, COMPLETIONS -> "text_completion";
            case EMBED, EMBEDDING, EMBEDDINGS -> "embeddings";
            case TRANSCRIPTIONS, IMAGES -> "generate_content";
            case SHOW -> "show"; // no model works; the conventions have no word for it
        };
    }

    /** What kept a request from a whole answer; null where it has one. */
    static @Nullable String error(UsageRecord record) {
        if (record.outcome() == UsageRecord.Outcome.COMPLETE) {
            return null;
        }
        return record.code().isEmpty() ? record.outcome().word() : record.code();
    }

    static double seconds(long millis) {
        return millis / 1_000.0;
    }
}
