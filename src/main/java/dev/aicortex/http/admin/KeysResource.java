package dev.aicortex.http.admin;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.aicortex.keys.ApiKey;
import dev.aicortex.keys.KeyChanges;
import dev.aicortex.keys.KeyRing;
import dev.aicortex.keys.KeySettings;
import dev.aicortex.keys.Limits;
import dev.aicortex.model.ValidationException;
import dev.aicortex.store.StoreException;
import dev.aicortex.usage.UsageLog;
import dev.aicortex.usage.UsageReader;
import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** {@code /admin/keys}: makes keys, lists and changes them, for an operator. */
@Path("/admin/keys")
@Produces(MediaType.APPLICATION_JSON)
@AdminGuard.AdminOnly
@RunOnVirtualThread
public class KeysResource {
    private static final Logger LOG = Logger.getLogger(KeysResource.class);
    private static final Duration LONGEST = Duration.ofDays(36_500);
    private static final Duration FARTHEST = Duration.ofDays(365_000);
    private static final ObjectMapper JSON =
            new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    private static final Duration GRACE = Duration.ofHours(24);

    private final KeyRing ring;
    private final KeyChanges changes;
    private final Limits limits;
    private final UsageLog usage;
    private final UsageReader reader;

    KeysResource(
            KeyRing ring, KeyChanges changes, Limits limits, UsageLog usage, UsageReader reader) {
        this.ring = ring;
        this.changes = changes;
        this.limits = limits;
        this.usage = usage;
        this.reader = reader;
    }

    /** All keys, sorted by name. */
    public record KeyList(List<KeyEntry> keys) {}

    /**
     * One key. Its secret is in no answer but the one to its making.
     *
     * @param source {@code configuration} or {@code database}
     * @param status {@code active}, {@code disabled} or {@code expired}
     * @param limits that hold for it, its own or those of all keys; absent where there are none
     * @param left what is left of each of them now
     * @param budgetUsed tokens in the day or month that is now; absent without a budget
     * @param lastUsed when the minute, or after two days the day, began in which it was last used,
     *     RFC 3339; absent where no use is recorded, and in answers to changes
     * @param createdAt RFC 3339, like the next two; absent for keys of the configuration
     * @param previousUntil until when the secret before the last rotation counts too
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record KeyEntry(
            String name,
            String source,
            String status,
            @JsonUnwrapped KeySettings settings,
            Limits.@Nullable Amounts limits,
            Limits.@Nullable Amounts left,
            @JsonProperty("budget_used") @Nullable Long budgetUsed,
            @JsonProperty("last_used") @Nullable String lastUsed,
            @JsonProperty("created_at") @Nullable String createdAt,
            @JsonProperty("expires_at") @Nullable String expiresAt,
            @JsonProperty("previous_until") @Nullable String previousUntil,
            @Nullable String secret) {}

    @GET
    public KeyList keys() {
        Map<String, Long> lastUsed = lastUsed();
        return new KeyList(ring.keys().stream().map(key -> entry(key, lastUsed, null)).toList());
    }

    @GET
    @Path("{name}")
    public KeyEntry key(String name) {
        return entry(changes.named(name), lastUsed(), null);
    }

    /** Nothing while the database is away: the keys in memory are listed all the same. */
    private Map<String, Long> lastUsed() {
        try {
            return usage.wanted() ? reader.lastUsed() : Map.of();
        } catch (StoreException e) {
            LOG.debugf("when keys were last used is not known: %s", e.getMessage());
            return Map.of();
        }
    }

    /** Makes a key; the only answer that ever has its secret. */
    @POST
    public Response create(byte[] body) {
        ObjectNode fields = object(body);
        String name = text(fields, "name");
        if (name == null) {
            throw new ValidationException("name is required: call the key as you like");
        }
        long expiresAt = expiry(fields);
        KeyChanges.Made made = changes.create(name, settings(fields), expiresAt);
        return Response.status(201).entity(entry(made.key(), made.secret())).build();
    }

    /** Settles what the body has; null takes a setting away. */
    @PATCH
    @Path("{name}")
    public KeyEntry settle(String name, byte[] body) {
        ObjectNode fields = object(body);
        String other = text(fields, "name");
        if (other != null) {
            throw ValidationException.of(
                    "name", other, "is not settled by a change", "make another key");
        }
        OptionalLong expiresAt =
                fields.has("expires") ? OptionalLong.of(expiry(fields)) : OptionalLong.empty();
        ApiKey key =
                changes.settle(
                        name,
                        before -> settings(JSON.<ObjectNode>valueToTree(before).setAll(fields)),
                        expiresAt);
        return entry(key, null);
    }

    /** Gives it a new secret; the one before counts for {@code {"grace":"24h"}} as well. */
    @POST
    @Path("{name}/rotate")
    public KeyEntry rotate(String name, byte[] body) {
        String grace = body.length == 0 ? null : text(object(body), "grace");
        KeyChanges.Made made =
                changes.rotate(name, grace == null ? GRACE : duration("grace", grace));
        return entry(made.key(), made.secret());
    }

    @POST
    @Path("{name}/{change:disable|enable}")
    public KeyEntry disable(String name, String change) {
        return entry(changes.disable(name, change.equals("disable")), null);
    }

    @DELETE
    @Path("{name}")
    public void revoke(String name) {
        changes.revoke(name);
    }

    private KeyEntry entry(ApiKey key, @Nullable String secret) {
        return entry(key, Map.of(), secret);
    }

    private KeyEntry entry(ApiKey key, Map<String, Long> lastUsed, @Nullable String secret) {
        Limits.Amounts all = Limits.Amounts.all(key);
        boolean limited = !all.equals(Limits.Amounts.NONE);
        return new KeyEntry(
                key.name(),
                key.configured() ? "configuration" : "database",
                key.status(),
                key.settings(),
                limited ? all : null,
                limited ? limits.left(key).await().indefinitely() : null,
                key.settings().budgetTokens() == null ? null : changes.used(key),
                time(lastUsed.getOrDefault(key.name(), 0L)),
                time(key.createdAt()),
                time(key.expiresAt()),
                time(key.previousUntil()),
                secret);
    }

    private static @Nullable String time(long millis) {
        return millis == 0 ? null : Instant.ofEpochMilli(millis).toString();
    }

    private static ObjectNode object(byte[] body) {
        try {
            if (JSON.readTree(body) instanceof ObjectNode object) {
                return object;
            }
        } catch (IOException e) {
            throw new ValidationException("the request body is not valid JSON", e);
        }
        throw new ValidationException("the request body must be a JSON object");
    }

    /** Takes it out: what is left are settings. */
    private static @Nullable String text(ObjectNode fields, String field) {
        var value = fields.remove(field);
        if (value == null || value.isNull()) {
            return null;
        }
        if (!value.isTextual()) {
            throw ValidationException.of(field, value, "is no text", "write it in quotes");
        }
        return value.textValue();
    }

    private static KeySettings settings(ObjectNode fields) {
        try {
            return JSON.treeToValue(fields, KeySettings.class);
        } catch (UnrecognizedPropertyException e) {
            Collection<Object> known = e.getKnownPropertyIds();
            throw ValidationException.of(
                    e.getPropertyName(),
                    fields.path(e.getPropertyName()),
                    "is for a field that there is not",
                    "the fields are name, expires and " + known);
        } catch (JsonProcessingException e) {
            throw new ValidationException(
                    "the settings of the key are not of the right kind: models and routes are lists of texts, budget_tokens is a text as in 1000000/day, limits are numbers",
                    e);
        }
    }

    /** Milliseconds since 1970, of a time from now on, a day, or a moment; 0 for never. */
    private static long expiry(ObjectNode fields) {
        String text = text(fields, "expires");
        if (text == null) {
            return 0;
        }
        Instant at = moment(text);
        if (!at.isAfter(Instant.now())) {
            throw ValidationException.of("expires", text, "is in the past", "write a later time");
        }
        if (at.isAfter(Instant.now().plus(FARTHEST))) {
            throw ValidationException.of(
                    "expires", text, "is too far away", "leave it out for never");
        }
        return at.toEpochMilli();
    }

    private static Instant moment(String text) {
        try {
            return text.contains("T")
                    ? Instant.parse(text)
                    : LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
        } catch (DateTimeParseException _) {
            return Instant.now().plus(duration("expires", text));
        }
    }

    private static Duration duration(String field, String text) {
        try {
            Duration duration = DurationConverter.parseDuration(text.strip());
            if (duration != null && !duration.isNegative() && duration.compareTo(LONGEST) <= 0) {
                return duration;
            }
        } catch (IllegalArgumentException _) {
            // told below, in our own words
        }
        throw ValidationException.of(
                field, text, "is no time", "write 30m, 24h, 90d or a date as in 2027-01-31");
    }
}
