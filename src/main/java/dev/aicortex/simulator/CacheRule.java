package dev.aicortex.simulator;

import java.util.List;

/**
 * In which place of the prompt cache a request runs, and whose prompt it begins with. As measured
 * on Ollama 0.20.
 */
public enum CacheRule {
    /** The free place whose prompt has most in common with the new one; the first of equals. */
    LONGEST_PREFIX {
        @Override
        Choice choose(List<Place> places) {
            int best = longest(places, true);
            return new Choice(best, places.get(best).common());
        }
    },

    /**
     * As with {@code OLLAMA_MULTIUSER_CACHE=1}: the place whose whole prompt the new one goes on
     * from, else the free one whose last request began longest ago; it takes over what any other
     * place has in common.
     */
    MULTIUSER {
        @Override
        Choice choose(List<Place> places) {
            int longest = longest(places, false);
            Place best = places.get(longest);
            boolean goesOn = !best.busy() && best.common() == best.length();
            return new Choice(goesOn ? longest : oldest(places), best.common());
        }
    };

    /**
     * A place as one request sees it.
     *
     * @param length of what it holds
     * @param common how much of that the request begins with
     * @param began when its last request did, on any clock
     */
    record Place(int length, int common, long began, boolean busy) {}

    /**
     * @param place its number
     * @param cached how much of the request's prompt need not be evaluated there
     */
    record Choice(int place, int cached) {}

    /**
     * Pure.
     *
     * @param places at least one of them free
     */
    abstract Choice choose(List<Place> places);

    private static int longest(List<Place> places, boolean onlyFree) {
        int best = -1;
        for (int i = 0; i < places.size(); i++) {
            boolean eligible = !onlyFree || !places.get(i).busy();
            if (eligible && (best < 0 || places.get(i).common() > places.get(best).common())) {
                best = i;
            }
        }
        return best;
    }

    private static int oldest(List<Place> places) {
        int oldest = -1;
        for (int i = 0; i < places.size(); i++) {
            boolean free = !places.get(i).busy();
            if (free && (oldest < 0 || places.get(i).began() < places.get(oldest).began())) {
                oldest = i;
            }
        }
        return oldest;
    }
}
