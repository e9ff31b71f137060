package dev.aicortex.fleet.observed;

import dev.aicortex.fleet.PromptBlocks;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The prompts that a server has of one model, as far as our own requests tell: the last one of each
 * place in which requests run, and those that were saved to the host's memory. Immutable.
 *
 * @param saved what places held, the oldest first
 * @param room for all that is saved, in bytes of prompts
 * @param batch that is evaluated at once, in bytes of prompts
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody; a copy a look would cost too much
record Kept(Place[] places, List<Place> saved, long room, long batch) {
    static final int NONE = -1;

    /** No server runs more requests at once. */
    private static final int MOST_PLACES = 64;

    /** More conversations are seldom gone on with; each is looked at for each choice. */
    private static final int MOST_SAVED = 32;

    /**
     * @param ready how many blocks of the prompt are evaluated
     * @param began when its last request began, in milliseconds
     * @param ended when that ended
     */
    record Place(
            PromptBlocks prompt,
            Checkpoints checkpoints,
            int ready,
            long began,
            long ended,
            boolean busy) {
        static final Place UNUSED = new Place(PromptBlocks.NONE, Checkpoints.NONE, 0, 0, 0, false);

        int common(PromptBlocks other) {
            return Math.min(ready, prompt.common(other));
        }

        boolean empty() {
            return prompt.size() == 0;
        }

        Place free(long nowMillis) {
            return new Place(prompt, checkpoints, ready, began, nowMillis, false);
        }

        Place evaluated() {
            return new Place(prompt, checkpoints, prompt.size(), began, ended, busy);
        }

        Place forgotten() {
            return busy
                    ? this
                    : new Place(PromptBlocks.NONE, Checkpoints.NONE, 0, began, ended, false);
        }
    }

    static Kept nothing(long room, long batch) {
        return new Kept(new Place[0], List.of(), room, batch);
    }

    /** The number of a place that no request has had yet, or {@link #NONE}. */
    int unused(int parallel) {
        return places.length < Math.min(parallel, MOST_PLACES) ? places.length : NONE;
    }

    /** Whether a request has to wait for every place. */
    boolean full(int parallel) {
        if (unused(parallel) != NONE) {
            return false;
        }
        for (Place place : places) {
            if (!place.busy) {
                return false;
            }
        }
        return true;
    }

    /** Without idle places behind the last one that there is. */
    Kept within(int parallel) {
        int length = places.length;
        while (length > parallel && !places[length - 1].busy) {
            length--;
        }
        return length == places.length
                ? this
                : new Kept(Arrays.copyOf(places, length), saved, room, batch);
    }

    /** A place that may not have been used yet. */
    Place place(int number) {
        return number < places.length ? places[number] : Place.UNUSED;
    }

    Kept with(long newRoom, long newBatch) {
        return new Kept(places, saved, newRoom, newBatch);
    }

    Kept with(int at, Place place) {
        Place[] next = Arrays.copyOf(places, Math.max(places.length, at + 1));
        next[at] = place;
        return new Kept(next, saved, room, batch);
    }

    /** Without a saved prompt, which has moved into a place. */
    Kept without(int index) {
        List<Place> rest = new ArrayList<>(saved);
        rest.remove(index);
        return new Kept(places, rest, room, batch);
    }

    /** With the prompt of a place saved too, unless it is part of one; the oldest make room. */
    Kept saving(Place place) {
        PromptBlocks prompt = place.prompt;
        boolean whole = place.ready == prompt.size(); // not what was broken off
        if (place.empty() || !whole || saves(prompt)) {
            return this;
        }
        List<Place> next = new ArrayList<>(saved.size() + 1);
        long bytes = prompt.bytes();
        for (Place each : saved) {
            if (each.prompt.common(prompt) < each.prompt.size()) {
                next.add(each);
                bytes += each.prompt.bytes();
            }
        }
        next.add(place);
        while (next.size() > 1 && (bytes > room || next.size() > MOST_SAVED)) {
            bytes -= next.removeFirst().prompt.bytes();
        }
        return new Kept(places, next, room, batch);
    }

    long savedBytes() {
        long bytes = 0;
        for (Place each : saved) {
            bytes += each.prompt.bytes();
        }
        return bytes;
    }

    /** Whether all of a prompt is saved. */
    boolean saves(PromptBlocks prompt) {
        for (Place each : saved) {
            if (each.prompt.common(prompt) == prompt.size()) {
                return true;
            }
        }
        return false;
    }

    /** Nothing is left but what runs. */
    Kept forgotten() {
        Place[] left = Arrays.stream(places).map(Place::forgotten).toArray(Place[]::new);
        return new Kept(left, List.of(), room, batch);
    }
}
