package dev.aicortex.simulator;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** What was received and how it ended; written by the event loop, read by any thread. */
final class Journal {
    private static final int KEPT = 1_000;

    private final Deque<Entry> entries = new ArrayDeque<>();
    private final AtomicLong received = new AtomicLong();
    private final AtomicLong inferences = new AtomicLong();
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicLong completed = new AtomicLong();
    private final AtomicLong cancelled = new AtomicLong();

    Entry arrived(HttpServerRequest request, Buffer body) {
        Entry entry = new Entry(request, body);
        received.incrementAndGet();
        synchronized (entries) {
            entries.addLast(entry);
            if (entries.size() > KEPT) {
                entries.removeFirst();
            }
        }
        return entry;
    }

    void inferring() {
        inferences.incrementAndGet();
        inFlight.incrementAndGet();
    }

    void inferred(End end, boolean success) {
        inFlight.decrementAndGet();
        if (end == End.CLIENT_LEFT) {
            cancelled.incrementAndGet();
        } else if (end == End.ANSWERED && success) {
            completed.incrementAndGet();
        }
    }

    List<ReceivedRequest> received() {
        synchronized (entries) {
            return entries.stream().map(Entry::received).toList();
        }
    }

    Counters counters(int connections, long loads) {
        return new Counters(
                received.get(),
                inferences.get(),
                inFlight.get(),
                completed.get(),
                cancelled.get(),
                connections,
                loads);
    }
}
