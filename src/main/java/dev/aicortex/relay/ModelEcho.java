package dev.aicortex.relay;

import dev.aicortex.model.ContextTag;
import dev.aicortex.model.ModelName;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Has an answer name the model as its client did, when servers were asked for another one. In every
 * dialect the model is the first field of that name in a document or an event; within a string its
 * quotes would be escaped.
 */
public final class ModelEcho implements Rewriting {
    private static final Pattern MODEL =
            Pattern.compile("(?<!\\\\)\"model\":\\s*(\"(?:[^\"\\\\]|\\\\.)*\")");

    private final ModelName sent;
    private final String echoed;

    /**
     * @param sent what servers were asked for, by itself or by a context tag of it
     * @param asked what the client asked for
     */
    public ModelEcho(ModelName sent, String asked) {
        this.sent = sent;
        this.echoed = latin1(Json.encode(asked));
    }

    /** Bytes as characters, so that no byte of the answer changes. */
    private static String latin1(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    @Override
    public Buffer lines(Buffer lines) {
        StringBuilder out = new StringBuilder(lines.length() + 64);
        String text = lines.toString(StandardCharsets.ISO_8859_1);
        int start = 0;
        while (start < text.length()) {
            int feed = text.indexOf('\n', start);
            int end = feed < 0 ? text.length() : feed + 1;
            out.append(renamed(text.substring(start, end)));
            start = end;
        }
        return Buffer.buffer(out.toString().getBytes(StandardCharsets.ISO_8859_1));
    }

    @Override
    public Buffer document(Buffer document) {
        String text = renamed(document.toString(StandardCharsets.ISO_8859_1));
        return Buffer.buffer(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    @Override
    public boolean documents() {
        return true;
    }

    private String renamed(String text) {
        Matcher model = MODEL.matcher(text);
        if (!model.find() || !sent.equals(name(model.group(1)))) {
            return text;
        }
        return text.substring(0, model.start(1)) + echoed + text.substring(model.end(1));
    }

    private static ModelName name(String quoted) {
        return ModelName.of(ContextTag.modelOf(quoted.substring(1, quoted.length() - 1)));
    }
}
