package dev.aicortex.catalogue;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Which models are wanted; an empty part asks for nothing.
 *
 * @param family the family's name
 * @param tag one of the model's tags
 * @param text found in the name, the family, the description or a tag; all of its words have to be
 * @param capability one of the model's capabilities
 */
public record ModelQuery(String family, String tag, String text, String capability) {
    /** Every model. */
    public static final ModelQuery ALL = new ModelQuery("", "", "", "");

    /** The models in which all words of {@code text} are found. */
    public static ModelQuery text(String text) {
        return new ModelQuery("", "", text, "");
    }

    /** The models of one family. */
    public static ModelQuery family(String family) {
        return new ModelQuery(family, "", "", "");
    }

    /** Whether the model is one of those that are wanted. */
    public boolean matches(Model model) {
        return named(family, List.of(model.family()))
                && named(tag, model.tags())
                && named(capability, model.facts().capabilities())
                && contains(model);
    }

    private static boolean named(String wanted, List<String> all) {
        return wanted.isBlank() || all.stream().anyMatch(wanted.strip()::equalsIgnoreCase);
    }

    private boolean contains(Model model) {
        if (text.isBlank()) {
            return true;
        }
        String all =
                String.join(" ", model.name(), model.family(), model.description())
                        + " "
                        + String.join(" ", model.tags());
        String lower = all.toLowerCase(Locale.ROOT);
        return Stream.of(text.strip().toLowerCase(Locale.ROOT).split("\\s+"))
                .allMatch(lower::contains);
    }
}
