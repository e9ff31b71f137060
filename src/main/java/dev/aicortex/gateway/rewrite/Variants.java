package dev.aicortex.gateway.rewrite;

import dev.aicortex.fleet.FleetSnapshot;
import dev.aicortex.fleet.Holding;
import dev.aicortex.fleet.Outcome;
import dev.aicortex.fleet.Reply;
import dev.aicortex.fleet.Server;
import dev.aicortex.gateway.request.Request;
import dev.aicortex.model.Endpoint;
import dev.aicortex.model.ModelName;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What each server is asked for of one {@link Plan}: the model's name or a context tag of it, and
 * the length. Once that is settled for a server, another look does not change it. Confined to the
 * request's event loop, but for what the queue asks of it.
 */
public final class Variants {
    private static final Future<Outcome> READY = Future.succeededFuture(new Outcome.Answered());

    private final Plan plan;
    private final ContextTags tags;
    private final Map<Server, Plan.Variant> settled = new HashMap<>(2);

    public Variants(Plan plan, ContextTags tags) {
        this.plan = plan;
        this.tags = tags;
    }

    public Plan plan() {
        return plan;
    }

    /** For a server that holds the model. */
    public Plan.Variant of(Holding holding) {
        Plan.Variant known = settled.get(holding.server());
        if (known == null) {
            known = made(holding);
            settled.put(holding.server(), known);
        }
        return known;
    }

    private Plan.Variant made(Holding holding) {
        Request request = plan.request();
        String spelling = plan.target().spelling();
        Endpoint endpoint = request.endpoint();
        if (endpoint.takesOptions() && Changes.setsNumCtx(request.marks())) {
            LoadRequest own = LoadRequest.of(spelling, request.parsed(), endpoint, 0);
            return new Plan.Variant(spelling, own.numCtx(), false);
        }
        int length = plan.wish().on(holding);
        return length > 0 && plan.byTag()
                ? new Plan.Variant(tags.name(holding.server(), model(), length), length, true)
                : new Plan.Variant(spelling, length, false);
    }

    private ModelName model() {
        return plan.target().name();
    }

    /** What makes the server load its model as the request needs it. */
    public LoadRequest load(Holding holding) {
        Request request = plan.request();
        return LoadRequest.of(
                plan.target().spelling(),
                request.parsed(),
                request.endpoint(),
                of(holding).length());
    }

    /** The context length that a server was asked for; 0 where it has its own, or was not asked. */
    public int length(Server server) {
        Plan.Variant known = settled.get(server);
        return known == null ? 0 : known.length();
    }

    /** Servers that cannot serve the plan, and why, though they hold its model. */
    public Map<Server, Outcome> unfit(FleetSnapshot fleet) {
        return plan.byTag() ? tags.refusing(fleet, model(), plan.wish()) : Map.of();
    }

    /**
     * Makes a server ready to be asked: done with {@code Answered}, or with what keeps it from
     * that.
     */
    public Future<Outcome> ready(Holding holding) {
        Plan.Variant of = of(holding);
        return of.byTag()
                ? tags.ensure(holding.server(), model(), of.spelling(), of.length())
                : READY;
    }

    /**
     * A server does not have the model, though it should: whether it may be asked once more, since
     * it may be the tag alone that it has lost.
     */
    public boolean missed(Holding holding) {
        Plan.Variant of = of(holding);
        if (of.byTag()) {
            tags.forget(holding.server(), of.spelling());
            settled.remove(holding.server());
        }
        return of.byTag();
    }

    /**
     * A server's words, which name the model as its client does.
     *
     * @param server that answered; null when none was asked
     */
    public Reply named(@Nullable Server server, Reply reply) {
        Plan.Variant of = server == null ? null : settled.get(server);
        if (of == null || !of.byTag()) {
            return reply;
        }
        String text = reply.text().replace(of.spelling(), plan.request().spelling());
        return new Reply(reply.status(), reply.contentType(), Buffer.buffer(text));
    }
}
