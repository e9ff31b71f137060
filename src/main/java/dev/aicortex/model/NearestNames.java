package dev.aicortex.model;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.apache.commons.text.similarity.JaroWinklerSimilarity;

/** The known names that a misspelt one may have meant. */
public final class NearestNames {
    private static final JaroWinklerSimilarity SIMILARITY = new JaroWinklerSimilarity();

    /** Below this, two names have little in common. */
    private static final double ALIKE = 0.7;

    private NearestNames() {}

    /** At most {@code limit} names, the most similar first. */
    public static List<String> of(String name, Collection<String> known, int limit) {
        return known.stream()
                .filter(other -> similarity(name, other) >= ALIKE)
                .sorted(
                        Comparator.comparingDouble((String other) -> -similarity(name, other))
                                .thenComparing(Comparator.naturalOrder()))
                .limit(limit)
                .toList();
    }

    private static double similarity(String a, String b) {
        return SIMILARITY.apply(a.toLowerCase(Locale.ROOT), b.toLowerCase(Locale.ROOT));
    }
}
