package dev.aicortex.simulator.exchange;

import dev.aicortex.model.Sha256;
import dev.aicortex.simulator.ReceivedRequest;
import dev.aicortex.simulator.SimulatedServer.Counters;
import dev.aicortex.simulator.exchange.Exchange.End;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** What was received and how it ended; written by the event loop, read by any thread. */
public final class Journal {
    private static final int KEPT = 1_000;

    private final Deque<Entry> entries = new ArrayDeque<>();
    private final AtomicLong received = new AtomicLong();
    private final AtomicLong inferences = new AtomicLong();
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicLong completed = new AtomicLong();
    private final AtomicLong cancelled = new AtomicLong();

    /** Notes an exchange that begins, and how it ends. */
    public void follow(Exchange x) {
        Entry entry = new Entry(x.request(), x.body());
        received.incrementAndGet();
        synchronized (entries) {
            entries.addLast(entry);
            if (entries.size() > KEPT) {
                entries.removeFirst();
            }
        }
        if (x.route().inference()) {
            inferences.incrementAndGet();
            inFlight.incrementAndGet();
        }
        x.whenOver(end -> over(x, entry, end));
    }

    private void over(Exchange x, Entry entry, End end) {
        entry.cancelled = end == End.CLIENT_LEFT;
        if (!x.route().inference()) {
            return;
        }
        inFlight.decrementAndGet();
        if (end == End.CLIENT_LEFT) {
            cancelled.incrementAndGet();
        } else if (end == End.ANSWERED && x.request().response().getStatusCode() < 300) {
            completed.incrementAndGet();
        }
    }

    public List<ReceivedRequest> received() {
        synchronized (entries) {
            return entries.stream().map(Entry::received).toList();
        }
    }

    /** With what others have counted. */
    public Counters counters(int connections, long loads, long promptTokens, long evaluatedTokens) {
        return new Counters(
                received.get(),
                inferences.get(),
                inFlight.get(),
                completed.get(),
                cancelled.get(),
                connections,
                loads,
                promptTokens,
                evaluatedTokens);
    }

    /**
     * A request in the journal. What only a test asks for is worked out when it asks, so that the
     * benchmark does not pay for it.
     */
    private static final class Entry {
        private static final int LONGEST_KEPT = 1 << 20;

        private final String method;
        private final String uri;
        private final MultiMap headers;
        private final Buffer body;
        private final int length;
        private final @Nullable String digestOfDropped;
        private volatile boolean cancelled;

        Entry(HttpServerRequest request, Buffer body) {
            boolean kept = body.length() <= LONGEST_KEPT;
            this.method = request.method().name();
            this.uri = request.uri();
            this.headers = request.headers();
            this.body = kept ? body : Buffer.buffer();
            this.length = body.length();
            this.digestOfDropped = kept ? null : Sha256.of(body.getBytes());
        }

        ReceivedRequest received() {
            String digest = digestOfDropped == null ? Sha256.of(body.getBytes()) : digestOfDropped;
            return new ReceivedRequest(method, uri, names(), body, length, digest, cancelled);
        }

        private Map<String, String> names() {
            Map<String, String> names = new HashMap<>();
            headers.forEach((name, value) ->
                    names.merge(name.toLowerCase(Locale.ROOT), value, (a, b) -> a + ", " + b));
            return Map.copyOf(names);
        }
    }
}
