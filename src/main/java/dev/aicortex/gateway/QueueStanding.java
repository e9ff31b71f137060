package dev.aicortex.gateway;

import dev.aicortex.model.Priority;
import java.time.Duration;
import java.util.Optional;

/**
 * What a request's client says of how it waits.
 *
 * @param key among those that take turns
 * @param deadline until an answer begins; empty where it does not say
 */
record QueueStanding(Priority priority, String key, Optional<Duration> deadline) {
    static final QueueStanding NORMAL = new QueueStanding(Priority.NORMAL, "", Optional.empty());
}
