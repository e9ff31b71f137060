package dev.aicortex.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A streamed chat as a client of its dialect reads it.
 *
 * @param text all of the answer
 * @param starts events that begin a message or a block
 * @param ends terminal events
 * @param errors in their own words
 * @param ids that the events name
 * @param usage as it was told last: prompt and answer, in tokens
 * @param note what the gateway noted; null = nothing
 */
public record Streamed(
        String text,
        int starts,
        int ends,
        List<String> errors,
        Set<String> ids,
        List<Integer> usage,
        @Nullable String note) {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final class Reader {
        final StringBuilder text = new StringBuilder();
        final List<String> errors = new ArrayList<>();
        final Set<String> ids = new TreeSet<>();
        int starts;
        int ends;
        List<Integer> usage = List.of();
        @Nullable String note;

        Streamed streamed() {
            return new Streamed(text.toString(), starts, ends, errors, ids, usage, note);
        }

        void common(JsonNode event) {
            if (event.has("cortex")) {
                note = event.get("cortex").toString();
            }
            if (event.has("error")) {
                JsonNode error = event.get("error");
                errors.add(error.isTextual() ? error.asText() : error.path("message").asText());
            }
            if (event.has("id")) {
                ids.add(event.get("id").asText());
            }
        }

        void tokens(JsonNode of, String prompt, String answer) {
            if (of.has(answer)) {
                usage = List.of(of.path(prompt).asInt(), of.path(answer).asInt());
            }
        }
    }

    /** Reads the body of the answer to a request for this path. */
    public static Streamed of(String path, String body) {
        Reader reader = new Reader();
        switch (path) {
            case "/api/chat" -> body.lines().forEach(line -> native_(json(line), reader));
            case "/v1/messages" -> events(body).forEach(event -> anthropic(json(event), reader));
            default -> events(body).forEach(event -> openAi(event, reader));
        }
        return reader.streamed();
    }

    private static List<String> events(String body) {
        return body.lines()
                .filter(line -> line.startsWith("data: "))
                .map(line -> line.substring("data: ".length()))
                .toList();
    }

    private static JsonNode json(String text) {
        try {
            return text.isBlank() ? MissingNode.getInstance() : JSON.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(text, e);
        }
    }

    private static void native_(JsonNode line, Reader to) {
        to.common(line);
        to.text.append(line.path("message").path("content").asText(""));
        to.ends += line.path("done").asBoolean() ? 1 : 0;
        to.tokens(line, "prompt_eval_count", "eval_count");
    }

    private static void openAi(String event, Reader to) {
        if (event.equals("[DONE]")) {
            to.ends++;
            return;
        }
        JsonNode chunk = json(event);
        to.common(chunk);
        to.text.append(chunk.path("choices").path(0).path("delta").path("content").asText(""));
        to.tokens(chunk.path("usage"), "prompt_tokens", "completion_tokens");
    }

    private static void anthropic(JsonNode event, Reader to) {
        to.common(event);
        switch (event.path("type").asText()) {
            case "message_start", "content_block_start" -> to.starts++;
            case "content_block_delta" -> to.text.append(event.at("/delta/text").asText());
            case "message_delta" -> to.tokens(event.path("usage"), "input_tokens", "output_tokens");
            case "message_stop" -> to.ends++;
            default -> {}
        }
    }
}
