package dev.aicortex.gateway.cache;

import dev.aicortex.dialect.Endpoint;
import dev.aicortex.model.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

/**
 * What an answer depends on, but for the content of the model: two requests with the same question
 * may have one answer.
 *
 * @param digest of all that it depends on
 */
public record Question(String digest, boolean deterministic) {
    /**
     * That of a request.
     *
     * @param around what counts beside the body: whose request it is, and how its answer travels
     * @param body as servers get it
     * @throws IOException when the body is none that can be compared
     */
    public static Question of(List<String> around, Endpoint endpoint, byte[] body)
            throws IOException {
        return of(around, endpoint, CanonicalBody.of(body, endpoint));
    }

    /** The same without the texts that are to be embedded, each of which has a key of its own. */
    public static Question withoutInput(List<String> around, Endpoint endpoint, byte[] body)
            throws IOException {
        List<String> part = Stream.concat(around.stream(), Stream.of("part")).toList();
        return of(part, endpoint, CanonicalBody.withoutInput(body, endpoint));
    }

    private static Question of(List<String> around, Endpoint endpoint, CanonicalBody body) {
        StringBuilder parts = new StringBuilder();
        add(parts, endpoint.path());
        around.forEach(each -> add(parts, each));
        add(parts, body.digest());
        return new Question(sha256(parts), body.deterministic());
    }

    /**
     * Under which its answer is kept: a digest, which tells nobody what was asked.
     *
     * @param content the digest of the model
     */
    public String key(String content) {
        return key(content, "");
    }

    /**
     * The same for one of its texts.
     *
     * @param text may be empty
     */
    public String key(String content, String text) {
        StringBuilder all = new StringBuilder(digest);
        add(all, content);
        add(all, text);
        return sha256(all);
    }

    private static String sha256(StringBuilder text) {
        return Sha256.of(text.toString().getBytes(StandardCharsets.UTF_16LE));
    }

    private static void add(StringBuilder all, String part) {
        all.append(part.length()).append(':').append(part);
    }
}
