package dev.aicortex.gateway;

import dev.aicortex.fleet.Allow;
import dev.aicortex.fleet.FleetSnapshot;
import dev.aicortex.fleet.Holding;
import dev.aicortex.fleet.Outcome;
import dev.aicortex.fleet.Pool;
import dev.aicortex.fleet.Reply;
import dev.aicortex.fleet.Server;
import dev.aicortex.fleet.ServerState;
import dev.aicortex.model.CortexException;
import dev.aicortex.model.Endpoint;
import dev.aicortex.model.ModelName;
import dev.aicortex.model.Priority;
import dev.aicortex.prompt.Truncation;
import dev.aicortex.relay.Delivery;
import dev.aicortex.relay.Relay;
import dev.aicortex.relay.Rewriting;
import dev.aicortex.relay.StreamKind;
import dev.aicortex.relay.Usage;
import dev.aicortex.routing.Ask;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP request's life: the client's side of it. Its bytes go to a server, the answer's back.
 * Confined to its event loop, but for {@link #stop}.
 */
final class Exchange extends Errand {
    private static final int LATE = 504;

    private final Vertx vertx;
    private final RoutingContext context;
    private final Route route;
    private final Context loop;
    private final ClientAnswer answer;
    private final Surroundings gateway;
    private @Nullable InferenceRequest request;
    private final AnswerHead head;
    private @Nullable RequestAsk ask;
    private QueueStanding standing = QueueStanding.NORMAL;
    private Allow allow = Allow.ALL;
    private @Nullable Chain chain;
    private @Nullable Passage passage;
    private @Nullable Heartbeat heartbeat;
    private boolean begun;
    private @Nullable Server current;
    private int window;
    private final Map<Server, Passage.Asked> asked = new HashMap<>();
    private boolean discarded;
    private Future<Void> told = Future.succeededFuture();

    Exchange(Vertx vertx, Surroundings gateway, RoutingContext context, Route route) {
        this.vertx = vertx;
        this.gateway = gateway;
        this.context = context;
        this.route = route;
        this.loop = vertx.getOrCreateContext();
        this.answer = new ClientAnswer(context.request(), route, this::asked);
        this.head = new AnswerHead(context.response());
        context.addEndHandler().onFailure(_ -> left());
    }

    Route route() {
        return route;
    }

    HttpServerRequest clientRequest() {
        return context.request();
    }

    HttpServerResponse response() {
        return context.response();
    }

    @Nullable String contentType() {
        return context.request().getHeader("Content-Type");
    }

    private InferenceRequest request() {
        return Objects.requireNonNull(request, "the body has not been read");
    }

    /** The model as the client spelt it; empty while that is not known. */
    private String asked() {
        return request == null ? "" : request.spelling();
    }

    /** The request is read: from here on its client may have to be kept waiting. */
    void request(InferenceRequest parsed) {
        request = parsed;
        head.removed(parsed.marks().web().names());
        ask = new RequestAsk(parsed, route, clientRequest());
        standing = gateway.standings().of(context);
        allow = gateway.keyRules().of(context);
        chain =
                new Chain(
                        parsed.spelling(),
                        gateway.aliases().targets(parsed.spelling(), parsed.model()));
        Endpoint endpoint = route.endpoint();
        if (parsed.stream() && endpoint.events() && endpoint.generates()) {
            gateway.heartbeat().ifPresent(this::keepAlive);
        }
    }

    private void keepAlive(Duration every) {
        StreamKind kind = StreamKind.events(route.endpoint());
        heartbeat = new Heartbeat(vertx, response(), kind, every, head::forget);
    }

    private void left() {
        stopHeartbeat();
        clientGone();
    }

    private void stopHeartbeat() {
        if (heartbeat != null) {
            heartbeat.stop();
        }
    }

    @Override
    String spelling() {
        return chain().current().spelling();
    }

    @Override
    ModelName model() {
        return chain().current().name();
    }

    @Override
    String label() {
        return "request %s, model %s"
                .formatted(Responses.requestId(response()), model().canonical());
    }

    @Override
    Allow allow() {
        return allow;
    }

    @Override
    boolean nextModel(CortexException error) {
        return brokenOff().isEmpty() && chain().next(error);
    }

    @Override
    CortexException finalError(CortexException last) {
        return chain().error(last);
    }

    /** Looking a model up costs a server next to nothing. */
    @Override
    boolean occupies() {
        return route.endpoint() != Endpoint.SHOW;
    }

    @Override
    Priority priority() {
        return standing.priority();
    }

    @Override
    String key() {
        return standing.key();
    }

    @Override
    Optional<Duration> deadline() {
        return standing.deadline();
    }

    @Override
    LoadRequest load(Holding holding) {
        return LoadRequest.of(spelling(), request(), route.endpoint(), asked(holding).length());
    }

    /** What a server is asked for: once that is settled, another look does not change it. */
    private Passage.Asked asked(Holding holding) {
        return asked.computeIfAbsent(holding.server(), _ -> ask(holding));
    }

    private Passage.Asked ask(Holding holding) {
        if (route.endpoint().takesOptions() && Changes.setsNumCtx(request().marks())) {
            LoadRequest own = LoadRequest.of(spelling(), request(), route.endpoint(), 0);
            return new Passage.Asked(spelling(), own.numCtx(), false);
        }
        int length = passage().wish().on(holding);
        return length > 0 && passage().byTag()
                ? new Passage.Asked(
                        gateway.tags().name(holding.server(), model(), length), length, true)
                : new Passage.Asked(spelling(), length, false);
    }

    @Override
    Future<Outcome> ready(Holding holding) {
        Passage.Asked of = asked(holding);
        return of.byTag()
                ? gateway.tags().ensure(holding.server(), model(), of.spelling(), of.length())
                : super.ready(holding);
    }

    @Override
    boolean missed(Holding holding) {
        Passage.Asked of = asked(holding);
        if (of.byTag()) {
            gateway.tags().forget(holding.server(), of.spelling());
            asked.remove(holding.server());
        }
        return of.byTag();
    }

    @Override
    void answers(Holding holding) {
        if (occupies()) {
            holding.loadedWith(asked(holding).length());
        }
    }

    @Override
    Map<Server, Outcome> unfit(FleetSnapshot snapshot) {
        return passage == null || !passage.byTag()
                ? Map.of()
                : gateway.tags().refusing(snapshot, model(), passage.wish());
    }

    @Override
    CortexException notHeld(FleetSnapshot snapshot) {
        Map<Server, Outcome> unfit = unfit(snapshot);
        if (unfit.isEmpty()) {
            return super.notHeld(snapshot);
        }
        unfit.forEach(failures()::addUnlessTried);
        return failures().error(spelling(), List.of(), Duration.ZERO);
    }

    @Override
    void waited(long millis, int ahead) {
        head.waited(millis, ahead);
    }

    @Override
    Future<Void> prepare() {
        asked.clear();
        return gateway.passages()
                .of(request(), route.endpoint(), chain().current(), wish(), resumable())
                .onSuccess(made -> passage = made)
                .compose(_ -> ask().prepare(model(), gateway.prompts()));
    }

    /** What a server does for somebody else's has the length that it has there. */
    private ContextLength.Wish wish() {
        String header = clientRequest().getHeader(ContextLength.HEADER);
        ContextLength.Wish wish = gateway.lengths().of(model(), header);
        return occupies() && !unloads() && gateway.tags().runsThere(model())
                ? wish
                : ContextLength.Wish.NONE;
    }

    private boolean resumable() {
        return gateway.continuations().wanted(context)
                && request().stream()
                && PlainChat.possibleAt(route.endpoint());
    }

    private Optional<Resumption> resumption() {
        return passage == null ? Optional.empty() : passage.resumption();
    }

    /** That of an answer which a server broke off and no other one goes on with as yet. */
    private Optional<Resumption> brokenOff() {
        return resumption().filter(Resumption::brokenOff);
    }

    private Passage passage() {
        return Objects.requireNonNull(passage, "the request has not been prepared");
    }

    private Chain chain() {
        return Objects.requireNonNull(chain, "the body has not been read");
    }

    @Override
    String path() {
        return route.endpoint().path();
    }

    /** What one model has begun, the same one has to end. */
    @Override
    List<ServerState> holders(FleetSnapshot snapshot) {
        List<ServerState> all = super.holders(snapshot);
        return brokenOff().map(begun -> begun.holders(all, model())).orElse(all);
    }

    @Override
    Pool pool(FleetSnapshot snapshot) {
        Pool pool =
                brokenOff().isEmpty() ? super.pool(snapshot) : Pool.of(model(), holders(snapshot));
        return passage == null
                ? pool
                : gateway.lengths().apart(pool, passage.wish(), failures().servers());
    }

    @Override
    Future<Boolean> resumes(String reason) {
        return resumption()
                .filter(Resumption::open)
                .map(begun -> resumes(begun, reason))
                .orElseGet(() -> super.resumes(reason));
    }

    private Future<Boolean> resumes(Resumption answer, String reason) {
        begun = false;
        answer.broke(reason);
        return gateway.continuations()
                .possible(answer, model())
                .compose(_ -> answer.prepare())
                .onSuccess(_ -> head.resumed(answer.times()))
                .map(true)
                .otherwise(failure -> {
                    refuse(Failover.asCortexException(failure));
                    return false;
                });
    }

    private Future<Void> interrupt(Resumption answer, String why) {
        head.notResumed();
        gateway.metrics().resumption("interrupted");
        return this.answer.interrupt(answer.interrupted(why));
    }

    @Override
    void asking(Server server) {
        resumption()
                .ifPresent(begun -> begun.asking(gateway.continuations().content(server, model())));
        current = server;
        head.asking(server, spelling(), attempts());
    }

    /** How much of a conversation the server that is asked gives the model to see. */
    private int windowThere() {
        if (current == null) {
            return 0;
        }
        Passage.Asked of = asked.get(current);
        return of != null && of.length() > 0
                ? of.length()
                : gateway.windows().of(current, model()).orElse(0);
    }

    @Override
    Ask ask(Selection selection) {
        return ask().of(model(), selection, priority());
    }

    private RequestAsk ask() {
        return Objects.requireNonNull(ask, "the body has not been read");
    }

    /** Told when it is asked for, as long as there is a head to tell it in. */
    @Override
    void chosen(Place.Reserved place) {
        if ("1".equals(clientRequest().getHeader(Explain.HEADER)) && !head.sent()) {
            head.explain(Explain.inShort(place));
        }
    }

    /** A prompt that a server cut without a word is counted. */
    @Override
    void counted(Usage usage) {
        boolean told = window > 0 && usage.prompt() > 0;
        if (told && Truncation.happened(passage().promptEstimate(), window, usage.prompt())) {
            gateway.metrics().truncated(model());
        }
    }

    private Rewriting rewriting() {
        window = windowThere();
        long estimate = passage().promptEstimate();
        return Truncation.likely(estimate, window)
                ? passage().rewriting().then(new CutNotice(estimate, window))
                : passage().rewriting();
    }

    /** The gateway waits no longer: the client is told, the server's work ends. */
    @Override
    void stop() {
        loop.runOnContext(_ -> {
            if (begun) {
                interrupt("the gateway is stopping");
            } else {
                refuse(Drain.stopping());
                clientGone();
            }
        });
    }

    /** Done when the client has the error that it was sent, if it was sent one; never fails. */
    Future<Void> told() {
        return told;
    }

    /** Answers with an error that is no server's. */
    void refuse(CortexException error) {
        stopHeartbeat();
        if (brokenOff().isPresent()) {
            told = interrupt(brokenOff().get(), error.text());
            return;
        }
        if (attempts() > 0) {
            head.unanswered();
        }
        boolean workedInVain = error.status() == LATE && attempts() > 0;
        if (brokenOn() > 1 || workedInVain) {
            head.notToBeTriedAgain();
        }
        told = answer.refuse(error);
    }

    @Override
    Future<Void> sendTo(HttpClientRequest to, Holding holding) {
        ForwardedHead.copy(clientRequest(), to);
        Passage.Asked of = asked(holding);
        holding.expect(of.length());
        return request().body().sendTo(to, passage().body(of));
    }

    /** Whether all that is wanted is that the model leaves the memory. */
    boolean unloads() {
        return request().marks().unload() && request().body() instanceof RequestBody.InMemory;
    }

    /** What servers are sent, of a request that {@link #unloads}. */
    Buffer sentBytes() {
        return request().body() instanceof RequestBody.InMemory body
                ? body.join(passage().body(new Passage.Asked(spelling(), 0, false)))
                : Buffer.buffer();
    }

    /** A transcription may be asked for as text or as subtitles. */
    @Override
    boolean takes(String contentType) {
        boolean text = contentType.startsWith("text/") && !contentType.startsWith("text/html");
        return super.takes(contentType) || (text && route.endpoint() == Endpoint.TRANSCRIPTIONS);
    }

    @Override
    Delivery delivery(HttpClientResponse from) {
        Relay relay =
                new Relay(
                        vertx,
                        from,
                        response(),
                        clientRequest(),
                        route.endpoint(),
                        request().spelling(),
                        rewriting());
        if (heartbeat != null) {
            Heartbeat beats = heartbeat;
            relay.begun().onSuccess(_ -> beats.beside(relay));
        }
        return relay;
    }

    @Override
    Future<Void> reject(Reply reply) {
        return reject(Rejection.of(named(reply), route, Responses.requestId(response())));
    }

    @Override
    Future<Void> unclear(Reply reply) {
        return reject(Rejection.unclear(named(reply), route, Responses.requestId(response())));
    }

    /** A server's words name the model as its client does. */
    private Reply named(Reply reply) {
        Passage.Asked of = current == null ? null : asked.get(current);
        if (of == null || !of.byTag()) {
            return reply;
        }
        String text = reply.text().replace(of.spelling(), request().spelling());
        return new Reply(reply.status(), reply.contentType(), Buffer.buffer(text));
    }

    private Future<Void> reject(Rejection rejection) {
        stopHeartbeat();
        if (gone()) {
            return Future.succeededFuture();
        }
        return brokenOff()
                .map(begun -> interrupt(begun, rejection.words()))
                .orElseGet(() -> answer.reject(rejection));
    }

    @Override
    void answered() {
        begun = true;
        brokenOff().ifPresent(_ -> gateway.metrics().resumption("resumed"));
        resumption().ifPresentOrElse(Resumption::goesOn, this::discardBody);
    }

    /** Whether the client wants a stream; no, while that is not known. */
    @Override
    boolean streams() {
        return request != null && request.stream();
    }

    /** It costs no one anything but time, and nobody has seen anything of an answer. */
    @Override
    boolean hedgeable() {
        return streams()
                && route.endpoint().generates()
                && !head.sent()
                && request().body() instanceof RequestBody.InMemory;
    }

    /** It has ended, however it did. */
    void finish() {
        stopHeartbeat();
        discardBody();
    }

    /** Lets go of the body, once no further server can need it. */
    private void discardBody() {
        if (request != null && !discarded) {
            discarded = true;
            request.body().discard();
        }
    }
}
