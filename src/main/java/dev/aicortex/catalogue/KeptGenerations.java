package dev.aicortex.catalogue;

import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/**
 * The generations that a volume keeps, and how people name them.
 *
 * @param numbers the oldest first
 * @param current the one that counts; empty when there is none
 */
public record KeptGenerations(Volume volume, List<String> numbers, String current) {
    public static KeptGenerations of(Volume volume) throws IOException {
        return new KeptGenerations(volume, volume.numbers(), volume.generation());
    }

    /** {@code 42} and {@code 00000042} are the same; empty for one that is not kept. */
    public Optional<String> named(String text) {
        String number =
                text.matches("\\d{1,8}")
                        ? String.format(Locale.ROOT, "%08d", Integer.parseInt(text))
                        : text;
        return numbers.contains(number) ? Optional.of(number) : Optional.empty();
    }

    /** The one before the current; empty where none is kept. */
    public Optional<String> beforeCurrent() {
        int index = numbers.indexOf(current);
        return index > 0 ? Optional.of(numbers.get(index - 1)) : Optional.empty();
    }

    /** What is said of one that is not kept. */
    public String unknown(String text) {
        return "there is no generation '%s' in %s; it keeps %s"
                .formatted(
                        text,
                        volume.dir(),
                        numbers.isEmpty() ? "none" : String.join(", ", numbers));
    }

    /**
     * A generation that was made the current one.
     *
     * @param before the current one until then; the same where nothing changed
     * @param byHand whether files that people put beside the generations count over it
     */
    public record Restored(String generation, String before, boolean byHand) {
        public boolean changed() {
            return !generation.equals(before);
        }
    }

    /**
     * Makes one of them the current one; the others stay.
     *
     * @param which names it, or throws; asked once more under the lease, since another process may
     *     have changed the volume until then
     */
    public static Restored restore(Volume volume, Function<KeptGenerations, String> which)
            throws IOException, Lease.HeldException {
        String _ = which.apply(of(volume)); // first: a lease makes an absent folder
        try (Lease _ = Lease.take(volume, Lease.newHolder(), Clock.systemUTC())) {
            KeptGenerations kept = of(volume);
            Restored restored =
                    new Restored(
                            which.apply(kept), kept.current, !volume.read().placed().isEmpty());
            if (restored.changed()) {
                new Generations(volume, new Disk()).rollback(restored.generation);
            }
            return restored;
        }
    }
}
