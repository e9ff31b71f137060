package dev.aicortex.fleet.discovery;

import io.netty.handler.codec.dns.DnsRecordType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * PURE: what questions were answered with lately. A value goes when several answers in a row did
 * not have it; a look-up that failed says nothing.
 */
final class DnsMemory {
    /** So many answers without it. */
    static final int MISSED = 3;

    /** By value, how many answers have not had it since one had. */
    private final Map<Question, Map<String, Integer>> known = new HashMap<>();

    record Question(String name, DnsRecordType type) {}

    /** The values that count after an answer, which is empty for a name that is not there. */
    Set<String> answered(Question question, List<String> values) {
        Map<String, Integer> missed = known.computeIfAbsent(question, _ -> new TreeMap<>());
        missed.replaceAll((_, times) -> times + 1);
        missed.values().removeIf(times -> times >= MISSED);
        values.forEach(value -> missed.put(value, 0));
        return Set.copyOf(missed.keySet());
    }

    /** The values that count where nobody answered. */
    Set<String> unanswered(Question question) {
        return Set.copyOf(known.getOrDefault(question, Map.of()).keySet());
    }

    /** Forgets all other questions. */
    void retain(Set<Question> asked) {
        known.keySet().retainAll(asked);
    }
}
