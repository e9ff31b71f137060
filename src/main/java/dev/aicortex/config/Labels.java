package dev.aicortex.config;

import dev.aicortex.model.ValidationException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** What tells servers apart for rules: {@code gpu=eu}. */
public final class Labels {
    private static final String NAME = "[A-Za-z0-9][A-Za-z0-9._/-]*";
    private static final Pattern LABEL = Pattern.compile(NAME + "=" + NAME);
    private static final Pattern AROUND_THE_SIGN = Pattern.compile("\\s*=\\s*");

    private Labels() {}

    /** Reads labels that stand at {@code key}; a {@link ValidationException} if one is none. */
    public static Set<String> of(String key, List<String> written) {
        Set<String> labels = new LinkedHashSet<>();
        written.forEach(text -> labels.add(label(key, text)));
        return labels;
    }

    private static String label(String key, String text) {
        String label = AROUND_THE_SIGN.matcher(text.strip()).replaceAll("=");
        if (!LABEL.matcher(label).matches()) {
            throw ValidationException.of(
                    key, text, "is no label", "write name=value, several with commas between");
        }
        return label;
    }
}
