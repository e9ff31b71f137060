package dev.aicortex.fleet;

import java.time.Instant;

/** What the last probe of a server found. */
public sealed interface Health {
    /** Not probed yet. */
    record Unknown() implements Health {}

    /** It answered its model list. */
    record Up(Instant since) implements Health {}

    /** It did not, for the reason given. */
    record Down(Instant since, String reason) implements Health {}

    /** One word for answers and metrics. */
    default String word() {
        return switch (this) {
            case Unknown _ -> "unknown";
            case Up _ -> "up";
            case Down _ -> "down";
        };
    }
}
