package dev.aicortex.translate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Any chat is translated as by the plainest transformation of its tree in memory. */
class RandomChatsTest {
    private static final String[] LETTERS = {"a", "é", "\"", "\\", "\n", "🚀", "/", "\u2028", "{"};

    @Test
    void areTranslatedAsAPlainTransformationWould() throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 300; round++) {
            ObjectNode chat = chat(random);
            assertThat(Translated.body(NativeRoute.CHAT_COMPLETIONS, chat.toString()))
                    .as("seed %d, round %d", seed, round)
                    .isEqualTo(plainly(chat));
        }
    }

    private static ObjectNode chat(Random random) {
        ObjectNode chat = Translated.JSON.createObjectNode();
        chat.put("stream", random.nextBoolean());
        for (int i = random.nextInt(6); i >= 0; i--) {
            message(random, chat.withArray("messages").addObject());
        }
        chat.put("stop", text(random));
        return chat;
    }

    private static void message(Random random, ObjectNode message) {
        message.put("role", random.nextBoolean() ? "user" : "assistant");
        if (random.nextBoolean()) {
            message.put("content", text(random));
            return;
        }
        for (int i = random.nextInt(4); i >= 0; i--) {
            part(random, message.withArray("content").addObject());
        }
    }

    private static void part(Random random, ObjectNode part) {
        if (random.nextBoolean()) {
            part.put("type", "text").put("text", text(random));
        } else {
            part.put("type", "image_url")
                    .putObject("image_url")
                    .put("url", "data:image/png;base64," + "A/+=".repeat(random.nextInt(6_000)));
        }
    }

    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        int length = random.nextInt(4) == 0 ? random.nextInt(40_000) : random.nextInt(40);
        while (text.length() < length) {
            text.append(LETTERS[random.nextInt(LETTERS.length)]);
        }
        return text.toString();
    }

    private static JsonNode plainly(ObjectNode chat) {
        ObjectNode body = Translated.JSON.createObjectNode().put("model", "served:latest");
        body.set("stream", chat.get("stream"));
        ArrayNode messages = body.putArray("messages");
        chat.get("messages").forEach(message -> plainly(message, messages));
        ObjectNode options = body.putObject("options").put("num_ctx", 8192).put("temperature", 1.0);
        options.put("top_p", 1.0).putArray("stop").add(chat.get("stop"));
        return body;
    }

    private static void plainly(JsonNode message, ArrayNode messages) {
        JsonNode content = message.get("content");
        if (content.isTextual()) {
            messages.add(message);
            return;
        }
        for (JsonNode part : content) {
            ObjectNode alone = messages.addObject();
            alone.set("role", message.get("role"));
            alone.put("content", part.path("text").asText());
            if (part.has("image_url")) {
                String url = part.at("/image_url/url").asText();
                alone.putArray("images").add(url.replaceFirst("^[^,]*,", ""));
            }
        }
    }
}
