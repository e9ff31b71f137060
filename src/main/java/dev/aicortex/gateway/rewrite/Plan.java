package dev.aicortex.gateway.rewrite;

import dev.aicortex.dialect.Usage;
import dev.aicortex.fleet.FleetSnapshot;
import dev.aicortex.fleet.Holding;
import dev.aicortex.fleet.Outcome;
import dev.aicortex.fleet.Reply;
import dev.aicortex.fleet.Server;
import dev.aicortex.gateway.request.Request;
import dev.aicortex.gateway.request.RequestBody;
import dev.aicortex.gateway.request.Splice;
import dev.aicortex.model.ModelName;
import dev.aicortex.model.Segment;
import dev.aicortex.prompt.Truncation;
import dev.aicortex.relay.ModelEcho;
import dev.aicortex.relay.Rewriting;
import dev.aicortex.relay.UsageFilter;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a request for one model is put to servers, and what is done to their answers: its bytes, but
 * for what servers have to be told. What each server is asked for, the model's name or a context
 * tag of it, is settled once: another look does not change it. Confined to the request's event
 * loop, but for what the queue asks of it.
 */
public final class Plan {
    private static final String NUM_CTX = "X-Cortex-Num-Ctx";
    private static final Future<Outcome> READY = Future.succeededFuture(new Outcome.Answered());

    private final Plans plans;
    private final ContextTags tags;
    private final Request request;
    private final Target target;
    private final ContextLength.Wish wish;
    private final long promptEstimate;
    private final Optional<Resumption> resumption;
    private final Map<Server, Variant> settled = new HashMap<>(2);
    private int window;

    /**
     * What one server is asked for.
     *
     * @param length of the context, in tokens; 0 = the server's own
     * @param byTag whether the name stands for the length
     */
    private record Variant(String spelling, int length, boolean byTag) {}

    /**
     * @param promptEstimate how many tokens the prompt may have; 0 when it is too short to matter
     * @param resumption how another server goes on with a stream that breaks off; empty when none
     *     may
     */
    Plan(
            Plans plans,
            Request request,
            Target target,
            ContextLength.Wish wish,
            long promptEstimate,
            Optional<Resumption> resumption) {
        this.plans = plans;
        this.tags = plans.tags;
        this.request = request;
        this.target = target;
        this.wish = wish;
        this.promptEstimate = promptEstimate;
        this.resumption = resumption;
    }

    /** The context length that the request needs. */
    public ContextLength.Wish wish() {
        return wish;
    }

    public Optional<Resumption> resumption() {
        return resumption;
    }

    /** Whether a server needs a tag for the length: the route has no field for it. */
    private boolean byTag() {
        return !wish.none() && !request.endpoint().takesOptions();
    }

    private ModelName model() {
        return target.name();
    }

    private Variant of(Holding holding) {
        Variant known = settled.get(holding.server());
        if (known == null) {
            known = made(holding);
            settled.put(holding.server(), known);
        }
        return known;
    }

    private Variant made(Holding holding) {
        String spelling = target.spelling();
        if (request.endpoint().takesOptions() && Changes.setsNumCtx(request.marks())) {
            return new Variant(spelling, plans.length(request, wish, holding), false);
        }
        int length = wish.on(holding);
        return length > 0 && byTag()
                ? new Variant(tags.name(holding.server(), model(), length), length, true)
                : new Variant(spelling, length, false);
    }

    /** What makes the server load its model as the request needs it. */
    public LoadRequest load(Holding holding) {
        return LoadRequest.of(target.spelling(), request, length(holding));
    }

    /** The context length that a server is asked for, in tokens; 0 = its own. */
    public int length(Holding holding) {
        return of(holding).length();
    }

    /** Servers that cannot serve the request, and why, though they hold its model. */
    public Map<Server, Outcome> unfit(FleetSnapshot fleet) {
        return byTag() ? tags.refusing(fleet, model(), wish) : Map.of();
    }

    /**
     * Makes a server ready to be asked: done with {@code Answered}, or with what keeps it from
     * that.
     */
    public Future<Outcome> ready(Holding holding) {
        Variant of = of(holding);
        return of.byTag()
                ? tags.ensure(holding.server(), model(), of.spelling(), of.length())
                : READY;
    }

    /**
     * A server does not have the model, though it should: whether it may be asked once more, since
     * it may be the tag alone that it has lost.
     */
    public boolean missed(Holding holding) {
        Variant of = of(holding);
        if (of.byTag()) {
            tags.forget(holding.server(), of.spelling());
            settled.remove(holding.server());
        }
        return of.byTag();
    }

    /** What a server is sent; its ranges are of the client's body. */
    public List<Segment> body(Holding holding) {
        Variant of = of(holding);
        List<Splice> splices = Changes.of(request, of.spelling(), of.byTag() ? 0 : of.length());
        resumption.ifPresent(begun -> splices.addAll(begun.splices()));
        return splices.isEmpty()
                ? request.body().unchanged()
                : Splice.apply(splices, request.body().length());
    }

    /** What every server is sent of a body in memory that needs no length. */
    public static Buffer bytes(Request request, Target target) {
        return request.body() instanceof RequestBody.InMemory body
                ? body.join(Splice.apply(Changes.of(request, target.spelling(), 0), body.length()))
                : Buffer.buffer();
    }

    /** For one server's answer. */
    public Rewriting rewriting(Holding holding) {
        int asked = length(holding);
        window = asked > 0 ? asked : plans.window(holding.server(), model());
        boolean usage = Changes.asksForUsage(request);
        boolean renamed = byTag() || !target.spelling().equals(request.spelling());
        return resumption
                .map(Resumption::part)
                .orElse(Rewriting.NONE)
                .then(usage ? new UsageFilter() : Rewriting.NONE)
                .then(renamed ? new ModelEcho(model(), request.spelling()) : Rewriting.NONE)
                .then(replacesNumCtx(asked) ? new LengthNotice(asked) : Rewriting.NONE)
                .then(Truncation.likely(promptEstimate, window) ? new CutNotice() : Rewriting.NONE);
    }

    private boolean replacesNumCtx(int asked) {
        int own = Plans.own(request);
        return own > 0 && asked > 0 && asked != own;
    }

    /**
     * Says in the head of an answer which context length the server was asked for in place of the
     * client's own.
     */
    private record LengthNotice(int length) implements Rewriting {
        @Override
        public void head(MultiMap headers) {
            headers.set(NUM_CTX, String.valueOf(length));
        }
    }

    /** Whether the server that answered has cut the prompt, without a word. */
    public boolean cut(Usage usage) {
        return window > 0
                && usage.prompt() > 0
                && Truncation.happened(promptEstimate, window, usage.prompt());
    }

    /**
     * Says in the head of an answer whether the server cut the prompt. Of a stream only a guess can
     * be told, since its counts come last; a document is held until its counts are there.
     */
    private final class CutNotice implements Rewriting {
        private final int fits = window;
        private String word = "likely";

        @Override
        public Buffer document(Buffer document) {
            long read = Usage.in(document).prompt();
            word = Truncation.happened(promptEstimate, fits, read) ? "true" : "";
            return document;
        }

        @Override
        public boolean documents() {
            return true;
        }

        @Override
        public void head(MultiMap headers) {
            if (!word.isEmpty()) {
                headers.set(Truncation.NOTICE, word);
            }
        }
    }

    /**
     * A server's words, which name the model as its client does.
     *
     * @param server that answered; null when none was asked
     */
    public Reply named(@Nullable Server server, Reply reply) {
        Variant of = server == null ? null : settled.get(server);
        if (of == null || !of.byTag()) {
            return reply;
        }
        String text = reply.text().replace(of.spelling(), request.spelling());
        return new Reply(reply.status(), reply.contentType(), Buffer.buffer(text));
    }
}
