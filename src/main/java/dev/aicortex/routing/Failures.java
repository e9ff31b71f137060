package dev.aicortex.routing;

import dev.aicortex.fleet.Candidate;
import dev.aicortex.fleet.Health;
import dev.aicortex.fleet.Outcome;
import dev.aicortex.fleet.Reply;
import dev.aicortex.fleet.Server;
import dev.aicortex.model.CortexException;
import dev.aicortex.model.ModelNotFoundException;
import dev.aicortex.model.ServerException;
import dev.aicortex.model.ValidationException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** What a request has met so far, server by server, and what follows from it at the end. */
public final class Failures {
    private final Map<Server, Outcome> outcomes = new LinkedHashMap<>();

    public void add(Server server, Outcome outcome) {
        outcomes.put(server, outcome);
    }

    /** A server that was not tried, since this keeps it from being. */
    public void addUnlessTried(Server server, Outcome outcome) {
        outcomes.putIfAbsent(server, outcome);
    }

    /** The servers that were tried. */
    public Collection<Server> servers() {
        return outcomes.keySet();
    }

    /** How many servers had the request and broke on it. */
    public int brokenOn() {
        int broken = 0;
        for (Outcome outcome : outcomes.values()) {
            broken += outcome instanceof Outcome.Broken ? 1 : 0;
        }
        return broken;
    }

    /**
     * Whether another server has already given the same unclear error, but for numbers in it: then
     * the request caused it, and asking a third one would only spread it.
     */
    public boolean confirmed(Reply reply) {
        for (Outcome outcome : outcomes.values()) {
            Optional<Reply> said = unclear(outcome);
            if (said.isPresent() && same(said.get(), reply)) {
                return true;
            }
        }
        return false;
    }

    private static boolean same(Reply one, Reply other) {
        return one.status() == other.status() && words(one).equals(words(other));
    }

    private static String words(Reply reply) {
        return reply.text().replaceAll("\\b(?=[0-9a-f]*[0-9])[0-9a-f]+\\b", "#");
    }

    /** The request turned out to be at fault: no unclear error counts against a server. */
    public void acquit() {
        outcomes.values().removeIf(outcome -> unclear(outcome).isPresent());
    }

    /** The servers whose unclear errors count as theirs, once the request is over. */
    public List<Server> unclear() {
        return outcomes.entrySet().stream()
                .filter(entry -> unclear(entry.getValue()).isPresent())
                .map(Map.Entry::getKey)
                .toList();
    }

    private static Optional<Reply> unclear(Outcome outcome) {
        return outcome instanceof Outcome.Broken broken ? broken.unclear() : Optional.empty();
    }

    /**
     * The one error that the client gets when no server is left.
     *
     * @param model as the client spelt it
     * @param candidates the holders of the model, with what keeps requests from them
     * @param recovery after which a server that is down is looked at again
     */
    public CortexException error(String model, List<Candidate> candidates, Duration recovery) {
        if (!outcomes.isEmpty() && all(Outcome.Lost.MODEL::equals)) {
            return new ModelNotFoundException(model, List.of());
        }
        String text =
                "no server could answer for model '%s': %s".formatted(model, list(candidates));
        int refusal = refusal();
        if (refusal > 0) {
            return ValidationException.ofServer(refusal, code(refusal), text);
        }
        if (all(Outcome.Refused.BREAKER_OPEN::equals)) { // nobody was asked
            return ServerException.unavailable(text, seconds(wait(candidates, recovery)));
        }
        return all(Outcome.Full.class::isInstance)
                ? ServerException.unavailable(text, 1)
                : ServerException.exhausted(text);
    }

    /** The status with which all that were asked turned the request away; 0 when they differ. */
    private int refusal() {
        Set<Integer> statuses =
                outcomes.values().stream()
                        .map(outcome -> outcome instanceof Outcome.Lost lost ? lost.status() : 0)
                        .collect(Collectors.toSet());
        return statuses.size() == 1 ? statuses.iterator().next() : 0;
    }

    private static String code(int status) {
        return switch (status) {
            case 404, 405 -> "route_not_supported";
            case 413 -> "request_too_large";
            default -> "invalid_request";
        };
    }

    /**
     * The same when the request ran out of time before it ran out of servers.
     *
     * @param limit the name of what sets the time
     */
    public CortexException late(String model, Duration deadline, String limit) {
        return ServerException.late(
                "no answer for model '%s' within %s s (%s): %s"
                        .formatted(model, deadline.toMillis() / 1_000.0, limit, list(List.of())));
    }

    private boolean all(Predicate<Outcome> kind) {
        return outcomes.values().stream().allMatch(kind);
    }

    /** The words of the only server that was asked, when they do not show whose fault it is. */
    public Optional<Reply> onlyWords() {
        return outcomes.size() == 1
                ? unclear(outcomes.values().iterator().next())
                : Optional.empty();
    }

    private String list(List<Candidate> candidates) {
        List<String> lines = new ArrayList<>();
        outcomes.forEach((server, outcome) -> lines.add(server + " (" + reason(outcome) + ")"));
        for (Candidate candidate : candidates) {
            if (!outcomes.containsKey(candidate.server())) {
                lines.add(candidate.server() + " (" + obstacle(candidate) + ")");
            }
        }
        return String.join(", ", lines);
    }

    private static String obstacle(Candidate candidate) {
        if (candidate.server().draining()) {
            return "draining: POST /admin/servers/{name}/undrain ends that";
        }
        return switch (candidate.state().health()) {
            case Health.Down down -> "down: " + down.reason();
            case Health.Unknown _ -> "not probed yet";
            case Health.Up _ -> "its breaker is open";
        };
    }

    /** What went wrong, in words that hold nothing of a request or an answer. */
    public static String reason(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Refused refused -> refused.reason();
            case Outcome.Broken broken -> broken.reason();
            case Outcome.Lost lost -> lost.reason();
            case Outcome.Full _ -> "it is busy";
            case Outcome.Rejected rejected -> "it answered " + rejected.reply().status();
            case Outcome.Unsent _ -> "the gateway could not send the request";
            case Outcome.Answered _, Outcome.Outrun _, Outcome.ClientGone _ -> "it answered";
        };
    }

    private static Duration wait(List<Candidate> candidates, Duration recovery) {
        return candidates.stream()
                .map(candidate -> candidate.state().up() ? candidate.breakerWait() : recovery)
                .min(Duration::compareTo)
                .orElse(recovery);
    }

    private static int seconds(Duration wait) {
        return (int) Math.max(1, (wait.toMillis() + 999) / 1000);
    }
}
