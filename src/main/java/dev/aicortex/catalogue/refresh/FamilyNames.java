package dev.aicortex.catalogue.refresh;

import dev.aicortex.catalogue.Catalogue;
import dev.aicortex.catalogue.Family;
import dev.aicortex.catalogue.Model;
import dev.aicortex.model.ModelName;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Finds the family of a model that the catalogue does not have. */
final class FamilyNames {
    /** Architectures whose name does not begin with their family's. */
    private static final Map<String, String> ARCHITECTURES =
            Map.of(
                    "mllama", "llama",
                    "gptoss", "gpt-oss",
                    "gpt-oss", "gpt-oss",
                    "cohere2", "command-r",
                    "granitemoe", "granite",
                    "granitehybrid", "granite",
                    "smollm3", "smollm");

    private final List<String> families;
    private final Map<String, String> bySeries = new HashMap<>();

    FamilyNames(Catalogue catalogue) {
        this.families =
                catalogue.families().stream()
                        .map(Family::name)
                        .filter(name -> !name.equals(Family.OTHERS))
                        .sorted(Comparator.comparingInt(String::length).reversed())
                        .toList();
        for (Family family : catalogue.families()) {
            for (Model model : family.models()) {
                bySeries.putIfAbsent(series(model.key()), family.name());
            }
        }
    }

    /**
     * The family: that of other sizes of the same model, of its architecture, of a word in its
     * name.
     *
     * @param architecture {@code details.family}, empty when unknown
     */
    String of(ModelName model, String architecture) {
        String known = bySeries.get(series(model));
        if (known != null) {
            return known;
        }
        return byArchitecture(architecture.toLowerCase(Locale.ROOT))
                .or(() -> byWord(series(model)))
                .orElse(Family.OTHERS);
    }

    /** {@code hf.co/user/llama3.2:3b} → {@code llama3.2}. */
    private static String series(ModelName model) {
        String name = model.canonical();
        return name.substring(name.lastIndexOf('/') + 1, name.lastIndexOf(':'));
    }

    private Optional<String> byArchitecture(String architecture) {
        String alias = ARCHITECTURES.get(architecture);
        return alias != null ? Optional.of(alias) : begins(architecture);
    }

    private Optional<String> byWord(String series) {
        return List.of(series.split("[^a-z0-9.]+")).stream()
                .map(this::begins)
                .flatMap(Optional::stream)
                .findFirst()
                .or(() -> begins(series));
    }

    /** {@code qwen3moe} begins with {@code qwen}, {@code yield} does not begin with {@code yi}. */
    private Optional<String> begins(String word) {
        return families.stream()
                .filter(word::startsWith)
                .filter(family -> !letterAt(word, family.length()))
                .findFirst();
    }

    private static boolean letterAt(String word, int index) {
        return index < word.length() && Character.isLetter(word.charAt(index));
    }
}
