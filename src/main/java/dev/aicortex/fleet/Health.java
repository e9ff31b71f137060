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

    /** It did not, for the reason given, and a request that needs it wakes it. */
    record Asleep(Instant since, String reason) implements Health {}

    /** Why it does not answer; empty when it does or was not asked. */
    default String reason() {
        return switch (this) {
            case Unknown _, Up _ -> "";
            case Down down -> down.reason();
            case Asleep asleep -> asleep.reason();
        };
    }

    /** One word for answers and metrics. */
    default String word() {
        return switch (this) {
            case Unknown _ -> "unknown";
            case Up _ -> "up";
            case Down _ -> "down";
            case Asleep _ -> "asleep";
        };
    }
}
