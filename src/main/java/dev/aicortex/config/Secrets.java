package dev.aicortex.config;

import dev.aicortex.model.ValidationException;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** Refuses keys of clients that would let the wrong ones in, or nobody; no message has a secret. */
final class Secrets {
    /** What every client can send in a header and no one trims. */
    private static final Pattern SENDABLE = Pattern.compile("[!-~]+");

    private Secrets() {}

    /**
     * Checks {@code cortex.keys}.
     *
     * @throws ValidationException naming the key that is wrong
     */
    static void check(Map<String, String> keys) {
        Map<String, String> names = new HashMap<>();
        keys.forEach((name, secret) -> {
            checkOne(name, secret);
            String other = names.put(secret, name);
            if (other != null) {
                throw twice(name, other);
            }
        });
    }

    private static void checkOne(String name, String secret) {
        if (secret.isBlank()) {
            throw new ValidationException(
                    "cortex.keys.%s is blank; give it a secret, or remove it".formatted(name));
        }
        if (!SENDABLE.matcher(secret).matches()) {
            throw new ValidationException(
                    "cortex.keys.%s has a character that is not sent safely in a header; write its secret in ASCII letters, digits and signs, without spaces"
                            .formatted(name));
        }
    }

    private static ValidationException twice(String name, String other) {
        String first = name.compareTo(other) < 0 ? name : other;
        return new ValidationException(
                "cortex.keys.%s and cortex.keys.%s have the same secret; give each its own"
                        .formatted(first, first.equals(name) ? other : name));
    }
}
