package dev.aicortex.simulator;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;

/** JSON as another writer would have put it: the same values, other spaces between them. */
final class Spacing {
    private Spacing() {}

    /** A whole answer: on several lines. */
    static Buffer document(Buffer json) {
        return spaced(json.toString(), "\n  ");
    }

    /** Of a stream: lines stay lines. */
    static Buffer lines(Buffer chunk) {
        return spaced(chunk.toString().replaceAll("(?m)^data: ", "data:"), " ");
    }

    private static Buffer spaced(String text, String space) {
        StringBuilder out = new StringBuilder(text.length() * 2);
        boolean json = false;
        boolean quoted = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            json = json ? quoted || c != '\n' : c == '{';
            if (quoted && c == '\\') {
                out.append(c).append(text.charAt(++i));
                continue;
            }
            quoted ^= json && c == '"';
            out.append(json && !quoted && ":}]".indexOf(c) >= 0 ? space : "").append(c);
            out.append(json && !quoted && ":,{[".indexOf(c) >= 0 ? space : "");
        }
        return Buffer.buffer(out.toString(), StandardCharsets.UTF_8.name());
    }
}
