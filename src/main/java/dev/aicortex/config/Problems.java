package dev.aicortex.config;

import dev.aicortex.model.ValidationException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;

/** Gathers all that is wrong, so that it is told in one go. */
public final class Problems {
    private final SequencedSet<String> texts = new LinkedHashSet<>();

    /** Makes one check; what it refuses is remembered. */
    public void of(Runnable check) {
        try {
            check.run();
        } catch (ValidationException e) {
            if (e.getSuppressed().length == 0) {
                texts.add(e.text());
            }
            for (Throwable each : e.getSuppressed()) {
                texts.add(String.valueOf(each.getMessage()));
            }
        }
    }

    void add(String text) {
        texts.add(text);
    }

    /** What was found so far, each once, in the order of the checks. */
    public List<String> all() {
        return new ArrayList<>(texts);
    }

    /** The same with their places in a file. */
    Problems located(ConfigFile file) {
        Problems located = new Problems();
        texts.forEach(text -> located.add(file.located(text)));
        return located;
    }

    /** Refuses what was found, if anything was: one {@link ValidationException} with all. */
    public void refuse() {
        if (!texts.isEmpty()) {
            ValidationException all = new ValidationException(String.join("; ", texts));
            texts.forEach(text -> all.addSuppressed(new ValidationException(text)));
            throw all;
        }
    }
}
