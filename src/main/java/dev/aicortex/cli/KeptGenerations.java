package dev.aicortex.cli;

import dev.aicortex.catalogue.Volume;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/**
 * The generations that a folder keeps, and how a command line names them.
 *
 * @param numbers the oldest first
 * @param current the one that counts
 */
record KeptGenerations(Volume volume, List<String> numbers, String current) {
    /** At least one. */
    static KeptGenerations of(Volume volume) throws IOException {
        List<String> numbers = volume.numbers();
        String current = volume.generation();
        if (numbers.isEmpty() || current.isEmpty()) {
            throw new CommandException(
                    "%s has no generation yet; 'aicortex refresh' writes the first"
                            .formatted(volume.dir()));
        }
        return new KeptGenerations(volume, numbers, current);
    }

    /** {@code 42} and {@code 00000042} are the same. */
    String named(String text) {
        String number =
                text.matches("\\d{1,8}")
                        ? String.format(Locale.ROOT, "%08d", Integer.parseInt(text))
                        : text;
        if (!numbers.contains(number)) {
            throw new CommandException(
                    "there is no generation '%s' in %s; it keeps %s"
                            .formatted(text, volume.dir(), String.join(", ", numbers)));
        }
        return number;
    }

    String beforeCurrent() {
        int index = numbers.indexOf(current);
        if (index <= 0) {
            throw new CommandException(
                    "%s keeps no generation before the current %s; it keeps %s"
                            .formatted(volume.dir(), current, String.join(", ", numbers)));
        }
        return numbers.get(index - 1);
    }
}
