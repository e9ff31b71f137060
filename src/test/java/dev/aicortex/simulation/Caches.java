package dev.aicortex.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The prompts that a loaded model keeps, by the rules that were measured of Ollama. Written apart
 * from the mirror, which it checks.
 */
abstract class Caches {
    final List<Place> places;

    /** Where one request runs at a time. */
    static final class Place {
        Content held = Content.NONE;
        boolean busy;
        double used = -1;
    }

    private Caches(int places) {
        this.places = Stream.generate(Place::new).limit(places).toList();
    }

    static Caches of(Hardware hardware) {
        return hardware.llamaServer()
                ? new LlamaServer(hardware.parallel(), hardware.savedBytes())
                : new OwnEngine(hardware.parallel());
    }

    /**
     * A request and the place that it gets.
     *
     * @param reused bytes that need not be evaluated
     */
    record Seat(Place place, int reused) {}

    /** There must be a free place. */
    abstract Seat begin(Content prompt);

    /** How many bytes a request would reuse that came now, if a place were free. */
    abstract int reused(Content prompt);

    static void end(Seat seat, Content with, double now) {
        seat.place.held = with;
        seat.place.busy = false;
        seat.place.used = now;
    }

    List<Place> free() {
        List<Place> free = places.stream().filter(place -> !place.busy).toList();
        return free.isEmpty() ? places : free;
    }

    /** Before 0.30: the free place with the most in common, else the first free one. */
    private static final class OwnEngine extends Caches {
        OwnEngine(int places) {
            super(places);
        }

        @Override
        Seat begin(Content prompt) {
            Place place = place(prompt);
            Seat seat = new Seat(place, place.held.common(prompt));
            place.held = prompt;
            place.busy = true;
            return seat;
        }

        private Place place(Content prompt) {
            Place best = free().getFirst();
            for (Place place : free()) {
                if (place.held.common(prompt) > best.held.common(prompt)) {
                    best = place;
                }
            }
            return best;
        }

        @Override
        int reused(Content prompt) {
            return place(prompt).held.common(prompt);
        }
    }

    /** Since 0.30. */
    private static final class LlamaServer extends Caches {
        private final List<Content> saved = new ArrayList<>();
        private final long room;

        LlamaServer(int places, long room) {
            super(places);
            this.room = room;
        }

        @Override
        Seat begin(Content prompt) {
            Place place = place(prompt);
            boolean overwrites = overwrites(place, prompt);
            Content back = overwrites ? Content.NONE : back(place, prompt);
            int reused = Math.max(place.held.common(prompt), back.common(prompt));
            saved.remove(back);
            for (Place each : places) {
                if (each == place ? !overwrites : places.size() > 1 && !each.busy) {
                    save(each.held);
                }
            }
            place.held = prompt;
            place.busy = true;
            return new Seat(place, reused);
        }

        @Override
        int reused(Content prompt) {
            Place place = place(prompt);
            int here = place.held.common(prompt);
            return overwrites(place, prompt)
                    ? here
                    : Math.max(here, back(place, prompt).common(prompt));
        }

        private Place place(Content prompt) {
            Place best = null;
            int most = prompt.size() / 10;
            for (Place place : free()) {
                if (place.held.common(prompt) > most) {
                    best = place;
                    most = place.held.common(prompt);
                }
            }
            if (best != null) {
                return best;
            }
            Place oldest = free().getFirst();
            for (Place place : free()) {
                oldest = place.used < oldest.used ? place : oldest;
            }
            return oldest;
        }

        private static boolean overwrites(Place place, Content prompt) {
            int common = place.held.common(prompt);
            return common * 10 > prompt.size() && common * 2 >= place.held.size();
        }

        private Content back(Place place, Content prompt) {
            Content best = place.held;
            for (Content each : saved) {
                int common = each.common(prompt);
                boolean more = common > best.common(prompt);
                boolean largerShare =
                        best.empty()
                                || (long) common * best.size()
                                        > (long) best.common(prompt) * each.size();
                best = more && largerShare && common * 4 >= each.size() ? each : best;
            }
            return best == place.held ? Content.NONE : best;
        }

        private void save(Content content) {
            if (content.empty()
                    || saved.stream().anyMatch(each -> each.common(content) == content.size())) {
                return;
            }
            saved.removeIf(each -> each.common(content) == each.size());
            saved.add(content);
            while (saved.size() > 1 && saved.stream().mapToLong(Content::size).sum() > room) {
                saved.removeFirst();
            }
        }
    }
}
