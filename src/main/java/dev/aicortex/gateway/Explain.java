package dev.aicortex.gateway;

import dev.aicortex.fleet.Facts;
import dev.aicortex.fleet.Fleet;
import dev.aicortex.fleet.FleetSnapshot;
import dev.aicortex.fleet.Outcome;
import dev.aicortex.fleet.Pool;
import dev.aicortex.fleet.Server;
import dev.aicortex.fleet.ServerState;
import dev.aicortex.gateway.dispatch.AskedPrompt;
import dev.aicortex.gateway.dispatch.KeyRules;
import dev.aicortex.gateway.dispatch.Queue;
import dev.aicortex.gateway.dispatch.Reservation;
import dev.aicortex.gateway.dispatch.Selection;
import dev.aicortex.gateway.request.BodyBudget;
import dev.aicortex.gateway.request.ParsedBody;
import dev.aicortex.gateway.request.PromptPlaces;
import dev.aicortex.gateway.request.RequestBody;
import dev.aicortex.gateway.request.RequestParser;
import dev.aicortex.gateway.rewrite.Aliases;
import dev.aicortex.gateway.rewrite.ContextLength;
import dev.aicortex.gateway.rewrite.ContextTags;
import dev.aicortex.gateway.rewrite.Target;
import dev.aicortex.model.Endpoint;
import dev.aicortex.model.ModelName;
import dev.aicortex.routing.Ask;
import dev.aicortex.routing.Expectation;
import dev.aicortex.routing.Failures;
import dev.aicortex.routing.Ranking;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Answers where a request would go, and sends nothing. */
@Singleton
public class Explain {
    /** In which an answer tells the same in short, to a request that has it as {@code 1}. */
    static final CharSequence HEADER = HttpHeaders.createOptimized("X-Cortex-Explain");

    private final Fleet fleet;
    private final Aliases aliases;
    private final Selection selection;
    private final Queue queue;
    private final KeyRules keyRules;
    private final ContextLength lengths;
    private final ContextTags tags;

    Explain(
            Fleet fleet,
            Aliases aliases,
            Selection selection,
            KeyRules keyRules,
            Queue queue,
            ContextLength lengths,
            ContextTags tags) {
        this.queue = queue;
        this.lengths = lengths;
        this.tags = tags;
        this.fleet = fleet;
        this.aliases = aliases;
        this.selection = selection;
        this.keyRules = keyRules;
    }

    /**
     * Explains the choice for any request that is answered in words.
     *
     * @param body its JSON
     * @param caller the name of the key with which it would come; null for none
     * @throws dev.aicortex.model.ValidationException when it is none
     * @throws dev.aicortex.model.ModelNotFoundException when no server holds its model
     */
    public Explanation of(byte[] body, @Nullable String caller) {
        RequestBody.InMemory bytes =
                new RequestBody.InMemory(Buffer.buffer(body), new BodyBudget(Long.MAX_VALUE));
        ParsedBody request = parsed(bytes);
        Target target = aliases.targets(request.spelling(), request.model()).getFirst();
        FleetSnapshot snapshot = fleet.snapshot();
        if (snapshot.holders(target.name()).isEmpty()) {
            throw snapshot.unknown(target.spelling());
        }
        Obstacles obstacles = Obstacles.of(snapshot, target.name(), keyRules.of(caller));
        ContextLength.Wish wish = lengths.of(target.name());
        Map<Server, Outcome> refusing =
                wish.none() ? Map.of() : tags.refusing(snapshot, target.name(), wish);
        Pool pool = obstacles.pool().without(refusing.keySet());
        Ask ask = ask(target.name(), request);
        return new Explanation(
                target.spelling(),
                ask.policy().word(),
                ask.prompt().bytes(),
                queue.waiting(target.name()),
                places(pool, ask, obstacles, refusing));
    }

    private Ask ask(ModelName model, ParsedBody request) {
        PromptPlaces places = request.marks().prompt();
        try {
            AskedPrompt prompt =
                    selection.looksAtPrompts(model)
                            ? AskedPrompt.of(request.body(), places)
                            : AskedPrompt.unread(places.begins());
            return selection.peek(model, prompt.blocks(), prompt.begins(), prompt.key());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ParsedBody parsed(RequestBody.InMemory body) {
        try {
            return RequestParser.parse(body, Endpoint.CHAT);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Each is the best of those that are left. */
    private List<Explanation.Place> places(
            Pool pool, Ask ask, Obstacles obstacles, Map<Server, Outcome> refusing) {
        List<Explanation.Place> places = new ArrayList<>();
        List<Server> ranked = new ArrayList<>();
        int best = selection.best(pool, ask, ranked);
        while (best != Ranking.NONE) {
            ranked.add(pool.server(best));
            places.add(place(pool, best, ask, ranked.size(), obstacles.ofAll()));
            best = selection.best(pool, ask, ranked);
        }
        obstacles.holders().stream()
                .filter(state -> !ranked.contains(state.server()))
                .map(state -> closed(state, obstacles, refusing.get(state.server())))
                .forEach(places::add);
        return places;
    }

    private static Explanation.Place place(
            Pool pool, int index, Ask ask, int rank, @Nullable String ofAll) {
        Server server = pool.server(index);
        Facts facts = pool.facts(index, ask.prompt(), server.nowMillis());
        String reason = facts.doubtful() ? "it failed lately and has not answered since" : ofAll;
        Expectation expected = Expectation.of(facts, ask.prompt().bytes());
        return new Explanation.Place(server.toString(), rank, numbers(facts, expected), reason);
    }

    /**
     * The numbers of the server that the request goes to, in a header: {@code expected=120.5;
     * queue=0.0; …}.
     */
    static String inShort(Reservation reservation) {
        Explanation.Numbers of = numbers(reservation.facts(), reservation.expected());
        return "policy=%s; expected=%s; queue=%s; load=%s; prefill=%s; others=%s; cached=%d; in-flight=%d"
                .formatted(
                        reservation.ask().policy().word(),
                        of.expected(),
                        of.queue(),
                        of.load(),
                        of.prefill(),
                        of.others(),
                        of.cachedBytes(),
                        of.inFlight());
    }

    private static Explanation.Numbers numbers(Facts facts, Expectation expected) {
        return new Explanation.Numbers(
                tenths(expected.millis()),
                tenths(expected.queue()),
                tenths(expected.load()),
                tenths(expected.prefill()),
                tenths(expected.others()),
                facts.cachedBytes(),
                facts.inFlight(),
                facts.parallel());
    }

    private static double tenths(double millis) {
        return Math.round(millis * 10) / 10.0;
    }

    private static Explanation.Place closed(
            ServerState state, Obstacles obstacles, @Nullable Outcome refusal) {
        String reason = refusal == null ? obstacles.to(state) : Failures.reason(refusal);
        return new Explanation.Place(state.server().toString(), 0, null, reason);
    }
}
