package dev.aicortex.catalogue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Catalogues that can be told apart, made by number. */
final class Editions {
    private static final List<String> NAMES = List.of("llama", "mistral", "qwen");

    /** The family that a person places there. */
    static final String MINE = "mine";

    private Editions() {}

    /** Two or three families, every model of which names the edition. */
    static List<Family> edition(int number) {
        List<Family> families = new ArrayList<>();
        for (int i = 0; i < NAMES.size(); i++) {
            if (i != number % (NAMES.size() + 1)) {
                families.add(family(NAMES.get(i), "edition " + number));
            }
        }
        return List.copyOf(families);
    }

    /** The same as a refresh makes it from what was there: what a person placed there stays. */
    static List<Family> over(List<Family> old, int number) {
        return Stream.concat(
                        edition(number).stream(),
                        old.stream().filter(family -> family.name().equals(MINE)))
                .sorted()
                .toList();
    }

    /** A family of one model. */
    static Family family(String name, String description) {
        ModelServer server = ModelServer.unknown("http://gpu-a:11434");
        Model model =
                new Model(
                        name + ":7b",
                        name,
                        Facts.NONE,
                        description,
                        List.of("chat"),
                        List.of(server),
                        Map.of());
        return new Family(name, List.of(model), Map.of());
    }
}
