package dev.aicortex.http;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The keys that let clients in; pure. It holds digests, so that nothing can print a secret. */
final class KeyRing {
    private final Map<String, byte[]> digests = new LinkedHashMap<>();

    /** From {@code cortex.keys}: secrets by name. */
    static KeyRing of(Map<String, String> secrets) {
        KeyRing ring = new KeyRing();
        secrets.forEach((name, secret) -> ring.digests.put(name, digest(secret)));
        return ring;
    }

    boolean isEmpty() {
        return digests.isEmpty();
    }

    /** The name of the first of these secrets that is a key; empty when none is. */
    Optional<String> nameOf(List<String> sent) {
        return sent.stream().map(this::name).flatMap(Optional::stream).findFirst();
    }

    /** In a time that tells neither which key was meant nor how much of it was right. */
    private Optional<String> name(String secret) {
        byte[] digest = digest(secret);
        @Nullable String name = null;
        for (Map.Entry<String, byte[]> key : digests.entrySet()) {
            if (MessageDigest.isEqual(digest, key.getValue())) {
                name = key.getKey();
            }
        }
        return Optional.ofNullable(name);
    }

    private static byte[] digest(String secret) {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest(secret.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has it", e);
        }
    }
}
