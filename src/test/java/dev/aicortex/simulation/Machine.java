package dev.aicortex.simulation;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One Ollama server as it was measured: places that run at once and a queue before them, models
 * that are loaded and pushed out, and what each keeps of its prompts.
 */
final class Machine {
    private final Hardware hardware;
    private final Events events;
    private final Deque<Work> queue = new ArrayDeque<>();
    private final Map<String, Caches> loaded = new LinkedHashMap<>(8, 0.75f, true);
    private int running;
    private double evaluatedAt; // one prompt after the other
    private int loads;
    private int answered;
    private long evaluated;

    /**
     * A request.
     *
     * @param answer the block that the answer adds to what is kept
     * @param answerBytes of it
     */
    record Work(
            String model,
            Content prompt,
            long answer,
            int answerBytes,
            double decodeMillis,
            Observer observer) {}

    /** Who is told of a request's life; nanoseconds. */
    interface Observer {
        void firstToken();

        void ended(long load, long prompt, long eval);
    }

    Machine(Hardware hardware, Events events) {
        this.hardware = hardware;
        this.events = events;
    }

    int loads() {
        return loads;
    }

    int answered() {
        return answered;
    }

    /** Bytes of prompts that no cache had. */
    long evaluated() {
        return evaluated;
    }

    List<String> resident() {
        return List.copyOf(loaded.keySet());
    }

    void take(Work work) {
        if (running < hardware.parallel()) {
            run(work);
        } else {
            queue.add(work);
        }
    }

    private void run(Work work) {
        running++;
        double load = loaded.containsKey(work.model()) ? 0 : load(work.model());
        Caches.Seat seat = loaded.get(work.model()).begin(work.prompt());
        int rest = work.prompt().size() - seat.reused();
        evaluated += rest;
        double begins = Math.max(events.now() + load, evaluatedAt);
        evaluatedAt = begins + hardware.prefillMillis(rest);
        double prefill = evaluatedAt - events.now() - load;
        events.after(load + prefill, work.observer()::firstToken);
        double decode = work.decodeMillis() * hardware.slowness();
        events.after(
                load + prefill + decode,
                () -> {
                    Content kept = work.prompt().and(work.answer(), work.answerBytes());
                    Caches.end(seat, kept, events.now());
                    running--;
                    answered++;
                    if (!queue.isEmpty()) { // before anything new is sent
                        run(queue.remove());
                    }
                    work.observer().ended(nanos(load), nanos(prefill), nanos(decode));
                });
    }

    private static long nanos(double millis) {
        return (long) (millis * 1e6);
    }

    private double load(String model) {
        loads++;
        while (loaded.size() >= hardware.models()) {
            loaded.remove(loaded.keySet().iterator().next());
        }
        loaded.put(model, Caches.of(hardware));
        return hardware.loadMillis();
    }

    /** What an oracle knows: the bytes of this prompt that would not have to be evaluated now. */
    long cachedBytes(Work work) {
        Caches caches = loaded.get(work.model());
        return caches == null ? 0 : caches.reused(work.prompt());
    }
}
