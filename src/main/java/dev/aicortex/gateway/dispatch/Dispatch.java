package dev.aicortex.gateway.dispatch;

import dev.aicortex.dialect.Endpoint;
import dev.aicortex.dialect.Usage;
import dev.aicortex.fleet.Fleet;
import dev.aicortex.fleet.FleetSnapshot;
import dev.aicortex.fleet.Holding;
import dev.aicortex.fleet.Outcome;
import dev.aicortex.fleet.Pool;
import dev.aicortex.fleet.PromptBlocks;
import dev.aicortex.fleet.Reply;
import dev.aicortex.fleet.Server;
import dev.aicortex.fleet.ServerState;
import dev.aicortex.gateway.cache.Detour;
import dev.aicortex.gateway.cache.Found;
import dev.aicortex.gateway.calls.LoopClock;
import dev.aicortex.gateway.calls.OwnLoop;
import dev.aicortex.gateway.calls.ReplyReader;
import dev.aicortex.gateway.metrics.GatewayMetrics;
import dev.aicortex.gateway.request.Request;
import dev.aicortex.gateway.request.RequestBody;
import dev.aicortex.gateway.request.Requests;
import dev.aicortex.gateway.rewrite.Chain;
import dev.aicortex.gateway.rewrite.LoadRequest;
import dev.aicortex.gateway.rewrite.Plan;
import dev.aicortex.gateway.rewrite.Resumption;
import dev.aicortex.gateway.rewrite.Target;
import dev.aicortex.gateway.tracing.RequestTrace;
import dev.aicortex.model.AccessException;
import dev.aicortex.model.CortexException;
import dev.aicortex.model.ModelName;
import dev.aicortex.model.ModelNotFoundException;
import dev.aicortex.model.Priority;
import dev.aicortex.model.ServerException;
import dev.aicortex.relay.AnswerPump;
import dev.aicortex.relay.Ending;
import dev.aicortex.relay.Outgoing;
import dev.aicortex.relay.Sink;
import dev.aicortex.routing.Ask;
import dev.aicortex.routing.Failures;
import dev.aicortex.routing.Ranking;
import dev.aicortex.routing.Replies;
import dev.aicortex.routing.Wait;
import dev.aicortex.usage.UsageRecord;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The life of one request, top to bottom: a server is looked for, asked, its answer is relayed; the
 * next one is asked while nothing has been said to the client. {@link Phase} draws it. Confined to
 * the request's event loop; the queue looks at it from others.
 */
public final class Dispatch implements LoopClock.Timed, Queue.Waiter {
    private static final Logger LOG = Logger.getLogger(Dispatch.class);
    private static final int LATE = 504;

    private final Dispatcher all;
    private final Client client;
    private final Consumer<Dispatch> whenOver;
    private final Context loop;
    private final LoopClock clock = LoopClock.here();
    private final TimeBudget time = new TimeBudget();
    private final RequestTrace trace;
    private final List<Failures> earlier = new ArrayList<>(1);
    private Phase phase = new Phase.Reading();
    private Failures failures = new Failures();
    private int attempts;
    private boolean finished;
    private String content = "";
    private @Nullable RequestBody body;
    private @Nullable Request request;
    private @Nullable Chain chain;
    private @Nullable Scope scope;
    private @Nullable AskedPrompt prompt;
    private @Nullable Plan plan;
    private @Nullable Server current;
    private boolean hedges;
    private boolean brought;
    private List<Server> woken = List.of();
    private @Nullable Hedge hedge;
    private @Nullable Attempt second;
    private @Nullable Detour detour;
    private boolean detours;
    private boolean left;

    /** A second server that is asked beside the first unless that answers until then. */
    private record Hedge(Attempt first, long atNanos) {}

    /** What is under way for all requests that need it, and goes on without this one. */
    private record Standby(Supplier<Wait> what, Runnable look) implements Phase.Work {
        @Override
        public void clientGone() {
            // others may wait for it too
        }

        @Override
        public Optional<Wait> waitsFor() {
            return Optional.of(what.get());
        }

        @Override
        public void tick(long now) {
            look.run();
        }
    }

    /**
     * @param trace what its attempts belong to
     * @param whenOver runs at the very end
     */
    Dispatch(Dispatcher all, Client client, RequestTrace trace, Consumer<Dispatch> whenOver) {
        this.all = all;
        this.client = client;
        this.whenOver = whenOver;
        this.loop = all.vertx.getOrCreateContext();
        this.trace = trace;
        clock.add(this, all.vertx);
    }

    // ---- looking for a server

    /**
     * The bytes of the body are there; they are let go of when no server can need them any more.
     */
    public void holds(RequestBody bytes) {
        body = bytes;
        if (over()) {
            bytes.discard();
        }
    }

    /** The body is understood. */
    public void body(Request read, List<Target> targets, Scope servers) {
        body(read, targets, servers, null);
    }

    /**
     * The same.
     *
     * @param way to an answer, that is tried before a server is asked; null where there is none
     */
    public void body(Request read, List<Target> targets, Scope servers, @Nullable Detour way) {
        request = read;
        chain = new Chain(read.spelling(), targets);
        scope = servers;
        client.account().user(read.endUser());
        time.limit(all.total, all.config.failoverDeadline(), read.deadline());
        phase = phase.on(new Phase.Event.Body());
        if (read.unloads()) {
            unload();
        } else if (way == null || mayNotLeave(all.fleet.snapshot())) {
            find();
        } else {
            detour = way;
            then(here(all.fleet.swept()), _ -> take(way));
        }
    }

    private void take(Detour way) {
        long began = System.nanoTime();
        detours = true;
        then(
                way.find(served(), pool().size(), trace),
                found -> {
                    detours = false;
                    time.worked(System.nanoTime() - began);
                    switch (found) {
                        case Found.Nothing _ -> find();
                        case Found.Answer answer -> known(answer);
                        case Found.Verdict said -> end(tell(said.reply(), said.unclear()));
                    }
                });
    }

    private void known(Found.Answer answer) {
        client.account().served();
        end(client.replay(answer.kept()));
    }

    /** The content of the model that is served; empty while no server of the fleet tells. */
    private String served() {
        Pool pool = pool();
        boolean elsewhere = model().cloud() || all.fleet.snapshot().remote().contains(model());
        for (int i = 0; i < pool.size() && !elsewhere; i++) {
            String digest = pool.state(i).digest(model());
            if (!digest.isEmpty()) {
                return digest;
            }
        }
        return "";
    }

    /** All that is wanted is that the model leaves the memory. */
    private void unload() {
        then(
                all.unloading.run(request(), chain().current(), scope()),
                reply -> {
                    if (reply.status() / 100 == 2) {
                        client.account().served();
                        end(client.answer(reply));
                    } else {
                        reject(reply);
                    }
                });
    }

    /** Looks again before it says no: a model may just have been pulled, a server be back. */
    private void find() {
        if (mayNotLeave(all.fleet.snapshot())) {
            nextModel(cloud());
        } else if (all.fleet.swept().isComplete() && held()) {
            prepare();
        } else {
            then(
                    here(all.fleet.swept()),
                    _ -> {
                        if (held()) {
                            prepare();
                        } else {
                            then(here(refreshed()), _ -> prepare());
                        }
                    });
        }
    }

    /** Prompts stay within the fleet, whatever a server would do with them. */
    private boolean mayNotLeave(FleetSnapshot fleet) {
        return !all.config.allowCloud() && (model().cloud() || fleet.remote().contains(model()));
    }

    private CortexException cloud() {
        return AccessException.forbidden(
                "cloud_models_disabled",
                "model '%s' runs in a cloud, to which a server would send the prompt; name one that runs here, or set cortex.allow-cloud=true"
                        .formatted(spelling()));
    }

    private boolean held() {
        for (ServerState state : holders(all.fleet.snapshot())) {
            if (state.up()) {
                return true;
            }
        }
        return false;
    }

    private Future<Void> refreshed() {
        List<ServerState> holders = holders(all.fleet.snapshot());
        return all.fleet.refresh(
                holders.isEmpty() ? all.fleet.snapshot().states() : holders, Fleet.BELIEVED);
    }

    /** How the request is put to servers of this model, and what its prompt tells. */
    private void prepare() {
        then(
                all.plans.of(request(), chain().current()),
                made -> {
                    plan = made;
                    if (known(prompt) || !request().endpoint().generates()) {
                        choose();
                    } else {
                        then(
                                all.prompts.read(model(), request().parsed()),
                                read -> {
                                    prompt = read;
                                    choose();
                                });
                    }
                });
    }

    private static boolean known(@Nullable AskedPrompt read) {
        return read != null && read.blocks().size() > 0;
    }

    private void choose() {
        FleetSnapshot fleet = all.fleet.snapshot();
        if (mayNotLeave(fleet)) { // known only since the servers were looked at again
            nextModel(cloud());
            return;
        }
        Pool pool = pool(fleet);
        if (pool.size() == 0 && failures.servers().isEmpty()) {
            stranger(fleet)
                    .ifPresentOrElse(
                            server -> wake(server, this::find), () -> nextModel(notHeld(fleet)));
            return;
        }
        Duration left = time.toSearch();
        if (left.isZero()) {
            refuse(chain().error(late()));
        } else if (brokenOn() >= all.config.maxAttempts()) {
            noneLeft();
        } else {
            Ticket ticket = all.queue.enter(this, pool, ask(), left.toMillis());
            if (ticket != null) {
                phase = phase.on(new Phase.Event.Queued(ticket));
            }
        }
    }

    /** A server that sleeps and may hold the model that no server is known to hold. */
    private Optional<Server> stranger(FleetSnapshot fleet) {
        return fleet.holders(model()).isEmpty()
                ? all.wakes.stranger(
                        unwoken(fleet.states()), server -> scope().admits(fleet, model(), server))
                : Optional.empty();
    }

    private List<ServerState> unwoken(List<ServerState> states) {
        return states.stream().filter(state -> !woken.contains(state.server())).toList();
    }

    // ---- waiting for what others wait for too

    private void wake(Server server, Runnable next) {
        woken = Stream.concat(woken.stream(), Stream.of(server)).toList(); // once each
        standBy(
                all.wakes.wake(server),
                () -> new Wait.Wake(server),
                () -> {
                    failures.forget(server);
                    next.run();
                });
    }

    /** The model is fetched, where that is wanted. */
    private void bring(CortexException error) {
        Optional<MissingModels.Arrival> arrival =
                brought
                        ? Optional.empty()
                        : all.missing()
                                .flatMap(missing ->
                                        missing.bring(model(), spelling(), this::mayHold));
        if (arrival.isEmpty()) {
            refuse(chain().error(error));
            return;
        }
        MissingModels.Arrival model = arrival.get();
        brought = true;
        standBy(
                model.done(),
                () -> new Wait.Pull(model.server(), model.percent().getAsInt()),
                this::find);
    }

    private List<ServerState> mayHold() {
        FleetSnapshot fleet = all.fleet.snapshot();
        return fleet.states().stream()
                .filter(ServerState::open)
                .filter(state -> scope().admits(fleet, model(), state.server()))
                .toList();
    }

    private void standBy(Future<Void> until, Supplier<Wait> what, Runnable next) {
        Standby work = new Standby(what, this::lookAtTime);
        phase = phase.on(new Phase.Event.Queued(work));
        client.standsBy(() -> phase.work().contains(work) ? waitsFor() : "");
        OwnLoop.here(all.vertx, until)
                .onSuccess(_ -> step(next))
                .onFailure(failure -> step(() -> refuse(chain().error(Dispatcher.known(failure)))));
    }

    /** The wake or the pull goes on, and the client is told how far it is. */
    private void lookAtTime() {
        if (time.toSearch().isZero()) {
            CortexException late = late();
            refuse(
                    late instanceof ServerException error
                            ? error.withText(error.text() + waitsFor())
                            : late);
        }
    }

    /** What the choice has to know of the request. */
    private Ask ask() {
        AskedPrompt unread = AskedPrompt.unread(request().marks().prompt().begins());
        boolean looks = all.selection.looksAtPrompts(model());
        AskedPrompt known = looks && prompt != null ? prompt : unread;
        return (priority() == Priority.BATCH ? known.alone() : known)
                .ask(model(), all.selection, looks ? request().session() : 0);
    }

    // ---- asking

    @Override
    public void waitedForLoad(Server server, long millis, String reason) {
        trace.waitedForLoad(server, millis, reason);
    }

    @Override
    public void turn(@Nullable Reservation reservation, long waitedMillis, int ahead) {
        if (over()) {
            if (reservation != null) {
                reservation.release();
            }
            return;
        }
        if (waitedMillis > 0) {
            client.waited(waitedMillis, ahead);
            client.account().waited(waitedMillis);
            trace.waited(waitedMillis);
        }
        if (reservation == null) {
            step(this::noneLeft);
        } else {
            step(() -> ask(reservation));
        }
    }

    private void ask(Reservation reservation) {
        Attempt attempt = attempt(reservation);
        try {
            content = reservation.pool().content();
            phase = phase.on(new Phase.Event.Asked(attempt));
            asking(attempt);
            hedges = all.hedging.concerns(this);
            if (hedges) {
                long nanos = all.hedging.after(model(), reservation.expected().millis());
                hedge = nanos > 0 ? new Hedge(attempt, System.nanoTime() + nanos) : null;
            }
        } catch (RuntimeException e) {
            reservation.release();
            throw e;
        }
        start(attempt);
    }

    private Attempt attempt(Reservation reservation) {
        attempts++;
        return new Attempt(
                all.connections,
                all.looks,
                this,
                reservation,
                trace.asking(
                        reservation.server(),
                        model(),
                        attempts(),
                        streams(),
                        reservation.ask(),
                        reservation.facts()));
    }

    private void asking(Attempt attempt) {
        Server server = attempt.server();
        current = server;
        resumption().ifPresent(begun -> begun.asking(all.continuations.content(server, model())));
        client.chosen(attempt.reservation());
        client.asking(server, spelling(), attempts());
    }

    private void start(Attempt attempt) {
        Reservation slot = attempt.reservation();
        GatewayMetrics.Choice choice =
                all.metrics.chosen(model(), slot.pool(), slot.server(), slot.ask(), slot.facts());
        attempt.start()
                .onFailure(this::failed)
                .onSuccess(outcome -> {
                    time.worked(attempt.elapsedNanos());
                    choice.cameTo(outcome, streams());
                    all.metrics.attempt(attempt.server(), outcome);
                    attempt.trace().outcome(outcome);
                    step(() -> outcome(attempt, outcome));
                });
    }

    /** It takes unusually long until the first byte: a second server is asked beside the first. */
    private void hedge(Hedge due) {
        hedge = null;
        all.hedging
                .second(this, due.first().reservation())
                .ifPresent(reservation -> {
                    Attempt beside = attempt(reservation);
                    second = beside;
                    phase = phase.on(new Phase.Event.Hedged(beside));
                    start(beside);
                });
    }

    private void hedged(boolean won) {
        if (second != null) {
            all.metrics.hedge(won ? "won" : "lost");
            second = null;
        }
    }

    private void outcome(Attempt attempt, Outcome outcome) {
        switch (outcome) {
            case Outcome.Answered _ -> {
                if (brokenOff().isPresent()) {
                    all.metrics.resumption("resumed");
                }
                resumption().ifPresent(Resumption::goesOn);
                if (resumption().isEmpty() && !client.startsOver()) {
                    discardBody(); // no further server can need it
                }
            }
            case Outcome.Rejected rejected -> reject(rejected.reply());
            case Outcome.Unsent unsent -> refuse(unsent.error());
            case Outcome.Broken broken
                    when phase.work().size() == 1
                            && broken.unclear().filter(failures::confirmed).isPresent() ->
                    reject(broken.unclear().get());
            case Outcome.Broken _, Outcome.Refused _, Outcome.Lost _, Outcome.Full _ -> {
                note(attempt.server(), outcome);
                phase = phase.on(new Phase.Event.Failed(attempt));
                if (phase instanceof Phase.Waiting) {
                    hedge = null;
                    hedged(false);
                    choose();
                }
            }
            case Outcome.ClientGone _, Outcome.Outrun _ -> {}
        }
    }

    private void note(Server server, Outcome outcome) {
        failures.add(server, outcome);
        LOG.warnf("%s did not answer: %s (%s)", server, Failures.reason(outcome), label());
        if (!(outcome instanceof Outcome.Full)) {
            all.fleet.recheck(server);
        }
    }

    // ---- relaying

    /** This server begins to answer; another that is asked stops. */
    void content(Attempt attempt) {
        List<Phase.Work> asked = phase.work();
        phase = phase.on(new Phase.Event.Content(attempt));
        client.account().answers(streams());
        attempt.trace().answers();
        hedge = null;
        boolean alone = second == null;
        hedged(attempt.equals(second));
        for (Phase.Work each : asked) {
            if (hedges && each instanceof Attempt other) {
                all.hedging.learn(model(), other);
            }
            if (!each.equals(attempt)) {
                each.stop();
            }
        }
        if (!alone || !attempt.server().equals(current)) {
            asking(attempt);
        }
        if (occupies()) {
            attempt.holding().loadedWith(plan().length(attempt.holding()));
        }
    }

    AnswerPump pump(Attempt attempt, HttpClientResponse from) {
        Outgoing outgoing =
                new Outgoing(
                        ReplyReader.contentType(from),
                        request().endpoint(),
                        request().spelling(),
                        client.rewriting(plan().rewriting(attempt.holding())));
        return new AnswerPump(all.vertx, from, outgoing, sink(attempt, outgoing), attempt);
    }

    private Sink sink(Attempt attempt, Outgoing outgoing) {
        return detour == null ? client : detour.sink(client, outgoing, digest(attempt.server()));
    }

    /** The content that answers; none where it goes on with what another server has begun. */
    private String digest(Server server) {
        return brokenOff().isPresent() ? "" : all.fleet.snapshot().digest(server, model());
    }

    void ended(Attempt attempt, Ending how) {
        all.metrics.ended(attempt.server(), how);
        Usage usage = attempt.usage();
        all.metrics.tokens(attempt.server(), model(), usage, attempt.cachedShare());
        client.counted(usage, how instanceof Ending.Complete);
        client.account().ended(how, usage, attempt.cachedShare());
        attempt.trace().ended(how, usage);
        if (plan().cut(usage)) {
            all.metrics.truncated(model());
        }
        step(() -> {
            switch (how) {
                case Ending.Truncated truncated -> brokenOff(attempt, truncated);
                case Ending.Failed _,
                        Ending.Complete _,
                        Ending.Interrupted _,
                        Ending.ClientGone _ ->
                        end(attempt.delivered());
            }
        });
    }

    /**
     * Ollama ends a stream without its end when a model repeats itself for ever, and with an error
     * when a tool call cannot be parsed: an end without a break, or with words that name nobody's
     * fault, is the server's only when it happens to another prompt there too.
     */
    private void brokenOff(Attempt attempt, Ending.Truncated truncated) {
        Server server = attempt.server();
        LOG.warnf("%s broke off an answer: %s (%s)", server, truncated.reason(), label());
        Outcome said =
                truncated
                        .words()
                        .map(Replies::judgeLate)
                        .orElseGet(() -> Outcome.Broken.because(truncated.reason()));
        if (said instanceof Outcome.Rejected rejected) { // no server can do better
            if (client.startsOver()) {
                reject(rejected.reply());
            } else {
                end(attempt.delivered());
            }
            return;
        }
        boolean unclear =
                truncated.clean()
                        || !(said instanceof Outcome.Broken of)
                        || of.unclear().isPresent();
        if (!unclear || server.unfinished(attempt.prompt())) {
            server.strike();
        }
        all.fleet.recheck(server);
        Optional<Resumption> open = resumption().filter(Resumption::open);
        if (client.startsOver()) {
            goOn(server, truncated.reason());
        } else if (open.isPresent()) {
            resume(open.get(), server, truncated.reason());
        } else {
            end(attempt.delivered());
        }
    }

    /** The client has a part of the answer, and has not been told of the break. */
    private void resume(Resumption answer, Server server, String reason) {
        answer.broke(reason);
        phase = phase.on(new Phase.Event.BrokeOff());
        then(
                all.continuations.prepare(answer, model()),
                _ -> {
                    client.resumed(answer.times());
                    goOn(server, reason);
                });
    }

    private void goOn(Server server, String reason) {
        if (phase instanceof Phase.Relaying) {
            phase = phase.on(new Phase.Event.BrokeOff());
        }
        failures.add(server, Outcome.Broken.because(reason));
        time.startOver();
        choose();
    }

    // ---- the end

    /** No server can serve this model: another one may stand behind it. */
    private void nextModel(CortexException error) {
        if (goesOn(error)) {
            find();
        } else if (error instanceof ModelNotFoundException && occupies()) {
            bring(error);
        } else {
            refuse(chain().error(error));
        }
    }

    private boolean goesOn(CortexException error) {
        boolean another =
                brokenOn() < all.config.maxAttempts()
                        && brokenOff().isEmpty()
                        && chain().next(error);
        if (another) {
            earlier.add(failures);
            failures = new Failures();
        }
        return another;
    }

    /** A server may be asleep, or have fallen asleep since it was looked at. */
    private void noneLeft() {
        List<Server> unsure =
                failures.servers().stream()
                        .filter(server -> server.power().wake().isPresent())
                        .toList();
        if (unsure.isEmpty()) {
            wakeOrEnd();
        } else {
            then(here(all.fleet.renew(unsure)), _ -> wakeOrEnd());
        }
    }

    private void wakeOrEnd() {
        Optional<Server> sleeper =
                brokenOn() < all.config.maxAttempts()
                        ? all.wakes.sleeper(unwoken(holders(all.fleet.snapshot())))
                        : Optional.empty();
        sleeper.ifPresentOrElse(server -> wake(server, this::choose), this::exhausted);
    }

    private void exhausted() {
        CortexException error = exhausted(holders(all.fleet.snapshot()));
        Optional<Reply> words = failures.onlyWords();
        if (goesOn(error)) {
            find();
        } else if (words.isPresent()) {
            acquit();
            end(tell(words.get(), true));
        } else {
            refuse(chain().error(error));
        }
    }

    /** Only a fleet that answers can say that it does not have the model. */
    private CortexException notHeld(FleetSnapshot fleet) {
        if (fleet.states().stream().noneMatch(ServerState::up)) {
            return exhausted(fleet.states());
        }
        return unfit(fleet).isEmpty()
                ? scope().notHeld(fleet, model(), spelling())
                : exhausted(List.of());
    }

    private CortexException exhausted(List<ServerState> servers) {
        unfit(all.fleet.snapshot()).forEach(failures::addUnlessTried);
        List<Failures.Candidate> candidates = servers.stream().map(Failures.Candidate::of).toList();
        return failures.error(spelling(), candidates, all.config.health().recoveryInterval());
    }

    private CortexException late() {
        if (time.over()) {
            return failures.late(spelling(), all.total.orElseThrow(), "cortex.total-timeout");
        }
        return request()
                .deadline()
                .map(deadline -> failures.late(spelling(), deadline, Requests.DEADLINE))
                .orElseGet(() ->
                        failures.late(
                                spelling(),
                                all.config.failoverDeadline(),
                                "cortex.failover-deadline"));
    }

    /** The request is at fault, so no other server is asked and none is blamed. */
    private void reject(Reply reply) {
        acquit();
        end(tell(reply, false));
    }

    private void acquit() {
        Stream.concat(earlier.stream(), Stream.of(failures)).forEach(Failures::acquit);
    }

    private Future<Void> tell(Reply reply, boolean unclear) {
        Reply named = plan == null ? reply : plan.named(current, reply);
        Optional<Resumption> begun = brokenOff();
        if (begun.isPresent()) {
            return interrupt(begun.get(), ReplyReader.words(named));
        }
        client.account().rejected(named.status(), unclear);
        return unclear ? client.unclear(named) : client.reject(named);
    }

    private Future<Void> interrupt(Resumption answer, String why) {
        all.metrics.resumption("interrupted");
        return client.interrupt(answer.interrupted(why));
    }

    private void refuse(CortexException error) {
        Optional<Resumption> begun = brokenOff();
        if (begun.isPresent()) {
            end(interrupt(begun.get(), error.text()));
            return;
        }
        client.account().refused(error);
        if (error instanceof ServerException && known()) { // all else has words of the request
            trace.refused(error.text());
        }
        boolean workedInVain = error.status() == LATE && attempts() > 0;
        end(client.refuse(error, attempts(), brokenOn() <= 1 && !workedInVain));
    }

    /** It cannot be served: a {@link CortexException} says why, all else is the gateway's own. */
    @Override
    public void failed(Throwable failure) {
        if (!over()) {
            refuse(Dispatcher.known(failure));
        }
    }

    /** Whoever asked has left: whatever is being done for them stops at once. */
    public void clientGone() {
        if (!over()) {
            client.account().clientGone();
            left = true;
        }
        List<Phase.Work> running = phase.work();
        phase = phase.on(new Phase.Event.Over());
        running.forEach(Phase.Work::clientGone);
        hedged(false);
        finish();
    }

    /** The gateway is stopping and waits no longer; from any thread. */
    void stop() {
        onLoop(() -> {
            if (!client.startsOver()
                    && phase instanceof Phase.Relaying(Phase.Work work)
                    && work instanceof Attempt runs) {
                runs.interrupt("the gateway is stopping");
            } else if (!over()) {
                refuse(Drain.stopping());
            }
        });
    }

    /** Nothing more is done for it; the request is over once its client has been told. */
    private void end(Future<Void> told) {
        List<Phase.Work> running = phase.work();
        phase = phase.on(new Phase.Event.Over());
        running.forEach(Phase.Work::stop);
        hedged(false);
        told.onComplete(_ -> finish());
    }

    private void finish() {
        if (finished) {
            return;
        }
        finished = true;
        clock.remove(this);
        try {
            // errors that could have been the request's own fault are their servers'
            Stream.concat(earlier.stream(), Stream.of(failures))
                    .forEach(each -> each.unclear().forEach(Server::strike));
            discardBody();
            if (detour != null) {
                detour.over(left);
            }
            client.finish(streams(), time.elapsedNanos());
            if (client.recorded()) {
                all.ended(client, trace, record());
            }
        } finally {
            whenOver.accept(this);
        }
    }

    /**
     * Whether the model is one that the fleet or the configuration has, not made up by a client.
     */
    private boolean known() {
        return request != null
                && (aliased() || attempts() > 0 || !holders(all.fleet.snapshot()).isEmpty());
    }

    private boolean aliased() {
        return !spelling().equals(request().spelling());
    }

    private UsageRecord record() {
        if (request == null) {
            return client.account().record("", "", "", 0);
        }
        String model = known() ? model().canonical() : UsageRecord.UNKNOWN;
        String asked = aliased() ? request().model().withoutLatest() : model;
        return client.account().record(asked, model, server(), attempts());
    }

    /** The last one that was asked; empty where none was. */
    private String server() {
        Server last = current == null && detour != null ? detour.server() : current;
        return last == null ? "" : last.toString();
    }

    private void discardBody() {
        if (body != null) {
            body.discard();
        }
    }

    // ---- time and threads

    @Override
    public void tick(long now) {
        if (!over()) {
            if (client.wantsProgress(now)) {
                client.progress(now, waitsFor());
            }
            client.tick(now);
        }
        if (detours && !over() && time.leftNanos(now, false) <= 0) {
            refuse(chain().error(late()));
        }
        phase.work().forEach(work -> work.tick(now));
        Hedge due = hedge;
        if (due != null && now - due.atNanos() >= 0) {
            step(() -> hedge(due));
        }
    }

    /** In words; empty while that has no name. */
    private String waitsFor() {
        return phase.work().stream()
                .findFirst()
                .flatMap(Phase.Work::waitsFor)
                .map(wait -> wait.words(spelling(), all.fleet.snapshot().states()))
                .orElse("");
    }

    @Override
    public void onLoop(Runnable next) {
        loop.runOnContext(_ -> next.run());
    }

    private Future<Void> here(Future<Void> elsewhere) {
        return elsewhere.isComplete() ? elsewhere : OwnLoop.here(all.vertx, elsewhere);
    }

    private <T> void then(Future<T> later, Consumer<T> next) {
        later.onSuccess(value -> step(() -> next.accept(value))).onFailure(this::failed);
    }

    /** Goes on, unless the request is over; what goes wrong ends it. */
    public void step(Runnable next) {
        if (over()) {
            return;
        }
        try {
            next.run();
        } catch (RuntimeException e) {
            failed(e);
        }
    }

    private boolean over() {
        return phase instanceof Phase.Done;
    }

    // ---- what the queue and the attempts have to know

    String label() {
        return client.label(model().canonical());
    }

    @Override
    public String spelling() {
        return chain().current().spelling();
    }

    @Override
    public ModelName model() {
        return chain().current().name();
    }

    @Override
    public Priority priority() {
        return request().priority();
    }

    @Override
    public String key() {
        return request().key();
    }

    @Override
    public long user() {
        return request().user();
    }

    @Override
    public int attempts() {
        return detour == null ? attempts : attempts + detour.attempts();
    }

    @Override
    public Failures failures() {
        return failures;
    }

    @Override
    public int brokenOn() {
        int broken = failures.brokenOn();
        for (Failures each : earlier) {
            broken += each.brokenOn();
        }
        return broken;
    }

    @Override
    public boolean goesAnywhere() {
        return scope().everywhere();
    }

    @Override
    public Pool pool() {
        return pool(all.fleet.snapshot());
    }

    private Pool pool(FleetSnapshot fleet) {
        Map<Server, Outcome> unfit = unfit(fleet);
        Collection<Server> tried =
                unfit.isEmpty()
                        ? failures.servers()
                        : Stream.concat(failures.servers().stream(), unfit.keySet().stream())
                                .toList();
        Pool pool =
                brokenOff().isPresent() // what one model has begun, the same one has to end
                        ? Pool.of(model(), holders(fleet))
                        : scope().pool(fleet, model(), tried, content);
        return plan == null
                ? pool
                : all.lengths.apart(
                        pool.without(unfit.keySet()),
                        plan.wish(),
                        prompt == null ? PromptBlocks.NONE : prompt.blocks(),
                        failures.servers());
    }

    private List<ServerState> holders(FleetSnapshot fleet) {
        List<ServerState> holders = scope().holders(fleet, model());
        return brokenOff().map(begun -> begun.holders(holders, model())).orElse(holders);
    }

    private Map<Server, Outcome> unfit(FleetSnapshot fleet) {
        return plan == null ? Map.of() : plan.unfit(fleet);
    }

    /** Whether a second server may be asked: it costs no one anything but time. */
    boolean hedgeable() {
        return streams()
                && request().endpoint().generates()
                && client.hedgeable()
                && request().body() instanceof RequestBody.InMemory;
    }

    @Override
    public LoadRequest load(Holding holding) {
        return plan().load(holding);
    }

    /** On every server. */
    String path() {
        return request().endpoint().path();
    }

    /** Looking a model up costs a server next to nothing. */
    @Override
    public boolean occupies() {
        return request().endpoint() != Endpoint.SHOW;
    }

    /** No, while that is not known. */
    boolean streams() {
        return request != null && request.stream();
    }

    /**
     * Makes the server ready to be asked: done with {@code Answered}, or what keeps it from that.
     */
    Future<Outcome> ready(Holding holding) {
        return plan().ready(holding);
    }

    /**
     * It does not have the model, though it should: whether to ask once more, after {@link #ready}.
     */
    boolean missed(Holding holding) {
        return plan().missed(holding);
    }

    /** Writes head and body. */
    Future<Void> send(HttpClientRequest to, Attempt attempt) {
        Holding holding = attempt.holding();
        request().head().sendTo(to);
        attempt.trace().sendTo(to);
        holding.expect(plan().length(holding));
        return request().body().sendTo(to, plan().body(holding));
    }

    /**
     * A page of HTML from a proxy or a stranger's port is no answer of a model. A transcription may
     * be asked for as text or as subtitles.
     */
    boolean takes(String contentType) {
        return contentType.startsWith("application/json")
                || contentType.startsWith("application/x-ndjson")
                || contentType.startsWith("text/event-stream")
                || (request().endpoint() == Endpoint.TRANSCRIPTIONS
                        && contentType.startsWith("text/")
                        && !contentType.startsWith("text/html"));
    }

    /** How many nanoseconds are left until a limit of the request. */
    long leftNanos(long now, boolean begun) {
        return time.leftNanos(now, begun);
    }

    boolean replaceable(Attempt attempt, boolean begun) {
        if (begun && !client.startsOver()) {
            return false;
        }
        List<Server> tried = new ArrayList<>(failures.servers());
        tried.add(attempt.server());
        return all.selection.best(pool(), attempt.reservation().ask(), tried) != Ranking.NONE;
    }

    private Optional<Resumption> resumption() {
        return plan == null ? Optional.empty() : plan.resumption();
    }

    /** That of an answer which a server broke off and no other one goes on with as yet. */
    private Optional<Resumption> brokenOff() {
        return resumption().filter(Resumption::brokenOff);
    }

    private Request request() {
        return Objects.requireNonNull(request, "the body has not been read");
    }

    private Chain chain() {
        return Objects.requireNonNull(chain, "the body has not been read");
    }

    private Scope scope() {
        return Objects.requireNonNull(scope, "the body has not been read");
    }

    private Plan plan() {
        return Objects.requireNonNull(plan, "the request has not been prepared");
    }
}
