package dev.aicortex.keys;

import dev.aicortex.model.NearestNames;
import dev.aicortex.model.ValidationException;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * Makes keys and changes them; each change counts at once here, in seconds elsewhere. Blocks, and
 * throws when the database cannot be used.
 */
@Singleton
public class KeyChanges {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@-]{0,99}");

    private final KeyStore store;
    private final KeyRing ring;
    private final Budgets budgets;

    KeyChanges(KeyStore store, KeyRing ring, Budgets budgets) {
        this.store = store;
        this.ring = ring;
        this.budgets = budgets;
    }

    /** A key, and its secret, which nobody can be told again. */
    public record Made(ApiKey key, String secret) {}

    /**
     * Makes one.
     *
     * @param expiresAt milliseconds since 1970; 0 for never
     * @throws ValidationException for a name that is taken or none, and settings that are wrong
     */
    public Made create(String name, KeySettings settings, long expiresAt) {
        if (!NAME.matcher(name).matches()) {
            throw ValidationException.of(
                    "name",
                    name,
                    "is no name for a key",
                    "write at most 100 letters, digits and . _ @ - and begin with a letter or digit");
        }
        settings.check();
        ring.read(); // another replica may have made it
        if (ring.named(name).isPresent()) {
            throw ValidationException.of(
                    "name", name, "is taken", "take another, or revoke that key");
        }
        String secret = Secrets.made();
        store.add(
                ApiKey.of(
                        UUID.randomUUID().toString(),
                        name,
                        false,
                        Digest.of(secret),
                        Optional.empty(),
                        settings,
                        false,
                        System.currentTimeMillis(),
                        expiresAt));
        return new Made(read(name), secret);
    }

    /**
     * Settles something else for it. What it has used counts on.
     *
     * @param next the settings, from those before
     * @param expiresAt milliseconds since 1970, 0 for never; empty for as it was
     * @throws ValidationException for settings that are wrong
     */
    public ApiKey settle(String name, UnaryOperator<KeySettings> next, OptionalLong expiresAt) {
        ApiKey key = changeable(name);
        next.apply(key.settings()).check(); // what is wrong is no failure of the database's
        found(name, store.settle(key.id(), next, expiresAt));
        return read(name);
    }

    /** Has it let nobody in, or do so again. */
    public ApiKey disable(String name, boolean disabled) {
        found(name, store.disable(changeable(name).id(), disabled));
        return read(name);
    }

    /**
     * Gives it another secret.
     *
     * @param grace how long the one before lets in as well
     */
    public Made rotate(String name, Duration grace) {
        String secret = Secrets.made();
        long until = System.currentTimeMillis() + grace.toMillis();
        found(name, store.rotate(changeable(name).id(), Digest.of(secret), until));
        return new Made(read(name), secret);
    }

    /** Forgets it: the name may be given to another key. */
    public void revoke(String name) {
        found(name, store.remove(changeable(name).id()));
        ring.read();
    }

    /** The key with this name. */
    public ApiKey named(String name) {
        return ring.named(name).orElseThrow(() -> unknown(name));
    }

    /** The tokens that were used of its budget in the period that is now; 0 without one. */
    public long used(ApiKey key) {
        return key.limits().budget().map(budget -> budgets.used(key, budget)).orElse(0L);
    }

    private ApiKey read(String name) {
        ring.read();
        return named(name);
    }

    private ApiKey changeable(String name) {
        ring.read();
        ApiKey key = named(name);
        if (key.configured()) {
            throw ValidationException.of(
                    "name",
                    name,
                    "is a key of the configuration",
                    "change cortex.keys." + name + " there");
        }
        return key;
    }

    private void found(String name, boolean changed) {
        if (!changed) {
            throw unknown(name);
        }
    }

    private ValidationException unknown(String name) {
        List<String> names = ring.keys().stream().map(ApiKey::name).toList();
        List<String> near = NearestNames.of(name, names, 1);
        return ValidationException.ofServer(
                404,
                "key_not_found",
                "there is no key '%s'; %s"
                        .formatted(
                                name,
                                near.isEmpty()
                                        ? "GET /admin/keys lists them"
                                        : "did you mean " + near.getFirst() + "?"));
    }
}
