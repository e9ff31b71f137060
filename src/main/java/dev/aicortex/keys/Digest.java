package dev.aicortex.keys;

import dev.aicortex.model.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
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
        return new Digest(Sha256.digest(secret.getBytes(StandardCharsets.UTF_8)));
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
