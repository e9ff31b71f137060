package dev.aicortex.fleet.observed;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a server runs its models with, which decides how it keeps prompts. */
public enum Engine {
    /** Ollama's own, before 0.30. */
    OWN,
    /** llama.cpp's {@code llama-server}, since 0.30. */
    LLAMA_SERVER;

    private static final Pattern NUMBERS = Pattern.compile("v?(\\d+)\\.(\\d+)\\..*");
    private static final int FIRST_WITHOUT_OWN = 30;

    /**
     * That of a version as {@code /api/version} tells it. One that tells none, or that was built
     * from source ({@code 0.0.0}), is taken to be new.
     */
    public static Engine of(String version) {
        Matcher numbers = NUMBERS.matcher(version);
        if (!numbers.matches() || !numbers.group(1).equals("0")) {
            return LLAMA_SERVER;
        }
        String minor = numbers.group(2);
        boolean old = minor.length() < 3 && Integer.parseInt(minor) < FIRST_WITHOUT_OWN;
        return old && !version.startsWith("0.0.0") ? OWN : LLAMA_SERVER;
    }

    /** How it keeps the prompts of a model of this kind. */
    public CacheRule rule(Architecture of) {
        return this == OWN ? new FirstPlace() : new LlamaServer(of.window());
    }
}
