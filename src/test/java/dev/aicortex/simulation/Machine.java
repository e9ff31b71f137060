package dev.aicortex.simulation;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One Ollama server as it was measured: places that run at once and a queue before them, models
 * that are loaded and pushed out, and for each place of a model the last prompt. Written apart from
 * the mirror, whose rules it checks.
 */
final class Machine {
    private final Hardware hardware;
    private final Events events;
    private final Deque<Work> queue = new ArrayDeque<>();
    private final Map<String, List<Place>> loaded = new LinkedHashMap<>(8, 0.75f, true);
    private int running;
    private int loads;
    private int answered;

    /** A place of a loaded model with what its cache holds. */
    private static final class Place {
        private List<Long> cache = List.of();
        private int evaluated;
        private double used;
        private boolean busy;

        /** Blocks of this prompt that need not be evaluated: what is still being is of no use. */
        private int common(List<Long> prompt) {
            return Math.min(evaluated, Machine.common(cache, prompt));
        }
    }

    /**
     * A request.
     *
     * @param bytes of each block of the prompt
     * @param answer the block that the answer adds to the cache
     */
    record Work(
            String model,
            List<Long> prompt,
            List<Integer> bytes,
            long answer,
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
        Place place = place(work);
        int cached = cached(work, place);
        double prefill = hardware.prefillMillis(bytes(work, cached, work.prompt().size()));
        List<Long> kept = new ArrayList<>(work.prompt());
        kept.add(work.answer());
        place.cache = kept;
        place.evaluated = cached;
        place.busy = true;
        place.used = events.now();
        events.after(
                load + prefill,
                () -> {
                    place.evaluated = kept.size();
                    work.observer().firstToken();
                });
        double decode = work.decodeMillis() * hardware.slowness();
        events.after(
                load + prefill + decode,
                () -> {
                    place.busy = false;
                    running--;
                    answered++;
                    work.observer().ended(nanos(load), nanos(prefill), nanos(decode));
                    if (!queue.isEmpty()) {
                        run(queue.remove());
                    }
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
        List<Place> places = new ArrayList<>();
        for (int i = 0; i < hardware.parallel(); i++) {
            places.add(new Place());
        }
        loaded.put(model, places);
        return hardware.loadMillis();
    }

    private Place place(Work work) {
        List<Place> free = loaded.get(work.model()).stream().filter(place -> !place.busy).toList();
        if (hardware.multiuser()) {
            return free.stream()
                    .filter(place -> !place.cache.isEmpty())
                    .filter(place -> common(place.cache, work.prompt()) == place.cache.size())
                    .findFirst()
                    .orElseGet(() -> oldest(free));
        }
        Place best = free.getFirst();
        for (Place place : free) {
            if (place.common(work.prompt()) > best.common(work.prompt())) {
                best = place;
            }
        }
        return best;
    }

    private static Place oldest(List<Place> free) {
        Place oldest = free.getFirst();
        for (Place place : free) {
            oldest = place.used < oldest.used ? place : oldest;
        }
        return oldest;
    }

    private int cached(Work work, Place place) {
        return hardware.multiuser()
                ? loaded.get(work.model()).stream()
                        .mapToInt(other -> other.common(work.prompt()))
                        .max()
                        .orElse(0)
                : place.common(work.prompt());
    }

    /** What an oracle knows: the bytes of this prompt that would not have to be evaluated now. */
    long cachedBytes(Work work) {
        List<Place> places = loaded.get(work.model());
        if (places == null) {
            return 0;
        }
        boolean anyFree = places.stream().anyMatch(place -> !place.busy);
        int common =
                places.stream()
                        .filter(place -> hardware.multiuser() || !anyFree || !place.busy)
                        .mapToInt(place -> place.common(work.prompt()))
                        .max()
                        .orElse(0);
        return bytes(work, 0, common);
    }

    private static int bytes(Work work, int from, int to) {
        int bytes = 0;
        for (int i = from; i < to; i++) {
            bytes += work.bytes().get(i);
        }
        return bytes;
    }

    private static int common(List<Long> one, List<Long> other) {
        int most = Math.min(one.size(), other.size());
        int same = 0;
        while (same < most && one.get(same).equals(other.get(same))) {
            same++;
        }
        return same;
    }
}
