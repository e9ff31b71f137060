package dev.aicortex.fleet.observed;

import dev.aicortex.fleet.PromptBlocks;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.function.UnaryOperator;

/**
 * What a server has in the prompt caches of one model, as far as our own requests tell: a server
 * keeps the last prompt of each place in which requests run, and tells nobody. Follows the rules by
 * which Ollama picks a place. Reading it waits for nobody.
 */
public final class CacheMirror {
    private static final int NO_PLACE = -1;

    /** No server runs more at once. */
    private static final int MOST_PLACES = 64;

    private static final Place[] NOTHING = {};

    private final boolean leastRecentlyUsed;
    private final Pause pause;
    private final Deque<Seat> waiting = new ArrayDeque<>();
    private volatile Place[] places = NOTHING;

    /** A request's place; changed by the mirror alone. */
    public static final class Seat {
        private final PromptBlocks prompt;
        private int place = NO_PLACE;

        private Seat(PromptBlocks prompt) {
            this.prompt = prompt;
        }
    }

    /**
     * @param ready how many blocks of the prompt are evaluated
     * @param began when its last request began, in milliseconds
     * @param ended when that ended
     */
    private record Place(PromptBlocks prompt, int ready, long began, long ended, boolean busy) {
        int common(PromptBlocks other) {
            return Math.min(ready, prompt.common(other));
        }

        /** How many bytes here another prompt does not begin with. */
        long others(PromptBlocks other) {
            if (prompt.single()) {
                return 0;
            }
            return prompt.size() == 0
                    ? other.bytes() // somebody's, though we do not know whose
                    : prompt.bytes() - prompt.bytes(prompt.common(other));
        }

        /** How many would be pushed out: prompts grow, so as many as the other one has at least. */
        long lost(PromptBlocks other) {
            long others = others(other);
            return others == 0 ? 0 : Math.max(others, other.bytes());
        }

        boolean continuedBy(PromptBlocks other) {
            return prompt.size() > 0 && others(other) == 0;
        }

        Place free(long nowMillis) {
            return new Place(prompt, ready, began, nowMillis, false);
        }

        Place evaluated() {
            return new Place(prompt, prompt.size(), began, ended, busy);
        }

        Place forgotten() {
            return busy ? this : new Place(PromptBlocks.NONE, 0, began, ended, false);
        }
    }

    /** How long users think between two turns of a conversation with a model, on any server. */
    public static final class Pause {
        private static final double FIRST = 10_000;
        private static final double SHORTEST = 500;

        /** Of the newest pause in their mean. */
        private static final double WEIGHT = 0.02;

        /** Of the mean pause: after that a conversation goes on with a chance of 1/e. */
        private static final double LONG = 1.5;

        private volatile double mean = FIRST;

        synchronized void learn(long millis) {
            mean = mean + WEIGHT * (Math.max(SHORTEST, (double) millis) - mean);
        }

        /** The chance that a conversation goes on which has not for so long. */
        double chance(long millis) {
            double pauses = (double) millis / (LONG * mean);
            return Math.exp(-pauses * pauses);
        }
    }

    /**
     * @param leastRecentlyUsed whether the server shares its cache between users, as with {@code
     *     OLLAMA_MULTIUSER_CACHE=1}
     */
    public CacheMirror(boolean leastRecentlyUsed, Pause pause) {
        this.pause = pause;
        this.leastRecentlyUsed = leastRecentlyUsed;
    }

    /** How many bytes of a prompt the server would not have to evaluate now. */
    public long cachedBytes(PromptBlocks prompt) {
        int all = 0;
        int free = 0;
        boolean anyFree = false;
        for (Place place : places) {
            int common = place.common(prompt);
            all = Math.max(all, common);
            free = place.busy ? free : Math.max(free, common);
            anyFree |= !place.busy;
        }
        return prompt.bytes(leastRecentlyUsed || !anyFree ? all : free);
    }

    /**
     * A request takes the place that the server will give it, or waits for one.
     *
     * @param parallel how many places there are
     */
    public synchronized Seat take(PromptBlocks prompt, int parallel, long nowMillis) {
        Seat seat = new Seat(prompt);
        if (prompt.size() > 0 && !sit(seat, parallel, nowMillis)) {
            waiting.add(seat);
        }
        return seat;
    }

    private boolean sit(Seat seat, int parallel, long nowMillis) {
        int place = next(places, seat.prompt, parallel);
        if (place == NO_PLACE) {
            return false;
        }
        if (place < places.length && places[place].continuedBy(seat.prompt)) {
            pause.learn(nowMillis - places[place].ended);
        }
        put(place, new Place(seat.prompt, ready(place, seat.prompt), nowMillis, nowMillis, true));
        seat.place = place;
        return true;
    }

    /** What of a prompt has been evaluated when it gets a place: nobody can use more of it yet. */
    private int ready(int at, PromptBlocks prompt) {
        int ready = 0;
        for (int i = 0; i < places.length; i++) {
            boolean counts = leastRecentlyUsed || i == at;
            ready = counts ? Math.max(ready, places[i].common(prompt)) : ready;
        }
        return ready;
    }

    /** It answers: its prompt is evaluated, and it has a place, even if we saw none free. */
    public synchronized void answers(Seat seat, int parallel, long nowMillis) {
        if (waiting.remove(seat)) {
            sit(seat, parallel, nowMillis);
        }
        change(seat, Place::evaluated);
    }

    /** The request has ended; what it brought stays in the cache. The next one takes its place. */
    public synchronized void leave(Seat seat, int parallel, long nowMillis) {
        waiting.remove(seat);
        change(seat, place -> place.free(nowMillis));
        seat.place = NO_PLACE;
        Seat next = waiting.peek();
        if (next != null && sit(next, parallel, nowMillis)) {
            waiting.remove();
        }
    }

    /** Its place may have been cleared in the meantime. */
    private void change(Seat seat, UnaryOperator<Place> change) {
        if (seat.place >= 0 && seat.place < places.length) {
            put(seat.place, change.apply(places[seat.place]));
        }
    }

    /**
     * How many bytes of other prompts this one would push out, that somebody may still need: of
     * what has long not been used less than of what has just been.
     */
    public double pushedOut(PromptBlocks prompt, int parallel, long nowMillis) {
        Place[] now = places;
        int at = next(now, prompt, parallel);
        if (at == NO_PLACE) {
            return leastOf(now, prompt);
        }
        if (at >= now.length) {
            return 0;
        }
        long lost = now[at].lost(prompt);
        return lost == 0 ? 0 : lost * pause.chance(nowMillis - now[at].ended);
    }

    /** All are at work: some one of them will have to go. */
    private static long leastOf(Place[] places, PromptBlocks prompt) {
        long least = Long.MAX_VALUE;
        for (Place place : places) {
            least = Math.min(least, place.lost(prompt));
        }
        return least;
    }

    private int next(Place[] now, PromptBlocks prompt, int parallel) {
        return leastRecentlyUsed ? oldest(now, prompt, parallel) : longest(now, prompt, parallel);
    }

    /** The free place with the longest common beginning, else the first free one. */
    private static int longest(Place[] places, PromptBlocks prompt, int parallel) {
        int best = NO_PLACE;
        int most = -1;
        for (int i = 0; i < places.length; i++) {
            int common = places[i].busy ? -1 : places[i].common(prompt);
            if (common > most) {
                best = i;
                most = common;
            }
        }
        return best != NO_PLACE ? best : unused(places, parallel);
    }

    /** The free place that this prompt continues, else the one that is longest unused. */
    private static int oldest(Place[] places, PromptBlocks prompt, int parallel) {
        for (int i = 0; i < places.length; i++) {
            PromptBlocks kept = places[i].prompt();
            if (!places[i].busy() && kept.size() > 0 && kept.common(prompt) == kept.size()) {
                return i;
            }
        }
        int unused = unused(places, parallel);
        return unused != NO_PLACE ? unused : longestUnused(places);
    }

    private static int longestUnused(Place[] places) {
        int oldest = NO_PLACE;
        for (int i = 0; i < places.length; i++) {
            boolean older = oldest == NO_PLACE || places[i].began() < places[oldest].began();
            oldest = !places[i].busy() && older ? i : oldest;
        }
        return oldest;
    }

    /** One that no request has had yet. */
    private static int unused(Place[] places, int parallel) {
        return places.length < Math.min(parallel, MOST_PLACES) ? places.length : NO_PLACE;
    }

    private void put(int at, Place place) {
        Place[] next = Arrays.copyOf(places, Math.max(places.length, at + 1));
        next[at] = place;
        places = next;
    }

    /** The server turned out to have nothing but what it works on now. */
    public synchronized void forgetTheRest() {
        places = Arrays.stream(places).map(Place::forgotten).toArray(Place[]::new);
    }

    /** The model has left the memory, and its caches with it. */
    public synchronized void clear() {
        places = NOTHING;
    }
}
