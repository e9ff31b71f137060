package dev.aicortex.keys;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.aicortex.config.CortexConfig;
import dev.aicortex.model.Priority;
import dev.aicortex.model.ValidationException;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What somebody settled for a key, as JSON has it. Absent is: every model, every route, no limit.
 *
 * @param models names, in which {@code *} stands for any characters
 * @param routes words for kinds of routes, or patterns of paths
 * @param role {@code use}, {@code manage} or {@code admin}
 * @param priority the highest that it may ask for
 * @param rpm requests a minute
 * @param tpm tokens a minute, of prompts and answers
 * @param concurrent requests at once
 * @param budgetTokens tokens a day or month: {@code 1000000/day}
 * @param userRpm requests a minute of each end user
 * @param userTpm tokens a minute of each end user
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record KeySettings(
        List<String> models,
        List<String> routes,
        @Nullable String role,
        @Nullable String priority,
        @Nullable Integer rpm,
        @Nullable Integer tpm,
        @Nullable Integer concurrent,
        @JsonProperty("budget_tokens") @Nullable String budgetTokens,
        @JsonProperty("user_rpm") @Nullable Integer userRpm,
        @JsonProperty("user_tpm") @Nullable Integer userTpm) {
    private static final int MOST_PATTERNS = 100;
    private static final int LONGEST_PATTERN = 200;

    /** Absent lists are empty ones; words are written in one way, however somebody spelled them. */
    public KeySettings {
        models = models == null ? List.of() : List.copyOf(models);
        routes = routes == null ? List.of() : List.copyOf(routes);
        role = word(role);
        priority = word(priority);
        budgetTokens = word(budgetTokens);
    }

    private static @Nullable String word(@Nullable String spelled) {
        return spelled == null ? null : spelled.toLowerCase(Locale.ROOT).replaceAll("\\s", "");
    }

    /** Of a key with this role and nothing else settled. */
    static KeySettings of(Role role) {
        return new KeySettings(
                List.of(), List.of(), role.word(), null, null, null, null, null, null, null);
    }

    /**
     * Reads all of it.
     *
     * @throws ValidationException naming the field, its value and what to write
     */
    void check() {
        patterns("models", models);
        patterns("routes", routes);
        grant();
        budget();
        positive("rpm", rpm);
        positive("tpm", tpm);
        positive("concurrent", concurrent);
        positive("user_rpm", userRpm);
        positive("user_tpm", userTpm);
    }

    private static void patterns(String field, List<String> patterns) {
        if (patterns.size() > MOST_PATTERNS) {
            throw new ValidationException(
                    "%s has %d entries; write at most %d, with * for any characters"
                            .formatted(field, patterns.size(), MOST_PATTERNS));
        }
        for (String pattern : patterns) {
            if (pattern.isBlank() || pattern.length() > LONGEST_PATTERN) {
                throw ValidationException.of(
                        field,
                        pattern,
                        "is blank or longer than %d characters".formatted(LONGEST_PATTERN),
                        "write a name or a pattern");
            }
        }
    }

    private static void positive(String field, @Nullable Integer value) {
        if (value != null && value < 1) {
            throw ValidationException.of(
                    field, value, "is no limit", "write a number from 1 on, or leave it out");
        }
    }

    Grant grant() {
        return new Grant(
                models,
                routes,
                role == null ? Role.USE : Role.of(role),
                priority == null ? null : Priority.of("priority", priority));
    }

    Optional<Budget> budget() {
        return Optional.ofNullable(budgetTokens).map(Budget::of);
    }

    /** The limits that hold: a key's own, else those of all keys. */
    Limited limited(Limited usual) {
        return new Limited(
                or(rpm, usual.rpm),
                or(tpm, usual.tpm),
                or(concurrent, usual.concurrent),
                or(userRpm, 0),
                or(userTpm, 0),
                budget());
    }

    private static int or(@Nullable Integer own, int usual) {
        return Objects.requireNonNullElse(own, usual);
    }

    /**
     * Limits of a key; 0 = none.
     *
     * @param rpm requests a minute
     * @param tpm tokens a minute
     * @param concurrent requests at once
     * @param userRpm requests a minute of each end user
     * @param userTpm tokens a minute of each end user
     */
    record Limited(
            int rpm, int tpm, int concurrent, int userRpm, int userTpm, Optional<Budget> budget) {
        static final Limited NOT = new Limited(0, 0, 0, 0, 0, Optional.empty());

        /** Those of {@code cortex.limits}. */
        static Limited of(CortexConfig.Limits limits) {
            return new Limited(
                    limits.rpm().orElse(0),
                    limits.tpm().orElse(0),
                    limits.concurrent().orElse(0),
                    0,
                    0,
                    Optional.empty());
        }

        /** Whether there is anything to count. */
        boolean any() {
            return rpm > 0
                    || tpm > 0
                    || concurrent > 0
                    || userRpm > 0
                    || userTpm > 0
                    || budget.isPresent();
        }

        /** Whether tokens are counted. */
        boolean ofTokens() {
            return tpm > 0 || userTpm > 0 || budget.isPresent();
        }
    }
}
