package dev.aicortex.gateway;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.aicortex.dialect.Endpoint;
import dev.aicortex.fleet.Allow;
import dev.aicortex.fleet.Drift.Content;
import dev.aicortex.fleet.Facts;
import dev.aicortex.fleet.Fleet;
import dev.aicortex.fleet.FleetSnapshot;
import dev.aicortex.fleet.Health;
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
import dev.aicortex.gateway.request.RequestBody;
import dev.aicortex.gateway.request.RequestHead;
import dev.aicortex.gateway.request.Requests;
import dev.aicortex.gateway.rewrite.ContextLength;
import dev.aicortex.gateway.rewrite.ContextTags;
import dev.aicortex.gateway.rewrite.Target;
import dev.aicortex.gateway.watch.Numbers;
import dev.aicortex.keys.ApiKey;
import dev.aicortex.keys.Grant;
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
    private final Requests requests;
    private final Listing listing;
    private final Selection selection;
    private final KeyRules keyRules;
    private final Queue queue;
    private final ContextLength lengths;
    private final ContextTags tags;

    Explain(
            Fleet fleet,
            Requests requests,
            Listing listing,
            Selection selection,
            KeyRules keyRules,
            Queue queue,
            ContextLength lengths,
            ContextTags tags) {
        this.fleet = fleet;
        this.requests = requests;
        this.listing = listing;
        this.selection = selection;
        this.keyRules = keyRules;
        this.queue = queue;
        this.lengths = lengths;
        this.tags = tags;
    }

    /**
     * Where a request would go now, and why.
     *
     * @param model as servers would be asked for it
     * @param promptBytes that were looked at; 0 under a policy that does not
     * @param waiting requests that wait for a place on one of its servers
     * @param servers that hold the model, the best first, those that cannot be asked last
     */
    public record Explanation(
            String model,
            String policy,
            @JsonProperty("prompt_bytes") long promptBytes,
            int waiting,
            List<Place> servers) {}

    /**
     * One server.
     *
     * @param rank from 1; 0 when it cannot be asked
     * @param reason why it cannot be asked, or comes after better ones
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Place(
            String server, int rank, @Nullable Numbers numbers, @Nullable String reason) {}

    /**
     * The numbers of the server that the request goes to, in a header: {@code expected=120.5;
     * queue=0.0; …}.
     */
    static String inShort(Reservation reservation) {
        Numbers of = Numbers.of(reservation.facts(), reservation.expected());
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

    /**
     * Explains the choice for any request that is answered in words.
     *
     * @param body its JSON
     * @param key with which it would come; null for none
     * @throws dev.aicortex.model.ValidationException when it is none
     * @throws dev.aicortex.model.AccessException when the key may not use its model
     * @throws dev.aicortex.model.ModelNotFoundException when no server holds its model
     */
    public Explanation of(byte[] body, @Nullable ApiKey key) {
        String caller = key == null ? null : key.name();
        RequestBody bytes =
                new RequestBody.InMemory(Buffer.buffer(body), new BodyBudget(Long.MAX_VALUE));
        try {
            ParsedBody parsed = requests.parse(bytes, Endpoint.CHAT);
            return of(
                    requests.stripped(parsed, null, caller),
                    keyRules.of(caller),
                    key == null ? Grant.ALL : key.grant());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Explanation of(ParsedBody request, Allow caller, Grant grant) throws IOException {
        Target target = listing.targets(request.spelling(), request.model(), grant).getFirst();
        FleetSnapshot snapshot = fleet.snapshot();
        if (snapshot.holders(target.name()).isEmpty()) {
            throw snapshot.unknown(target.spelling());
        }
        Ask ask = ask(target.name(), request);
        return new Explanation(
                target.spelling(),
                ask.policy().word(),
                ask.prompt().bytes(),
                queue.waiting(target.name()),
                places(snapshot, target.name(), caller, ask));
    }

    private Ask ask(ModelName model, ParsedBody request) throws IOException {
        AskedPrompt prompt =
                selection.looksAtPrompts(model)
                        ? AskedPrompt.of(request)
                        : AskedPrompt.unread(request.marks().prompt().begins());
        long key = requests.session(RequestHead.ofJson(), request);
        return selection.peek(model, prompt.blocks(), prompt.begins(), key);
    }

    /** Each is the best of those that are left. */
    private List<Place> places(FleetSnapshot snapshot, ModelName model, Allow caller, Ask ask) {
        ContextLength.Wish wish = lengths.of(model);
        Map<Server, Outcome> refusing =
                wish.none() ? Map.of() : tags.refusing(snapshot, model, wish);
        Obstacles obstacles =
                new Obstacles(
                        model,
                        snapshot.allow(model).and(caller),
                        snapshot.pools(model, caller).served(),
                        snapshot.pools(model, caller).open(List.of(), ""),
                        refusing);
        Pool pool = obstacles.pool.without(refusing.keySet());
        List<Place> places = new ArrayList<>();
        List<Server> ranked = new ArrayList<>();
        int best = selection.best(pool, ask, ranked);
        while (best != Ranking.NONE) {
            ranked.add(pool.server(best));
            places.add(place(pool, best, ask, ranked.size(), obstacles.ofAll()));
            best = selection.best(pool, ask, ranked);
        }
        snapshot.holders(model).stream()
                .filter(state -> !ranked.contains(state.server()))
                .map(state -> new Place(state.server().toString(), 0, null, obstacles.to(state)))
                .forEach(places::add);
        return places;
    }

    private static Place place(Pool pool, int index, Ask ask, int rank, @Nullable String ofAll) {
        Server server = pool.server(index);
        Facts facts = pool.facts(index, ask.prompt(), server.nowMillis());
        Expectation expected = Expectation.of(facts, ask.prompt().bytes());
        String reason = facts.doubtful() ? "it failed lately and has not answered since" : ofAll;
        return new Place(server.toString(), rank, Numbers.of(facts, expected), reason);
    }

    /**
     * What keeps a request from each server that holds its model.
     *
     * @param rule of the model and of the key
     * @param served the pool that requests go to
     * @param pool the one that they would go to at this moment
     * @param refusing those that make no context tag, and why
     */
    private record Obstacles(
            ModelName model, Allow rule, Pool served, Pool pool, Map<Server, Outcome> refusing) {
        /** What is to say of every server of the pool; null for nothing. */
        @Nullable String ofAll() {
            return pool.fallback()
                    ? "%s is served, but no server that has it can be asked"
                            .formatted(Content.shortened(served.content()))
                    : null;
        }

        /** The one reason why a server cannot be asked. */
        String to(ServerState state) {
            Outcome refusal = refusing.get(state.server());
            if (refusal != null) {
                return Failures.reason(refusal);
            }
            if (!rule.admits(state.server())) {
                return "not allowed: it lacks " + rule.words();
            }
            return pool.indexOf(state.server()) >= 0 || served.indexOf(state.server()) >= 0
                    ? health(state)
                    : "holds another content of the tag: " + Content.shortened(state.digest(model));
        }

        private static String health(ServerState state) {
            return switch (state.health()) {
                case Health.Down down -> "down: " + down.reason();
                case Health.Asleep _ -> "asleep: a request that no other server can serve wakes it";
                case Health.Unknown _ -> "not probed yet";
                case Health.Up _ -> state.server().draining() ? "draining" : "its breaker is open";
            };
        }
    }
}
