package dev.aicortex.model;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A moment as servers write it, RFC 3339 with any offset. */
public final class Timestamp {
    private Timestamp() {}

    /** Empty where none is told, or none that can be read: a server's odd clock fails nothing. */
    public static Optional<Instant> of(@Nullable String rfc3339) {
        try {
            return Optional.ofNullable(rfc3339)
                    .map(OffsetDateTime::parse)
                    .map(OffsetDateTime::toInstant);
        } catch (DateTimeException _) {
            return Optional.empty();
        }
    }
}
