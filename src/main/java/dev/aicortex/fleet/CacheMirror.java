package dev.aicortex.fleet;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/**
 * What a server has in the prompt caches of one model, as far as our own requests tell: a server
 * keeps the last prompt of each place in which requests run, and tells nobody. Follows the rules by
 * which Ollama picks a place. Reading it waits for nobody.
 */
final class CacheMirror {
    private static final int NO_PLACE = -1;

    /** No server runs more at once. */
    private static final int MOST_PLACES = 64;

    private static final Place[] NOTHING = {};

    private final boolean leastRecentlyUsed;
    private final Pause pause;
    private final Deque<Seat> waiting = new ArrayDeque<>();
    private volatile Place[] places = NOTHING;

    /** A request's place; changed by the mirror alone. */
    static final class Seat {
        private final PromptBlocks prompt;
        private int place = NO_PLACE;

        private Seat(PromptBlocks prompt) {
            this.prompt = prompt;
        }
    }

    /**
     * @param used when its last request began or ended, in milliseconds
     */
    record Place(PromptBlocks prompt, long used, boolean busy) {}

    /**
     * @param leastRecentlyUsed whether the server shares its cache between users, as with {@code
     *     OLLAMA_MULTIUSER_CACHE=1}
     * @param pause between the turns of conversations with this model
     */
    CacheMirror(boolean leastRecentlyUsed, Pause pause) {
        this.pause = pause;
        this.leastRecentlyUsed = leastRecentlyUsed;
    }

    /** How many bytes of a prompt the server would not have to evaluate now. */
    long cachedBytes(PromptBlocks prompt) {
        Place[] now = places;
        int all = 0;
        int free = 0;
        for (Place place : now) {
            int common = place.prompt().common(prompt);
            all = Math.max(all, common);
            free = place.busy() ? free : Math.max(free, common);
        }
        return prompt.bytes(leastRecentlyUsed || !anyFree(now) ? all : free);
    }

    private static boolean anyFree(Place[] places) {
        for (Place place : places) {
            if (!place.busy()) {
                return true;
            }
        }
        return false;
    }

    /**
     * A request takes the place that the server will give it, or waits for one.
     *
     * @param parallel how many places there are
     */
    synchronized Seat take(PromptBlocks prompt, int parallel, long nowMillis) {
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
        watchPause(place, seat.prompt, nowMillis);
        put(place, new Place(seat.prompt, nowMillis, true));
        seat.place = place;
        return true;
    }

    /** It answers, so that it has a place, though we may have seen none that was free. */
    synchronized void answers(Seat seat, int parallel, long nowMillis) {
        if (waiting.remove(seat)) {
            sit(seat, parallel, nowMillis);
        }
    }

    /** The request has ended; what it brought stays in the cache. The next one takes its place. */
    synchronized void leave(Seat seat, int parallel, long nowMillis) {
        waiting.remove(seat);
        if (seat.place >= 0 && seat.place < places.length) {
            put(seat.place, new Place(places[seat.place].prompt(), nowMillis, false));
        }
        seat.place = NO_PLACE;
        Seat next = waiting.peek();
        if (next != null && sit(next, parallel, nowMillis)) {
            waiting.remove();
        }
    }

    /** A prompt that goes on where the place's ended shows how long its user thought. */
    private void watchPause(int at, PromptBlocks prompt, long nowMillis) {
        if (at < places.length
                && places[at].prompt().size() > 0
                && others(places[at], prompt) == 0) {
            pause.learn(nowMillis - places[at].used());
        }
    }

    /**
     * How many bytes of other prompts this one would push out, that somebody may still need: of
     * what has long not been used less than of what has just been.
     */
    double pushedOut(PromptBlocks prompt, int parallel, long nowMillis) {
        Place[] now = places;
        int at = next(now, prompt, parallel);
        if (at == NO_PLACE) {
            return leastOf(now, prompt);
        }
        if (at >= now.length) {
            return 0;
        }
        return others(now[at], prompt) == 0
                ? 0
                : prompt.bytes() * pause.chance(nowMillis - now[at].used());
    }

    /** All are at work: some one of them will have to go. */
    private static long leastOf(Place[] places, PromptBlocks prompt) {
        long least = Long.MAX_VALUE;
        for (Place place : places) {
            least = Math.min(least, others(place, prompt) == 0 ? 0 : prompt.bytes());
        }
        return places.length == 0 ? 0 : least;
    }

    private static long others(Place place, PromptBlocks prompt) {
        PromptBlocks kept = place.prompt();
        return kept.size() == 0
                ? prompt.bytes() // somebody's, though we do not know whose
                : kept.bytes() - kept.bytes(kept.common(prompt));
    }

    private int next(Place[] now, PromptBlocks prompt, int parallel) {
        return leastRecentlyUsed ? oldest(now, prompt, parallel) : longest(now, prompt, parallel);
    }

    /** The free place with the longest common beginning, else the first free one. */
    private static int longest(Place[] places, PromptBlocks prompt, int parallel) {
        int best = NO_PLACE;
        int most = 0;
        for (int i = 0; i < places.length; i++) {
            if (!places[i].busy()) {
                int common = places[i].prompt().common(prompt);
                if (best == NO_PLACE || common > most) {
                    best = i;
                    most = common;
                }
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
            boolean older = oldest == NO_PLACE || places[i].used() < places[oldest].used();
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
    synchronized void forgetTheRest() {
        Place[] next = places.clone();
        for (int i = 0; i < next.length; i++) {
            if (!next[i].busy()) {
                next[i] = new Place(PromptBlocks.NONE, next[i].used(), false);
            }
        }
        places = next;
    }

    /** The model has left the memory, and its caches with it. */
    synchronized void clear() {
        places = NOTHING;
    }
}
