package dev.aicortex.gateway;

import java.time.Duration;
import java.util.Optional;

/**
 * What the requests of one gateway share.
 *
 * @param heartbeat how often a client that waits for a stream is shown that its request lives;
 *     empty for never
 */
record Surroundings(
        Aliases aliases,
        Passages passages,
        ContextLength lengths,
        ContextTags tags,
        PromptReader prompts,
        Windows windows,
        KeyRules keyRules,
        Continuations continuations,
        GatewayMetrics metrics,
        QueueStandings standings,
        Optional<Duration> heartbeat) {}
