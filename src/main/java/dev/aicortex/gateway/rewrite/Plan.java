package dev.aicortex.gateway.rewrite;

import dev.aicortex.gateway.request.Request;
import dev.aicortex.gateway.request.RequestBody;
import dev.aicortex.gateway.request.Splice;
import dev.aicortex.model.Segment;
import dev.aicortex.relay.ModelEcho;
import dev.aicortex.relay.Rewriting;
import dev.aicortex.relay.UsageFilter;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a request for one model is put to servers, and what is done to their answers: its bytes, but
 * for what servers have to be told.
 *
 * @param target the model that servers are asked for
 * @param wish the context length that it needs
 * @param promptEstimate how many tokens the prompt may have; 0 when it is too short to matter
 * @param resume how another server goes on with a stream that breaks off; null when none may
 */
public record Plan(
        Request request,
        Target target,
        ContextLength.Wish wish,
        long promptEstimate,
        @Nullable Resumption resume) {
    /**
     * Whether a server needs a tag of the model's for the length: the route has no field for it.
     */
    public boolean byTag() {
        return !wish.none() && !request.endpoint().takesOptions();
    }

    Plan with(Resumption other) {
        return new Plan(request, target, wish, promptEstimate, other);
    }

    public Optional<Resumption> resumption() {
        return Optional.ofNullable(resume);
    }

    /**
     * What a server is sent; its ranges are of the client's body.
     *
     * @param variant what this server is asked for
     */
    public List<Segment> body(Variant variant) {
        List<Splice> splices =
                new ArrayList<>(Changes.of(request, variant.spelling(), variant.option()));
        resumption().ifPresent(begun -> splices.addAll(begun.splices()));
        return splices.isEmpty()
                ? request.body().unchanged()
                : Splice.apply(splices, request.body().length());
    }

    /** What every server is sent, of a body in memory, that has to keep no length. */
    public Buffer bytes() {
        List<Segment> segments = body(new Variant(target.spelling(), 0, false));
        return request.body() instanceof RequestBody.InMemory body
                ? body.join(segments)
                : Buffer.buffer();
    }

    /**
     * What one server is asked for.
     *
     * @param spelling the name
     * @param length in tokens, that the model has to have in memory; 0 = its own
     * @param byTag whether the name stands for it
     */
    public record Variant(String spelling, int length, boolean byTag) {
        /** What has to stand in the options; 0 = nothing. */
        int option() {
            return byTag ? 0 : length;
        }
    }

    /** For one server's answer. */
    public Rewriting rewriting() {
        boolean usage = Changes.asksForUsage(request);
        boolean renamed = byTag() || !target.spelling().equals(request.spelling());
        return resumption()
                .map(Resumption::part)
                .orElse(Rewriting.NONE)
                .then(usage ? new UsageFilter() : Rewriting.NONE)
                .then(renamed ? new ModelEcho(target.name(), request.spelling()) : Rewriting.NONE);
    }
}
