package dev.aicortex.catalogue.refresh;

import dev.aicortex.catalogue.Family;
import java.util.List;

/**
 * What the volume shall hold.
 *
 * @param base the version of the volume that this was resolved against
 * @param families all of them, by name
 * @param warnings for people: one tag with different contents
 */
public record Resolution(String base, List<Family> families, List<String> warnings) {
    public Resolution {
        families = List.copyOf(families);
        warnings = List.copyOf(warnings);
    }
}
