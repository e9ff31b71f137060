package dev.aicortex.gateway;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.config.Values;
import dev.aicortex.fleet.Candidate;
import dev.aicortex.fleet.Fleet;
import dev.aicortex.fleet.FleetSnapshot;
import dev.aicortex.fleet.Outcome;
import dev.aicortex.fleet.Pool;
import dev.aicortex.fleet.Reply;
import dev.aicortex.fleet.Server;
import dev.aicortex.fleet.ServerState;
import dev.aicortex.model.AccessException;
import dev.aicortex.model.CortexException;
import dev.aicortex.model.ServerException;
import dev.aicortex.ollama.OllamaConnections;
import dev.aicortex.relay.Ending;
import dev.aicortex.relay.Usage;
import dev.aicortex.routing.Failures;
import dev.aicortex.routing.Ranking;
import dev.aicortex.routing.Replies;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/** Takes an errand from server to server: find who holds the model, attempt one after another. */
@Singleton
public class Failover {
    private static final Logger LOG = Logger.getLogger(Failover.class);

    private final Vertx vertx;
    private final CortexConfig config;
    private final Fleet fleet;
    private final OllamaConnections connections;
    private final Selection selection;
    private final Admission admission;
    private final Looks looks;
    private final Hedging hedging;
    private final GatewayMetrics metrics;
    private final Optional<Duration> total;

    Failover(
            Vertx vertx,
            CortexConfig config,
            Fleet fleet,
            OllamaConnections connections,
            Selection selection,
            Admission admission,
            Looks looks,
            Hedging hedging,
            GatewayMetrics metrics) {
        this.vertx = vertx;
        this.config = config;
        this.fleet = fleet;
        this.connections = connections;
        this.selection = selection;
        this.admission = admission;
        this.looks = looks;
        this.total = Values.orOff(config.totalTimeout());
        this.hedging = hedging;
        this.metrics = metrics;
    }

    /** Done when the answer has ended, however it did; fails with a {@link CortexException}. */
    Future<Void> run(Errand errand) {
        if (mayNotLeave(errand, fleet.snapshot())) {
            return giveUp(errand, cloud(errand.spelling()));
        }
        return findHolders(errand).compose(_ -> errand.prepare()).compose(_ -> tryNext(errand));
    }

    /** Prompts stay within the fleet, whatever a server would do with them. */
    private boolean mayNotLeave(Errand errand, FleetSnapshot snapshot) {
        return !config.allowCloud()
                && (errand.model().cloud() || snapshot.remote().contains(errand.model()));
    }

    private static CortexException cloud(String model) {
        return AccessException.forbidden(
                "cloud_models_disabled",
                "model '%s' runs in a cloud, to which a server would send the prompt; name one that runs here, or set cortex.allow-cloud=true"
                        .formatted(model));
    }

    /** No server can serve this model: another one may stand behind it. */
    private Future<Void> giveUp(Errand errand, CortexException error) {
        return goesOn(errand, error) ? run(errand) : Future.failedFuture(errand.finalError(error));
    }

    private boolean goesOn(Errand errand, CortexException error) {
        boolean another = errand.brokenOn() < config.maxAttempts() && errand.nextModel(error);
        if (another) {
            errand.nextFailures();
        }
        return another;
    }

    /** The errand is over: errors that could have been its own fault are its servers'. */
    void close(Errand errand) {
        errand.allFailures().forEach(failures -> failures.unclear().forEach(Server::strike));
    }

    /** Looks again before it says no: a model may just have been pulled, a server be back. */
    private Future<Void> findHolders(Errand errand) {
        if (fleet.swept().isComplete() && held(errand)) {
            return Future.succeededFuture();
        }
        return here(fleet.swept())
                .compose(_ -> held(errand) ? Future.succeededFuture() : here(ask(errand)));
    }

    private boolean held(Errand errand) {
        return errand.holders(fleet.snapshot()).stream().anyMatch(ServerState::up);
    }

    private Future<Void> ask(Errand errand) {
        List<ServerState> holders = errand.holders(fleet.snapshot());
        return fleet.refresh(
                holders.isEmpty() ? fleet.snapshot().states() : holders, Fleet.BELIEVED);
    }

    private Future<Void> here(Future<Void> elsewhere) {
        return OwnLoop.here(vertx, elsewhere);
    }

    private Future<Void> tryNext(Errand errand) {
        if (errand.gone()) {
            return Future.succeededFuture();
        }
        FleetSnapshot snapshot = fleet.snapshot();
        if (mayNotLeave(errand, snapshot)) { // known only since the servers were looked at again
            return giveUp(errand, cloud(errand.spelling()));
        }
        Pool pool = errand.pool(snapshot);
        if (pool.size() == 0 && errand.failures().servers().isEmpty()) {
            return giveUp(errand, notHeld(errand, snapshot));
        }
        Duration left = remaining(errand);
        if (left.isZero()) {
            return Future.failedFuture(errand.finalError(late(errand)));
        }
        if (errand.brokenOn() >= config.maxAttempts()) {
            return noneLeft(errand);
        }
        return admission
                .place(errand, errand.ask(selection), left)
                .compose(place -> go(errand, place));
    }

    private Future<Void> go(Errand errand, Place place) {
        return switch (place) {
            case Place.Nowhere _ -> noneLeft(errand);
            case Place.Reserved reserved when errand.gone() -> {
                reserved.release();
                yield Future.succeededFuture();
            }
            case Place.Reserved reserved -> {
                errand.chosen(reserved);
                errand.stayWith(reserved.pool());
                yield attempt(errand, reserved);
            }
        };
    }

    private Future<Void> noneLeft(Errand errand) {
        return noneLeft(errand, exhausted(errand, candidates(errand.holders(fleet.snapshot()))));
    }

    private Future<Void> noneLeft(Errand errand, CortexException error) {
        Optional<Reply> words = errand.failures().onlyWords();
        if (words.isEmpty()) {
            return giveUp(errand, error);
        }
        return goesOn(errand, error) ? run(errand) : acquitted(errand).unclear(words.get());
    }

    private static List<Candidate> candidates(List<ServerState> holders) {
        return holders.stream().map(Candidate::of).toList();
    }

    private Future<Void> attempt(Errand errand, Place.Reserved place) {
        Attempt attempt = newAttempt(errand, place);
        Server server = place.server();
        errand.attempting(attempt, server);
        return hedging.concerns(errand)
                ? race(errand, place, attempt)
                : outcome(errand, place, attempt)
                        .compose(outcome -> follow(errand, server, attempt, outcome));
    }

    private Attempt newAttempt(Errand errand, Place.Reserved place) {
        return new Attempt(
                vertx, connections, looks, errand, place, total, () -> another(errand, place));
    }

    /** Whether another server may be asked in its place. */
    private boolean another(Errand errand, Place.Reserved place) {
        List<Server> tried = new ArrayList<>(errand.failures().servers());
        tried.add(place.server());
        return selection.best(errand.pool(fleet.snapshot()), place.ask(), tried) != Ranking.NONE;
    }

    private Future<Outcome> outcome(Errand errand, Place.Reserved place, Attempt attempt) {
        RoutingMetrics.Choice choice = metrics.chosen(errand.model(), place);
        long startedNanos = System.nanoTime();
        return place.server()
                .attempt(attempt::run)
                .onComplete(_ -> attempt.giveBackUnused())
                .onSuccess(_ -> errand.worked(System.nanoTime() - startedNanos))
                .onSuccess(outcome -> choice.cameTo(outcome, errand.streams()));
    }

    /** As one attempt, but when the first byte takes unusually long, a second one begins. */
    private Future<Void> race(Errand errand, Place.Reserved place, Attempt first) {
        Race race = new Race(errand, hedging, run -> fallen(errand, run));
        double expected = place.expected().millis();
        hedging.earn();
        enter(race, errand, place, first, expected);
        hedging.after(errand.model(), expected)
                .ifPresent(millis -> {
                    long timer = vertx.setTimer(millis, _ -> hedge(race, errand, place));
                    race.decided().onComplete(_ -> vertx.cancelTimer(timer));
                });
        return race.end().compose(run -> follow(errand, run.server(), run.attempt(), run.told()));
    }

    private void hedge(Race race, Errand errand, Place.Reserved first) {
        hedging.second(errand, first)
                .ifPresent(place -> {
                    Attempt second = newAttempt(errand, place);
                    errand.alsoAttempting(second);
                    enter(race, errand, place, second, place.expected().millis());
                    race.end().onComplete(end -> metrics.hedge(won(end, second) ? "won" : "lost"));
                });
    }

    private static boolean won(AsyncResult<Race.Run> end, Attempt second) {
        return end.succeeded()
                && end.result().attempt() == second
                && end.result().told() instanceof Outcome.Answered;
    }

    private void enter(
            Race race, Errand errand, Place.Reserved place, Attempt attempt, double expected) {
        Server server = place.server();
        race.enter(attempt, server, expected, () -> outcome(errand, place, attempt));
    }

    /** One of two is out, and the other one goes on. */
    private void fallen(Errand errand, Race.Run run) {
        metrics.attempt(run.server(), run.told());
        if (!(run.told() instanceof Outcome.Outrun)) {
            note(errand, run.server(), run.told());
        }
    }

    private Future<Void> follow(Errand errand, Server server, Attempt attempt, Outcome outcome) {
        metrics.attempt(server, outcome);
        return switch (outcome) {
            case Outcome.Answered _ -> {
                errand.answered();
                yield attempt.ending()
                        .onSuccess(_ -> counted(errand, server, attempt.usage()))
                        .compose(how -> ended(errand, server, attempt, how))
                        .compose(_ -> attempt.delivered());
            }
            case Outcome.Rejected rejected -> acquitted(errand).reject(rejected.reply());
            case Outcome.ClientGone _, Outcome.Outrun _ -> Future.succeededFuture();
            case Outcome.Unsent unsent -> Future.failedFuture(unsent.error());
            case Outcome.Broken broken
                    when broken.unclear().filter(errand.failures()::confirmed).isPresent() ->
                    acquitted(errand).reject(broken.unclear().get());
            case Outcome.Broken _, Outcome.Refused _, Outcome.Lost _, Outcome.Full _ ->
                    failover(errand, server, outcome);
        };
    }

    private void counted(Errand errand, Server server, Usage usage) {
        metrics.tokens(server, errand.model(), usage);
        errand.counted(usage);
    }

    /** The request is at fault, so no other server is asked and none is blamed. */
    private static Errand acquitted(Errand errand) {
        errand.allFailures().forEach(Failures::acquit);
        return errand;
    }

    private Future<Void> failover(Errand errand, Server server, Outcome outcome) {
        note(errand, server, outcome);
        return tryNext(errand);
    }

    private void note(Errand errand, Server server, Outcome outcome) {
        errand.failures().add(server, outcome);
        LOG.warnf("%s did not answer: %s (%s)", server, Failures.reason(outcome), errand.label());
        if (!(outcome instanceof Outcome.Full)) {
            fleet.recheck(server);
        }
    }

    private Future<Void> ended(Errand errand, Server server, Attempt attempt, Ending ending) {
        metrics.ended(server, ending);
        return switch (ending) {
            case Ending.Truncated truncated -> brokenOff(errand, server, attempt, truncated);
            case Ending.Failed failed when errand.startsOver() ->
                    acquitted(errand).reject(Replies.late(failed.words()));
            case Ending.Failed _, Ending.Complete _, Ending.Interrupted _, Ending.ClientGone _ ->
                    Future.succeededFuture();
        };
    }

    /**
     * Ollama ends a stream without its end when a model repeats itself for ever, and with an error
     * when a tool call cannot be parsed: an end without a break, or with words that name nobody's
     * fault, is the server's only when it happens to another prompt there too.
     */
    private Future<Void> brokenOff(
            Errand errand, Server server, Attempt attempt, Ending.Truncated truncated) {
        LOG.warnf("%s broke off an answer: %s (%s)", server, truncated.reason(), errand.label());
        Outcome said =
                truncated
                        .words()
                        .map(Replies::judgeLate)
                        .orElseGet(() -> Outcome.Broken.because(truncated.reason()));
        if (said instanceof Outcome.Rejected) {
            return Future.succeededFuture(); // the client was told: no server can do better
        }
        boolean unclear =
                truncated.clean()
                        || !(said instanceof Outcome.Broken of)
                        || of.unclear().isPresent();
        if (!unclear || server.unfinished(attempt.prompt())) {
            server.strike();
        }
        fleet.recheck(server);
        Outcome.Broken broken = Outcome.Broken.because(truncated.reason());
        return errand.resumes(truncated.reason())
                .compose(
                        goesOn -> goesOn ? goOn(errand, server, broken) : Future.succeededFuture());
    }

    private Future<Void> goOn(Errand errand, Server server, Outcome.Broken broken) {
        errand.failures().add(server, broken);
        errand.startOver();
        return tryNext(errand);
    }

    /** Only a fleet that answers can say that it does not have the model. */
    private CortexException notHeld(Errand errand, FleetSnapshot snapshot) {
        if (snapshot.states().stream().noneMatch(ServerState::up)) {
            return exhausted(errand, candidates(snapshot.states()));
        }
        return errand.notHeld(snapshot);
    }

    private CortexException exhausted(Errand errand, List<Candidate> candidates) {
        errand.unfit(fleet.snapshot()).forEach(errand.failures()::addUnlessTried);
        return errand.failures()
                .error(errand.spelling(), candidates, config.health().recoveryInterval());
    }

    /** What a caller is told of a failure; one that is ours is logged. */
    static CortexException asCortexException(Throwable failure) {
        if (failure instanceof CortexException known) {
            return known;
        }
        LOG.error("a request failed in the gateway itself", failure);
        return ServerException.exhausted("the gateway failed; its log says why");
    }

    /** How long it may still look for a server; a server that has it is not hurried by this. */
    private Duration remaining(Errand errand) {
        Duration left = errand.left(total, true);
        if (errand.deadline().isEmpty()) {
            left = min(left, config.failoverDeadline().minusNanos(errand.searchingNanos()));
        }
        return left.isNegative() ? Duration.ZERO : left;
    }

    private CortexException late(Errand errand) {
        if (!errand.left(total, false).isPositive()) {
            return errand.failures()
                    .late(errand.spelling(), total.orElseThrow(), "cortex.total-timeout");
        }
        return errand.failures()
                .late(
                        errand.spelling(),
                        errand.deadline().orElse(config.failoverDeadline()),
                        errand.deadline().isPresent()
                                ? QueueStandings.DEADLINE
                                : "cortex.failover-deadline");
    }

    private static Duration min(Duration a, Duration b) {
        return a.compareTo(b) <= 0 ? a : b;
    }
}
