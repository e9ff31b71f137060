package dev.aicortex.keys;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The SHA-256 of a secret: what is kept in its place. That of 256 random bits tells nothing of
 * them, so it needs neither salt nor a slow hash, and can be looked up.
 */
final class Digest {
    private final byte[] bytes;

    private Digest(byte[] bytes) {
        this.bytes = bytes;
    }

    static Digest of(String secret) {
        try {
            byte[] text = secret.getBytes(StandardCharsets.UTF_8);
            return new Digest(MessageDigest.getInstance("SHA-256").digest(text));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** From what {@link #hex} made. */
    static Digest ofHex(String hex) {
        return new Digest(HexFormat.of().parseHex(hex));
    }

    String hex() {
        return HexFormat.of().formatHex(bytes);
    }

    /** In a time that does not tell how much is the same. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Digest digest && MessageDigest.isEqual(bytes, digest.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }
}
