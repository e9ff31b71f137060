package dev.aicortex.routing;

import dev.aicortex.fleet.Health;
import dev.aicortex.fleet.Outcome;
import dev.aicortex.fleet.Reply;
import dev.aicortex.fleet.Rest;
import dev.aicortex.fleet.Server;
import dev.aicortex.fleet.ServerState;
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
import java.util.function.Predicate;

/** What a request has met so far, server by server, and what follows from it at the end. */
public final class Failures {
    private final Map<Server, Outcome> outcomes = new LinkedHashMap<>();

    /**
     * A server that holds the model.
     *
     * @param closed how long its breaker keeps requests away, or until it may be woken again; zero
     *     when one may go
     */
    public record Candidate(ServerState state, Duration closed) {
        public static Candidate of(ServerState state) {
            Server server = state.server();
            return new Candidate(
                    state,
                    state.up()
                            ? server.breakerWait()
                            : server.rest().notBefore(server.nowMillis()));
        }

        private Duration opens(Duration recovery) {
            return state.up() || closed.compareTo(recovery) > 0 ? closed : recovery;
        }
    }

    public void add(Server server, Outcome outcome) {
        outcomes.put(server, outcome);
    }

    /** A server that was not tried, since this keeps it from being. */
    public void addUnlessTried(Server server, Outcome outcome) {
        outcomes.putIfAbsent(server, outcome);
    }

    /** It may be tried again: it was asleep, and has been woken since. */
    public void forget(Server server) {
        outcomes.remove(server);
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
        return outcomes.values().stream()
                .flatMap(outcome -> unclear(outcome).stream())
                .anyMatch(said ->
                        said.status() == reply.status() && words(said).equals(words(reply)));
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
     * @param recovery after which a server that is down is looked at again
     */
    public CortexException error(String model, List<Candidate> candidates, Duration recovery) {
        if (!outcomes.isEmpty() && all(Outcome.Lost.MODEL::equals)) {
            return new ModelNotFoundException(model, List.of());
        }
        String each = list(candidates);
        String text =
                "no server could answer for model '%s': %s"
                        .formatted(model, each.isEmpty() ? "the fleet has none" : each);
        int refusal = refusal();
        if (refusal > 0) {
            return ValidationException.ofServer(refusal, code(refusal), text);
        }
        if (all(Outcome.Refused.BREAKER_OPEN::equals)) { // nobody was asked
            return ServerException.unavailable(text, retryAfter(candidates, recovery));
        }
        return all(Outcome.Full.class::isInstance)
                ? ServerException.unavailable(text, 1)
                : ServerException.exhausted(text);
    }

    /** The status with which all that were asked turned the request away; 0 when they differ. */
    private int refusal() {
        List<Integer> statuses =
                outcomes.values().stream()
                        .map(outcome -> outcome instanceof Outcome.Lost lost ? lost.status() : 0)
                        .distinct()
                        .toList();
        return statuses.size() == 1 ? statuses.getFirst() : 0;
    }

    private static String code(int status) {
        return switch (status) {
            case 404, 405 -> "route_not_supported";
            case 413 -> "request_too_large";
            default -> "invalid_request";
        };
    }

    /** The same when the time is over that {@code limit} sets. */
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
        candidates.stream()
                .map(Candidate::state)
                .filter(state -> !outcomes.containsKey(state.server()))
                .forEach(state -> lines.add(state.server() + " (" + obstacle(state) + ")"));
        return String.join(", ", lines);
    }

    private static String obstacle(ServerState state) {
        if (state.server().draining()) {
            return "draining: POST /admin/servers/{name}/undrain ends that";
        }
        if (state.up() && state.server().rest().stage() != Rest.Stage.AWAKE) {
            return "about to sleep";
        }
        return switch (state.health()) {
            case Health.Down down -> "down: " + down.reason();
            case Health.Asleep asleep -> "asleep: " + asleep.reason();
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

    /** Seconds until the first of them may be asked. */
    private static int retryAfter(List<Candidate> candidates, Duration recovery) {
        long millis =
                candidates.stream()
                        .map(each -> each.opens(recovery))
                        .min(Duration::compareTo)
                        .orElse(recovery)
                        .toMillis();
        return (int) Math.max(1, Math.ceilDiv(millis, 1_000));
    }
}
