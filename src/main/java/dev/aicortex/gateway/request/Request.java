package dev.aicortex.gateway.request;

import dev.aicortex.dialect.Endpoint;
import dev.aicortex.model.ModelName;
import dev.aicortex.model.Priority;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * All that is known of a request once its head and body are read.
 *
 * @param parsed what its body says
 * @param head what its headers say
 * @param key whose it is, among those that take turns: the name of a key, or an address
 * @param user who of those that share it; 0 where nobody says so
 * @param session the same for requests that belong together; 0 where nothing says so
 * @param deadline until an answer begins; empty where the client does not say
 * @param resume whether another server is to go on with a stream that breaks off
 * @param progress whether the client wants to be told what it waits for
 */
public record Request(
        Endpoint endpoint,
        ParsedBody parsed,
        RequestHead head,
        Priority priority,
        String key,
        long user,
        long session,
        Optional<Duration> deadline,
        boolean resume,
        boolean progress) {
    private static final int LONGEST_USER = 128;

    /** The end user in words, as the client says it; empty where it does not. */
    public String endUser() {
        String ofHead = head.user();
        String said = ofHead != null ? ofHead : parsed.hints().user();
        return said == null || said.length() <= LONGEST_USER
                ? Objects.requireNonNullElse(said, "")
                : said.substring(0, LONGEST_USER);
    }

    /** The model as the client spelt it. */
    public String spelling() {
        return parsed.spelling();
    }

    public ModelName model() {
        return parsed.model();
    }

    /** Whether the client wants a stream. */
    public boolean stream() {
        return parsed.stream();
    }

    public RequestMarks marks() {
        return parsed.marks();
    }

    public RequestBody body() {
        return parsed.body();
    }

    /** Whether it waits behind others though its client has not asked for that. */
    public boolean putBack() {
        String asked = head.said(Requests.PRIORITY);
        return asked == null
                ? priority == Priority.BATCH
                : !priority.word().equalsIgnoreCase(asked.strip());
    }

    /** Whether all that is wanted is that the model leaves the memory. */
    public boolean unloads() {
        return marks().unload();
    }
}
