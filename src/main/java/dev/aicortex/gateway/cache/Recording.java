package dev.aicortex.gateway.cache;

import dev.aicortex.gateway.request.BodyBudget;
import dev.aicortex.prompt.Truncation;
import dev.aicortex.relay.AnswerPump;
import dev.aicortex.relay.Ending;
import dev.aicortex.relay.Outgoing;
import dev.aicortex.relay.Sink;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Passes a server's answer on to its client and remembers it, unless it is too long. What is of no
 * use to another client is told as soon as that is known.
 */
public final class Recording implements Sink {
    private final Sink client;
    private final Outgoing answer;
    private final long most;
    private final BodyBudget budget;
    private final Listener listener;
    private String contentType = "";
    private @Nullable Buffer bytes = Buffer.buffer();

    /** Is told what became of it. */
    public interface Listener {
        /** The answer is whole. */
        void whole(Kept kept);

        /** It is too long, or none that can be kept. */
        void useless();

        /** Its client takes it more slowly than it comes; told each time that is seen. */
        default void slow() {}
    }

    /**
     * @param most bytes that are remembered
     * @param budget for those of all recordings together
     */
    public Recording(
            Sink client, Outgoing answer, long most, BodyBudget budget, Listener listener) {
        this.client = client;
        this.answer = answer;
        this.most = most;
        this.budget = budget;
        this.listener = listener;
    }

    @Override
    public boolean takes(boolean stream) {
        return client.takes(stream);
    }

    @Override
    public boolean eager() {
        return client.eager();
    }

    @Override
    public @Nullable String objection() {
        return client.objection();
    }

    @Override
    public void begin(AnswerPump pump, HttpClientResponse head) {
        contentType = Objects.requireNonNullElse(head.getHeader(HttpHeaders.CONTENT_TYPE), "");
        boolean plain = !head.headers().contains(HttpHeaders.CONTENT_ENCODING);
        boolean cut = Kept.isStream(contentType) && cut(); // a document tells at its end
        if (head.statusCode() != Kept.STATUS || !plain || cut) {
            drop();
        }
        client.begin(pump, head);
    }

    @Override
    public void write(Buffer part) {
        add(part);
        client.write(part);
    }

    private void add(Buffer part) {
        if (bytes == null) {
            return;
        }
        if (bytes.length() + (long) part.length() > most || !budget.take(part.length())) {
            drop();
        } else {
            bytes.appendBuffer(part);
        }
    }

    private void drop() {
        if (bytes != null) {
            forget();
            listener.useless();
        }
    }

    /** Lets go of what it remembers; has to be called at the end. */
    public void forget() {
        if (bytes != null) {
            budget.release(bytes.length());
            bytes = null;
        }
    }

    @Override
    public boolean full() {
        boolean full = client.full();
        if (full) {
            listener.slow();
        }
        return full;
    }

    @Override
    public void whenDrained(Runnable next) {
        client.whenDrained(next);
    }

    @Override
    public Future<Void> end(Buffer last) {
        add(last);
        if (cut()) {
            drop();
        }
        if (bytes != null) {
            listener.whole(new Kept(contentType, notices(), bytes.copy()));
        }
        return client.end(last);
    }

    /** An answer to a part of the prompt: another server may read more of it. */
    private boolean cut() {
        return answer.notices().contains(Truncation.NOTICE);
    }

    private Map<String, String> notices() {
        Map<String, String> notices = new HashMap<>();
        answer.notices()
                .forEach(each -> {
                    if (each.getKey().startsWith("X-Cortex-")) {
                        notices.put(each.getKey(), each.getValue());
                    }
                });
        return Map.copyOf(notices);
    }

    @Override
    public Future<Void> breakOff(Ending how, String reason) {
        return client.breakOff(how, reason);
    }
}
