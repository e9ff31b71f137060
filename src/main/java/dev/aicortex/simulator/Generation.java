package dev.aicortex.simulator;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Versions of Ollama that behave alike; each generation does what one recorded version does. */
public enum Generation {
    /** Before 0.30, as 0.20: models run in engines of Ollama's own. */
    OWN_ENGINES,

    /** 0.30 and newer, as 0.33: models run in llama.cpp's {@code llama-server}. */
    LLAMA_SERVER;

    private static final Pattern VERSION =
            Pattern.compile("(\\d{1,9})\\.(\\d{1,9})(\\.\\d+)?([-+].+)?");
    private static final int FIRST_WITH_LLAMA_SERVER = 30;

    /**
     * The one that a version belongs to. What follows the minor number says nothing.
     *
     * @throws IllegalArgumentException when the text is not a version
     */
    public static Generation of(String version) {
        Matcher parts = VERSION.matcher(version);
        if (!parts.matches()) {
            throw new IllegalArgumentException(
                    "'%s' is not a version of Ollama; give one as in 0.33.0 or 0.20.0"
                            .formatted(version));
        }
        boolean newer =
                Integer.parseInt(parts.group(1)) > 0
                        || Integer.parseInt(parts.group(2)) >= FIRST_WITH_LLAMA_SERVER;
        return newer ? LLAMA_SERVER : OWN_ENGINES;
    }
}
