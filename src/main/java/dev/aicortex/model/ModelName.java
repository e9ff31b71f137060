package dev.aicortex.model;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A model's name in the one form that is compared: lower case, with a tag, without the default
 * registry. {@code Llama3.2}, {@code llama3.2:latest} and {@code
 * registry.ollama.ai/library/llama3.2} are one name, as they are for an Ollama server.
 *
 * @param canonical for example {@code llama3.2:latest} or {@code hf.co/user/repo:q4}
 */
public record ModelName(String canonical) implements Comparable<ModelName> {
    private static final String DEFAULT_REGISTRY = "registry.ollama.ai/";
    private static final String DEFAULT_NAMESPACE = "library/";
    private static final String DEFAULT_TAG = ":latest";
    private static final Pattern EMBEDDINGS = Pattern.compile("embed|minilm|\\bbge-");

    /** The name that a client or a server wrote as {@code text}. */
    public static ModelName of(String text) {
        String name = text.strip().toLowerCase(Locale.ROOT);
        int start = after(DEFAULT_REGISTRY, name, 0);
        name = name.substring(after(DEFAULT_NAMESPACE, name, start));
        return new ModelName(hasTag(name) ? name : name + DEFAULT_TAG);
    }

    /** Whether a server that is asked for it sends the prompt to Ollama's cloud. */
    public boolean cloud() {
        return canonical.endsWith(":cloud")
                || canonical.endsWith("-cloud")
                || canonical.endsWith("-cloud:latest");
    }

    /** Whether it is called as embedding models are, while nothing tells its capabilities. */
    public boolean namesAnEmbedding() {
        return EMBEDDINGS.matcher(canonical).find();
    }

    /** Without the tag that counts where none is said. */
    public String withoutLatest() {
        return canonical.endsWith(DEFAULT_TAG)
                ? canonical.substring(0, canonical.length() - DEFAULT_TAG.length())
                : canonical;
    }

    /** A colon before the last slash belongs to a registry's port, not to a tag. */
    private static boolean hasTag(String name) {
        return name.lastIndexOf(':') > name.lastIndexOf('/');
    }

    private static int after(String prefix, String name, int start) {
        return name.startsWith(prefix, start) ? start + prefix.length() : start;
    }

    @Override
    public int compareTo(ModelName other) {
        return canonical.compareTo(other.canonical);
    }

    @Override
    public String toString() {
        return canonical;
    }
}
