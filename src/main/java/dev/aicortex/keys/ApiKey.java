package dev.aicortex.keys;

import java.util.Optional;

/**
 * One key: whose requests it lets in, what they may and how much. It has digests, so that nothing
 * can print a secret. Times are milliseconds since 1970.
 *
 * @param id stays the same for as long as there is the key
 * @param name up to people; unique
 * @param configured whether it is one of {@code cortex.keys}, and not of the database
 * @param previous the digest before the last rotation, as long as that counts
 * @param expiresAt 0 for never
 */
public record ApiKey(
        String id,
        String name,
        boolean configured,
        Digest digest,
        Optional<Previous> previous,
        KeySettings settings,
        Grant grant,
        KeySettings.Limited limits,
        boolean disabled,
        long createdAt,
        long expiresAt) {

    /** What the key was known by before, and until when that counts. */
    record Previous(Digest digest, long until) {}

    static ApiKey configured(String name, String secret) {
        KeySettings settings = KeySettings.of(Role.MANAGE); // as far as cortex.manage goes
        return of(
                "c:" + name,
                name,
                true,
                Secrets.digest(secret),
                Optional.empty(),
                settings,
                false,
                0,
                0);
    }

    /** Of whoever has {@code cortex.admin-token}. No key that is made can have this name. */
    static ApiKey operator(String token) {
        KeySettings settings = KeySettings.of(Role.ADMIN);
        return of(
                "admin-token",
                "admin token",
                true,
                Digest.of(token.strip()),
                Optional.empty(),
                settings,
                false,
                0,
                0);
    }

    /** With what follows from its settings. */
    static ApiKey of(
            String id,
            String name,
            boolean configured,
            Digest digest,
            Optional<Previous> previous,
            KeySettings settings,
            boolean disabled,
            long createdAt,
            long expiresAt) {
        return new ApiKey(
                id,
                name,
                configured,
                digest,
                previous,
                settings,
                settings.grant(),
                settings.limited(KeySettings.Limited.NOT),
                disabled,
                createdAt,
                expiresAt);
    }

    /** With these limits where it has none of its own. */
    ApiKey with(KeySettings.Limited usual) {
        return new ApiKey(
                id,
                name,
                configured,
                digest,
                previous,
                settings,
                grant,
                settings.limited(usual),
                disabled,
                createdAt,
                expiresAt);
    }

    boolean expired(long now) {
        return expiresAt > 0 && now >= expiresAt;
    }

    /** Whether anything of what it uses is counted. */
    public boolean limited() {
        return limits.any();
    }

    /** Whether tokens are among that. */
    public boolean limitsTokens() {
        return limits.ofTokens();
    }

    /** Until when the secret before the last rotation counts too; 0 where none does. */
    public long previousUntil() {
        return previous.map(Previous::until)
                .filter(until -> until > System.currentTimeMillis())
                .orElse(0L);
    }

    /** {@code active}, {@code disabled} or {@code expired}. */
    public String status() {
        if (disabled) {
            return "disabled";
        }
        return expired(System.currentTimeMillis()) ? "expired" : "active";
    }
}
