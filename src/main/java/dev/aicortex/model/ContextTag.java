package dev.aicortex.model;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A tag that the gateway makes of a model, on one server, to run it with a certain context length:
 * {@code gemma3:270m-cortex-8192-37cb8a9dda2e}. Its name tells all, so nothing has to be stored.
 *
 * @param model the model's own name, with its tag
 * @param length in tokens
 * @param content the first twelve digits of the model's digest; zeros where a server tells none
 */
public record ContextTag(String model, int length, String content) {
    private static final int DIGITS = 12;
    private static final Pattern NAME =
            Pattern.compile("(?i)(.+:[^/:]+)-cortex-([1-9][0-9]{0,8})-([0-9a-f]{12})");

    /** That of a model; {@code digest} is empty where the server does not tell it. */
    public static ContextTag of(ModelName model, int length, String digest) {
        String hex = digest.startsWith("sha256:") ? digest.substring("sha256:".length()) : digest;
        return new ContextTag(
                model.canonical(), length, (hex + "0".repeat(DIGITS)).substring(0, DIGITS));
    }

    /** What a name says; empty when it is no such tag's. */
    public static Optional<ContextTag> of(String name) {
        return Optional.of(NAME.matcher(name.strip()))
                .filter(Matcher::matches)
                .map(tag ->
                        new ContextTag(tag.group(1), Integer.parseInt(tag.group(2)), tag.group(3)));
    }

    /** Whether this is the name of such a tag. */
    public static boolean is(String name) {
        return of(name).isPresent();
    }

    /** The model behind a name: the name itself when it is no such tag's. */
    public static String modelOf(String name) {
        return of(name).map(ContextTag::model).orElse(name);
    }

    /** As a server is asked for it. */
    public String name() {
        return "%s-cortex-%d-%s".formatted(model, length, content);
    }
}
