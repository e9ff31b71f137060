package dev.aicortex.gateway.calls;

import dev.aicortex.fleet.Reply;
import dev.aicortex.fleet.Server;
import dev.aicortex.ollama.FailureText;
import dev.aicortex.ollama.OllamaConnections;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What several servers made of one request.
 *
 * @param all one a server, in the order in which they were named
 */
public record Answers(List<Answer> all) {
    /**
     * What one server made of it.
     *
     * @param reply good or not; empty when it did not answer
     * @param silence why it did not
     */
    public record Answer(Server server, Optional<Reply> reply, String silence) {
        /** 0 when it did not answer. */
        public int status() {
            return reply.map(Reply::status).orElse(0);
        }

        /** Whether it did what it was asked. */
        boolean good() {
            return status() / 100 == 2;
        }

        /** Which server failed and why, in one line. */
        public String problem() {
            return server + ": " + reply.map(ReplyReader::problem).orElse(silence);
        }
    }

    /**
     * Sends one request to all of the servers at once; for requests that may be sent twice.
     *
     * @param body JSON, or empty
     * @param patience for each server, from now until the end of its answer
     * @return on the caller's event loop; never fails
     */
    public static Future<Answers> ask(
            OllamaConnections connections,
            HttpMethod method,
            String path,
            Buffer body,
            Collection<Server> servers,
            Duration patience) {
        List<Future<Answer>> all =
                servers.stream()
                        .map(server ->
                                new ServerCall(connections, server.url(), method, path, body)
                                        .reply(patience)
                                        .map(reply -> new Answer(server, Optional.of(reply), ""))
                                        .otherwise(failure ->
                                                new Answer(
                                                        server,
                                                        Optional.empty(),
                                                        FailureText.of(failure))))
                        .toList();
        return Future.join(all).map(_ -> new Answers(all.stream().map(Future::result).toList()));
    }

    /** The first good one: what a client is given for all of them. */
    public Optional<Reply> firstGood() {
        return all.stream().filter(Answer::good).findFirst().flatMap(Answer::reply);
    }

    /** The first that came at all, good ones first; empty when no server answered. */
    public Optional<Reply> best() {
        return firstGood()
                .or(() -> all.stream().flatMap(answer -> answer.reply().stream()).findFirst());
    }

    /** Whether every server, and there was one, answered with this status. */
    public boolean every(int status) {
        return !all.isEmpty() && all.stream().allMatch(answer -> answer.status() == status);
    }

    /** Whether every server that failed did so because the request is wrong. */
    public boolean rejected() {
        return failed().stream().allMatch(answer -> answer.status() / 100 == 4);
    }

    /** The servers that did what they were asked. */
    public Set<Server> good() {
        return all.stream().filter(Answer::good).map(Answer::server).collect(Collectors.toSet());
    }

    /** Those that did not do what they were asked. */
    public List<Answer> failed() {
        return all.stream().filter(answer -> !answer.good()).toList();
    }

    /** Each server that failed and why; empty when none did. */
    public String problems() {
        return failed().stream().map(Answer::problem).collect(Collectors.joining("; "));
    }
}
