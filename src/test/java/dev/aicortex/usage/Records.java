package dev.aicortex.usage;

import dev.aicortex.usage.UsageRecord.Outcome;

/** Records for tests. */
final class Records {
    /** A moment in the middle of a day. */
    static final long NOON = 1_800_014_400_000L;

    private Records() {}

    static UsageRecord of(long at, String key, String user) {
        return of(at, key, user, Outcome.COMPLETE, 10, 5);
    }

    static UsageRecord of(
            long at, String key, String user, Outcome outcome, long prompt, long completion) {
        return new UsageRecord(
                at,
                key,
                user,
                new UsageRecord.Route("openai", "/v1/chat/completions"),
                "gpt-4o",
                "llama3.2:3b",
                "http://gpu-a:11434",
                2,
                7,
                outcome == Outcome.COMPLETE ? 30 : -1,
                100,
                prompt,
                4,
                completion,
                outcome,
                outcome == Outcome.COMPLETE ? "" : "busy",
                "stop");
    }

    static UsageStore.Numbered numbered(int number, UsageRecord record) {
        return new UsageStore.Numbered(
                UsageStore.idAt(record.at()) + "%016x".formatted(number), record);
    }
}
