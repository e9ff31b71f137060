package dev.aicortex.http.events;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.aicortex.fleet.AddedServers;
import dev.aicortex.fleet.Fleet;
import dev.aicortex.fleet.FleetSnapshot;
import dev.aicortex.fleet.Server;
import dev.aicortex.fleet.ServerState;
import dev.aicortex.fleet.Wakes;
import dev.aicortex.gateway.dispatch.Queue;
import dev.aicortex.gateway.watch.Numbers;
import dev.aicortex.gateway.watch.ServerPace;
import dev.aicortex.gateway.watch.Watch;
import dev.aicortex.model.ModelName;
import dev.aicortex.model.ServerUrl;
import dev.aicortex.ollama.HeldConnections;
import dev.aicortex.ollama.TagList;
import dev.aicortex.usage.UsageReport;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.subscription.BackPressureStrategy;
import io.smallrye.mutiny.subscription.MultiEmitter;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.impl.VertxInternal;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.interceptor.Interceptor;
import jakarta.ws.rs.sse.OutboundSseEvent;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.jaxrs.OutboundSseEventImpl;
import org.jspecify.annotations.Nullable;

/**
 * The stream of {@code GET /admin/events}. One look at the fleet, twice a second while somebody
 * listens, serves all who do; what has changed since the last one is an event, and the last events
 * are kept. Each listener takes them at its own pace: one that comes back, or is slow, goes on
 * behind the last event that it took, and gets a snapshot when that is too long ago.
 *
 * <p>All but {@link #from} and {@link #stop} is confined to one event loop.
 */
@ApplicationScoped
class Feed {
    private static final Logger LOG = Logger.getLogger(Feed.class);
    private static final long EVERY_MILLIS = 500;

    /** Proxies close what is silent; half a minute is the least that is usual. */
    private static final long HEARTBEAT_NANOS = Duration.ofSeconds(12).toNanos();

    /** For so long it goes on when nobody listens: a page that is loaded anew comes back. */
    private static final long LINGER_NANOS = Duration.ofSeconds(15).toNanos();

    /** After so long a browser comes back whose connection has ended. */
    private static final long RETRY_MILLIS = 1_000;

    /** Of a snapshot and of a change. */
    private static final int MOST_REQUESTS = 200;

    private final Fleet fleet;
    private final Queue queue;
    private final Watch watch;
    private final Wakes wakes;
    private final AddedServers added;
    private final HeldConnections connections;
    private final Vertx vertx;
    private final Context loop;
    private final ObjectMapper json;
    private final Clock clock = Clock.systemUTC();
    private final Events events =
            new Events(HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt()));
    private final List<Listener> listeners = new ArrayList<>();
    private @Nullable Long timer;
    private Told told = Told.NOTHING;
    private long heardNanos;
    private boolean stopped;

    Feed(
            Fleet fleet,
            Queue queue,
            Watch watch,
            Wakes wakes,
            AddedServers added,
            HeldConnections connections,
            Vertx vertx,
            ObjectMapper json) {
        this.fleet = fleet;
        this.queue = queue;
        this.watch = watch;
        this.wakes = wakes;
        this.added = added;
        this.connections = connections;
        this.vertx = vertx;
        this.loop = ((VertxInternal) vertx).createEventLoopContext();
        this.json = json;
    }

    /**
     * Sums over the fleet.
     *
     * @param requestsPerSecond that have ended, on the average of the last minute
     * @param tokensPerSecond of answers, the same
     */
    record Totals(
            @JsonProperty("in_flight") int inFlight,
            int waiting,
            @JsonProperty("requests_per_second") double requestsPerSecond,
            @JsonProperty("tokens_per_second") double tokensPerSecond) {}

    /** How many requests wait for a model. */
    record Line(String model, int waiting) {}

    /**
     * What listeners have been told, up to the last event.
     *
     * @param servers by their ids
     * @param requests the number of the next request to tell
     * @param span the last one of 15 seconds that they know to be over
     */
    private record Told(
            String status,
            Totals totals,
            Map<String, ServerView> servers,
            List<Line> waiting,
            long requests,
            long span) {
        static final Told NOTHING = new Told("", new Totals(0, 0, 0, 0), Map.of(), List.of(), 0, 0);
    }

    /** The data of an event; what has not changed is absent. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record Data(
            String at,
            @Nullable String status,
            @Nullable Totals totals,
            @Nullable List<ServerView> servers,
            @Nullable List<String> gone,
            @Nullable List<Line> waiting,
            @Nullable List<UsageReport.Kept> requests,
            @Nullable Long skipped,
            @Nullable Map<String, ServerPace.FirstToken> bucket) {
        boolean tells() {
            return status != null
                    || totals != null
                    || servers != null
                    || gone != null
                    || waiting != null
                    || requests != null
                    || bucket != null;
        }
    }

    /** Somebody who listens. */
    private static final class Listener {
        private final MultiEmitter<? super OutboundSseEvent> to;
        private final BooleanSupplier may;

        /** The last event that it took; negative when it needs a snapshot. */
        private long last;

        private long toldNanos = System.nanoTime();

        Listener(MultiEmitter<? super OutboundSseEvent> to, BooleanSupplier may, long last) {
            this.to = to;
            this.may = may;
            this.last = last;
        }

        boolean takes() {
            return to.requested() > 0 && !to.isCancelled();
        }

        void tell(OutboundSseEvent event, long now) {
            toldNanos = now;
            to.emit(event);
        }
    }

    /**
     * The events behind that one, and those that come.
     *
     * @param id of the last event that the listener has; null for none
     * @param may whether it may go on; the stream ends when not
     */
    Multi<OutboundSseEvent> from(@Nullable String id, BooleanSupplier may) {
        return Multi.createFrom()
                .emitter( // only what is asked for is emitted, so that nothing is dropped
                        to -> loop.runOnContext(_ -> join(to, id, may)), BackPressureStrategy.DROP);
    }

    private void join(
            MultiEmitter<? super OutboundSseEvent> to, @Nullable String id, BooleanSupplier may) {
        if (stopped) {
            to.complete();
            return;
        }
        Listener listener = new Listener(to, may, events.number(id));
        listeners.add(listener);
        to.onTermination(() -> loop.runOnContext(_ -> listeners.remove(listener)));
        to.onRequest(_ -> loop.runOnContext(_ -> serve(listener)));
        if (timer == null) {
            events.forget(); // nobody has looked since
            timer = vertx.setPeriodic(EVERY_MILLIS, _ -> tick());
            look(true);
        }
        serve(listener);
    }

    private void tick() {
        long now = System.nanoTime();
        if (!listeners.isEmpty()) {
            heardNanos = now;
        } else if (now - heardNanos > LINGER_NANOS) {
            rest();
            return;
        }
        try {
            look(false);
        } catch (RuntimeException e) {
            LOG.error("the fleet cannot be shown", e);
        }
        for (Listener listener : List.copyOf(listeners)) {
            serve(listener);
        }
    }

    private void rest() {
        if (timer != null) {
            vertx.cancelTimer(timer);
            timer = null;
        }
        connections.hold(List.of(), _ -> {});
    }

    private void serve(Listener listener) {
        try {
            if (listener.may.getAsBoolean()) {
                tellAll(listener);
            } else {
                listener.to.complete();
            }
        } catch (RuntimeException e) {
            LOG.error("the fleet cannot be shown", e);
            listener.to.fail(e);
        }
    }

    /** All that it takes now. */
    private void tellAll(Listener listener) {
        boolean more = true;
        while (more && listener.takes()) {
            long now = System.nanoTime();
            if (!events.known(listener.last)) {
                listener.last = events.last();
                listener.tell(event(events.last(), "snapshot", snapshot()), now);
            } else if (listener.last < events.last()) {
                listener.last++;
                listener.tell(event(listener.last, "change", events.get(listener.last)), now);
            } else {
                more = false;
                if (now - listener.toldNanos > HEARTBEAT_NANOS) {
                    listener.tell(new OutboundSseEventImpl.BuilderImpl().comment("").build(), now);
                }
            }
        }
    }

    private OutboundSseEvent event(long number, String name, String data) {
        return new OutboundSseEventImpl.BuilderImpl()
                .id(events.id(number))
                .name(name)
                .reconnectDelay(RETRY_MILLIS)
                .data(data)
                .build();
    }

    // ---- what there is to see

    /**
     * Looks at the fleet, and has an event of what has changed.
     *
     * @param first whether nobody has looked lately: then all is as it is
     */
    private void look(boolean first) {
        FleetSnapshot now = fleet.snapshot();
        long millis = clock.millis();
        connections.hold(
                now.states().stream()
                        .filter(ServerState::up)
                        .map(state -> state.server().url())
                        .collect(Collectors.toSet()),
                this::gone);
        Map<ModelName, Integer> lines = queue.waiting();
        long from = first ? Math.max(0, watch.next() - MOST_REQUESTS) : told.requests;
        Watch.Part requests = watch.from(from, MOST_REQUESTS);
        long last = ServerPace.lastSpan(millis);
        long span = first ? last : Math.min(told.span + 1, last);
        Told next =
                new Told(
                        now.status(),
                        totals(now, lines, millis),
                        views(now, lines, millis),
                        lines.entrySet().stream()
                                .map(line -> new Line(label(now, line.getKey()), line.getValue()))
                                .toList(),
                        requests.next(),
                        span);
        if (!first) {
            Data change = change(told, next, requests, millis);
            if (change.tells()) {
                events.add(text(change));
            }
        }
        told = next;
    }

    /** As its servers spell it. */
    private static String label(FleetSnapshot now, ModelName model) {
        return now.tag(model).map(TagList.Tag::label).orElse(model.canonical());
    }

    /** A server has ended a connection: it is asked at once how it is. */
    private void gone(ServerUrl url) {
        ServerState state = fleet.snapshot().byUrl().get(url.toString());
        if (state != null) {
            fleet.recheck(state.server());
        }
    }

    private Totals totals(FleetSnapshot now, Map<ModelName, Integer> lines, long millis) {
        int inFlight = 0;
        double tokens = 0;
        for (ServerState state : now.states()) {
            inFlight += state.server().inFlight();
            ServerPace pace = watch.pace(state.server());
            tokens += pace == null ? 0 : pace.tokensASecond(millis);
        }
        return new Totals(
                inFlight,
                lines.values().stream().mapToInt(Integer::intValue).sum(),
                Numbers.tenths(watch.requestsASecond(millis)),
                Numbers.tenths(tokens));
    }

    private Map<String, ServerView> views(
            FleetSnapshot now, Map<ModelName, Integer> lines, long millis) {
        Map<Server, Integer> waiting = new HashMap<>();
        lines.forEach((model, number) ->
                now.holders(model)
                        .forEach(state -> waiting.merge(state.server(), number, Integer::sum)));
        Map<String, ServerView> views = new LinkedHashMap<>();
        for (ServerState state : now.states()) {
            Server server = state.server();
            ServerView view =
                    ServerView.of(
                            state,
                            new ServerView.Beside(
                                    waiting.getOrDefault(server, 0),
                                    watch.pace(server),
                                    wakes.waking(server),
                                    added.has(server.name())),
                            millis);
            views.put(view.id(), view);
        }
        return views;
    }

    private Data change(Told before, Told now, Watch.Part requests, long millis) {
        List<ServerView> servers =
                now.servers.values().stream()
                        .filter(view -> !view.equals(before.servers.get(view.id())))
                        .toList();
        List<String> gone =
                before.servers.keySet().stream()
                        .filter(id -> !now.servers.containsKey(id))
                        .toList();
        return new Data(
                Instant.ofEpochMilli(millis).toString(),
                now.status.equals(before.status) ? null : now.status,
                now.totals.equals(before.totals) ? null : now.totals,
                servers.isEmpty() ? null : servers,
                gone.isEmpty() ? null : gone,
                now.waiting.equals(before.waiting) ? null : now.waiting,
                requests.requests().isEmpty()
                        ? null
                        : requests.requests().stream().map(RequestsResource::kept).toList(),
                requests.skipped() == 0 ? null : requests.skipped(),
                now.span == before.span ? null : bucket(now.span));
    }

    /** Of the servers where streams began in it. */
    private Map<String, ServerPace.FirstToken> bucket(long span) {
        Map<String, ServerPace.FirstToken> all = new LinkedHashMap<>();
        for (ServerState state : fleet.snapshot().states()) {
            ServerPace pace = watch.pace(state.server());
            ServerPace.FirstToken first = pace == null ? null : pace.firstToken(span);
            if (first != null) {
                all.put(state.server().url().toString(), first);
            }
        }
        return all;
    }

    /** All that has been told so far. */
    private String snapshot() {
        Map<String, ServerPace.History> histories = new HashMap<>();
        for (ServerState state : fleet.snapshot().states()) {
            ServerPace pace = watch.pace(state.server());
            if (pace != null) {
                histories.put(state.server().url().toString(), pace.history(told.span));
            }
        }
        List<ServerView> servers =
                told.servers.values().stream()
                        .map(view ->
                                view.with(
                                        Objects.requireNonNullElse(
                                                histories.get(view.id()), ServerPace.History.NONE)))
                        .toList();
        List<UsageReport.Kept> requests =
                watch
                        .from(Math.max(0, told.requests - MOST_REQUESTS), Watch.KEPT)
                        .requests()
                        .stream()
                        .filter(each -> each.number() < told.requests)
                        .map(RequestsResource::kept)
                        .toList();
        return text(
                new Data(
                        clock.instant().toString(),
                        told.status,
                        told.totals,
                        servers,
                        null,
                        told.waiting,
                        requests,
                        null,
                        null));
    }

    private String text(Data data) {
        try {
            return json.writeValueAsString(data);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("records of texts and numbers", e);
        }
    }

    /** The gateway waits for what runs when it stops, and these streams would never end. */
    void stop(
            @Observes @Priority(Interceptor.Priority.PLATFORM_BEFORE)
                    ShutdownDelayInitiatedEvent event) {
        loop.runOnContext(_ -> {
            stopped = true;
            rest();
            List.copyOf(listeners).forEach(each -> each.to.complete());
        });
    }
}
