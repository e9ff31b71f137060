package dev.aicortex.gateway.calls;

import dev.aicortex.fleet.Reply;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What several servers made of one request.
 *
 * @param all one a server, in the order in which they were named
 */
public record Answers(List<ServerAnswer> all) {
    /** The first good one: what a client is given for all of them. */
    public Optional<Reply> firstGood() {
        return replies().filter(reply -> reply.status() / 100 == 2).findFirst();
    }

    /** The first that came at all, good ones first; empty when no server answered. */
    public Optional<Reply> best() {
        return firstGood().or(() -> replies().findFirst());
    }

    private Stream<Reply> replies() {
        return all.stream()
                .filter(ServerAnswer.Replied.class::isInstance)
                .map(answer -> ((ServerAnswer.Replied) answer).reply());
    }

    /** Whether every server, and there was one, answered with this status. */
    public boolean every(int status) {
        return !all.isEmpty() && all.stream().allMatch(answer -> answer.status() == status);
    }

    /** Whether every server that failed did so because the request is wrong. */
    public boolean rejected() {
        return failed().stream().allMatch(answer -> answer.status() / 100 == 4);
    }

    /** Those that did not do what they were asked. */
    public List<ServerAnswer> failed() {
        return all.stream().filter(answer -> !answer.good()).toList();
    }

    /** Each server that failed and why; empty when none did. */
    public String problems() {
        return failed().stream().map(ServerAnswer::problem).collect(Collectors.joining("; "));
    }
}
