package dev.aicortex.fleet;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.fleet.observed.Probe;
import dev.aicortex.fleet.observed.Typical;
import dev.aicortex.model.ContextTag;
import dev.aicortex.model.ModelName;
import dev.aicortex.model.ServerUrl;
import dev.aicortex.ollama.ControlCalls;
import dev.aicortex.ollama.RunningModel;
import dev.aicortex.ollama.TagList;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.enterprise.event.Observes;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/** The servers. Probes change them one by one; readers see one immutable snapshot after another. */
@ApplicationScoped
public class Fleet {
    /** A probe younger than this is believed when it says that a model or a server is not there. */
    public static final Duration BELIEVED = Duration.ofSeconds(1);

    private static final Logger LOG = Logger.getLogger(Fleet.class);

    /** However many requests fail at once, one probe a server answers for all. */
    private static final Duration RECHECK_AGE = Duration.ofMillis(500);

    /** A list shows what was pulled a moment ago, and no server can make it wait for long. */
    private static final Duration LISTED_AGE = Duration.ofSeconds(1);

    private static final Duration LISTED_WAIT = Duration.ofMillis(250);

    /** A server that has come and has not answered yet may do so at any moment, for so long. */
    private static final Duration NEW_FOR = Duration.ofMinutes(10);

    private static final Duration NEW_AGE = Duration.ofMillis(500);

    /** Of a model: several times what Ollama takes. */
    private static final int LONGEST_NAME = 1_000;

    private final CortexConfig config;
    private final ControlCalls control;
    private final Event<Change> changes;
    private final Drift.Log drifts = new Drift.Log();
    private final Clock clock = Clock.systemUTC();
    private final Map<Server, Probe> probes = new ConcurrentHashMap<>();

    /** Servers that are none of the fleet's any more, and still have requests. */
    private final Map<URI, Server> leaving = new ConcurrentHashMap<>();

    private final Map<URI, Server> outside = new ConcurrentHashMap<>();
    private final Typical typical = new Typical();
    private final Promise<Void> swept = Promise.promise();
    private volatile boolean stopped;
    private volatile Consumer<Server> whenFree = _ -> {};
    private volatile BiConsumer<ServerState, Instant> whenProbed = (_, _) -> {};
    private volatile FleetSnapshot snapshot = FleetSnapshot.of(List.of(), null, Pools.Rules.NONE);
    private int positions;

    /** Servers that have come, and some that have gone with their last request. */
    public record Change(List<Server> come, List<Server> gone) {}

    Fleet(CortexConfig config, ControlCalls control, Event<Change> changes) {
        this.config = config;
        this.control = control;
        this.changes = changes;
    }

    /** Takes the servers and probes them all; called once, before requests are served. */
    void start(List<ServerUrl> urls, ServerList.LastKnown lastKnown) {
        take(urls, config, lastKnown);
        refresh(snapshot.states(), Duration.ZERO).onComplete(_ -> swept.tryComplete());
    }

    /**
     * Has these servers from now on, and the rules and settings of this configuration. One that
     * stays keeps what was learned of it; one that comes is probed before it is asked; one that
     * goes gets no new requests, and ends with the last of those that it has.
     */
    void take(List<ServerUrl> urls, CortexConfig next, ServerList.LastKnown lastKnown) {
        List<Server> come = new ArrayList<>();
        synchronized (this) {
            Map<URI, ServerState> before = new HashMap<>();
            snapshot.states().forEach(state -> before.put(state.server().url().base(), state));
            List<ServerState> states = new ArrayList<>();
            Map<String, Map<ModelName, TagList.Tag>> known = lastKnown.models(urls);
            Function<ServerUrl, ServerSettings> settings = ServerSettings.all(next);
            for (ServerUrl url : urls) {
                ServerState old = before.remove(url.base());
                if (old == null) {
                    old = unknown(arrived(url), known.getOrDefault(url.toString(), Map.of()));
                    come.add(old.server());
                }
                old.server().set(url, settings.apply(url));
                states.add(old);
            }
            before.values().forEach(state -> leave(state.server()));
            states.sort(Comparator.comparingInt(state -> state.server().position()));
            snapshot = FleetSnapshot.of(states, snapshot, Pools.Rules.of(next.routing()));
        }
        changes.fire(new Change(come, List.of()));
        Future<Void> _ = all(come.stream(), probe -> probe.run(Duration.ZERO));
    }

    private static ServerState unknown(Server server, Map<ModelName, TagList.Tag> models) {
        return new ServerState(server, new Health.Unknown(), "", models, List.of());
    }

    /** A new one, or the one that is still leaving. */
    private Server arrived(ServerUrl url) {
        Server back = leaving.remove(url.base());
        Server server = back == null ? newServer(url, positions++) : back;
        server.drain(false);
        probes.put(server, new Probe(server::url, control, clock, found -> probed(server, found)));
        return server;
    }

    private void leave(Server server) {
        LOG.infof("server %s leaves the fleet; requests there: %d", server, server.inFlight());
        server.drain(true);
        probes.remove(server);
        leaving.put(server.url().base(), server);
    }

    /** Forgets those that have left and have no request any more. */
    private void forgetLeft() {
        List<Server> gone = new ArrayList<>();
        for (Server server : List.copyOf(leaving.values())) {
            if (server.inFlight() == 0 && leaving.remove(server.url().base(), server)) {
                gone.add(server);
                control.forget(server.url());
            }
        }
        if (!gone.isEmpty()) {
            changes.fire(new Change(List.of(), gone));
        }
    }

    private Server newServer(ServerUrl url, int position) {
        Server server = new Server(url, position, config, clock, typical);
        server.whenFree(free -> whenFree.accept(free));
        return server;
    }

    /** The one listener is told of each place that becomes free, on the thread that frees it. */
    public void whenFree(Consumer<Server> listener) {
        whenFree = listener;
    }

    /** The one listener is told of each good answer to a probe, and when the probe began. */
    public void whenProbed(BiConsumer<ServerState, Instant> listener) {
        whenProbed = listener;
    }

    /** A probe that the stop breaks off has found nothing. */
    void stop(@Observes ShutdownEvent event) {
        stopped = true;
    }

    public FleetSnapshot snapshot() {
        return snapshot;
    }

    /** Done once every server has been probed for the first time. */
    public Future<Void> swept() {
        return swept.future();
    }

    /** In the background, so that no request waits for a dead server. */
    @Scheduled(every = "1s", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void probeDue() {
        for (ServerState state : snapshot.states()) {
            Probe probe = probes.get(state.server());
            if (probe != null) { // it may just have left
                probe.run(probe.wanted() ? Duration.ZERO : maxAge(state, config.health()));
            }
        }
        forgetLeft();
    }

    private Duration maxAge(ServerState state, CortexConfig.Health ages) {
        return switch (state.health()) {
            case Health.Up _ -> ages.ttl();
            case Health.Down(Instant since, _)
                    when state.version().isEmpty()
                            && since.isAfter(clock.instant().minus(NEW_FOR)) ->
                    NEW_AGE;
            case Health.Down _, Health.Asleep _, Health.Unknown _ -> ages.recoveryInterval();
        };
    }

    /**
     * The fleet with what has just been pulled or deleted: the servers that are up are asked again,
     * at most once a second, and those that do not answer at once are taken as they are known.
     */
    public Uni<FleetSnapshot> current() {
        List<ServerState> up = snapshot.states().stream().filter(ServerState::up).toList();
        return Uni.createFrom()
                .<Boolean>emitter(
                        emitter -> refresh(up, LISTED_AGE).onComplete(_ -> emitter.complete(true)))
                .ifNoItem()
                .after(LISTED_WAIT)
                .recoverWithItem(false)
                .map(_ -> snapshot);
    }

    /**
     * Asks servers again for what they hold.
     *
     * @param maxAge a probe that ended less than this long ago is not repeated
     * @return done when all have answered or timed out; never fails
     */
    public Future<Void> refresh(Collection<ServerState> servers, Duration maxAge) {
        return all(servers.stream().map(ServerState::server), probe -> probe.run(maxAge));
    }

    /** The same after a change there: by a probe that begins after this call. */
    public Future<Void> renew(Collection<Server> servers) {
        return all(servers.stream(), Probe::runAfresh);
    }

    /**
     * Asks one server that is waited for, however often it has just failed to answer.
     *
     * @return done when it has answered or timed out; never fails
     */
    public Future<Void> probeNow(Server server) {
        control.forget(server.url());
        return renew(List.of(server));
    }

    /** A server was woken and did not come. */
    void notWoken(Server server) {
        note(server, new Probe.Failed(server.rest().problem()));
    }

    private Future<Void> all(Stream<Server> servers, Function<Probe, Future<Void>> run) {
        List<Future<Void>> runs =
                servers.map(probes::get).filter(Objects::nonNull).map(run).toList();
        return Future.join(runs).otherwiseEmpty().mapEmpty();
    }

    /**
     * A server that is not of the fleet: nobody probes it, but what requests show of it counts. The
     * same one each time, for all callers: without any credentials.
     */
    public ServerState outside(ServerUrl url) {
        ServerUrl bare = new ServerUrl(url.base(), Optional.empty());
        Server server =
                outside.computeIfAbsent(bare.base(), _ -> newServer(bare, Integer.MAX_VALUE));
        return new ServerState(server, new Health.Up(Instant.EPOCH), "", Map.of(), List.of());
    }

    /**
     * Has a server of the fleet probed in the background, since real traffic met a failure there:
     * now, or at the next tick when it has just been probed.
     */
    public void recheck(Server server) {
        Probe probe = probes.get(server);
        if (probe != null) {
            probe.want();
            probe.run(RECHECK_AGE);
        }
    }

    /** Replaces one server's state; the snapshot changes only when something did. */
    private void probed(Server server, Probe.Result result) {
        note(server, result);
        Probe probe = probes.get(server);
        if (!stopped && probe != null && result instanceof Probe.Answered) {
            snapshot.state(server).ifPresent(state -> whenProbed.accept(state, probe.began()));
        }
    }

    private synchronized void note(Server server, Probe.Result result) {
        int index = snapshot.indexOf(server);
        if (stopped || index < 0) { // it has left meanwhile
            return;
        }
        List<ServerState> states = new ArrayList<>(snapshot.states());
        ServerState old = states.get(index);
        ServerState next =
                switch (result) {
                    case Probe.Answered answered -> up(old, answered);
                    case Probe.Failed failed -> down(old, failed.reason());
                    case Probe.NotAsked _ -> old;
                };
        if (!next.equals(old)) {
            states.set(index, next);
            snapshot = FleetSnapshot.of(states, snapshot, snapshot.pools().rules());
            drifts.look(snapshot);
        }
    }

    private ServerState up(ServerState old, Probe.Answered answer) {
        Server server = old.server();
        server.probed(!old.up() && !(old.health() instanceof Health.Unknown));
        Map<ModelName, TagList.Tag> models = byName(answer.list().tags());
        List<RunningModel> running =
                answer.running().stream().map(loaded -> own(loaded, models)).toList();
        Set<String> contents = new HashSet<>();
        models.forEach((name, tag) -> contents.add(ServerState.content(name, tag)));
        String version = answer.version().isEmpty() ? old.version() : answer.version();
        server.runs(version);
        server.listed(contents, running);
        if (!old.up()) {
            LOG.infof("server %s is up: %d models", server, models.size());
        }
        Health up = old.up() ? old.health() : new Health.Up(clock.instant());
        return new ServerState(server, up, version, models, running, answer.list().contextTags());
    }

    /** What runs under a context tag is its model, unless that has been pulled anew since. */
    private static RunningModel own(RunningModel loaded, Map<ModelName, TagList.Tag> models) {
        ModelName name = ModelName.of(loaded.label());
        TagList.Tag tag = models.get(name);
        return tag != null
                        && ContextTag.of(name, 0, tag.content()).content().equals(loaded.digest())
                ? loaded.named(tag.label(), tag.content())
                : loaded;
    }

    private ServerState down(ServerState old, String reason) {
        Server server = old.server();
        server.rest().gone();
        return new ServerState(
                server,
                server.sleeps() ? asleep(old, reason) : down(old.health(), server, reason),
                old.version(),
                old.models(),
                List.of(),
                old.contextTags());
    }

    private Health asleep(ServerState old, String reason) {
        if (old.health() instanceof Health.Asleep before) {
            return new Health.Asleep(before.since(), reason);
        }
        LOG.infof("server %s is asleep until a request needs it: %s", old.server(), reason);
        return new Health.Asleep(clock.instant(), reason);
    }

    private Health down(Health old, Server server, String found) {
        String problem = server.rest().problem();
        String reason = problem.isEmpty() ? found : problem;
        if (old instanceof Health.Down before) {
            return new Health.Down(before.since(), reason);
        }
        LOG.warnf("server %s is down and is skipped: %s", server, reason);
        return new Health.Down(clock.instant(), reason);
    }

    private static Map<ModelName, TagList.Tag> byName(List<TagList.Tag> tags) {
        Map<ModelName, TagList.Tag> models = new LinkedHashMap<>();
        for (TagList.Tag tag : tags) {
            if (!tag.label().isEmpty() && tag.label().length() <= LONGEST_NAME) {
                models.putIfAbsent(ModelName.of(tag.label()), tag);
            }
        }
        return Collections.unmodifiableMap(models);
    }
}
