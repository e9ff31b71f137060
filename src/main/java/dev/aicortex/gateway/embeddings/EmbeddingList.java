package dev.aicortex.gateway.embeddings;

import dev.aicortex.dialect.Endpoint;
import dev.aicortex.dialect.Usage;
import dev.aicortex.fleet.Server;
import dev.aicortex.gateway.cache.AnswerCache;
import dev.aicortex.gateway.cache.AnswerCache.Result;
import dev.aicortex.gateway.cache.Detour;
import dev.aicortex.gateway.cache.Found;
import dev.aicortex.gateway.cache.Kept;
import dev.aicortex.gateway.cache.Question;
import dev.aicortex.gateway.cache.Recording;
import dev.aicortex.gateway.calls.OwnLoop;
import dev.aicortex.gateway.dispatch.Client;
import dev.aicortex.gateway.dispatch.Dispatch;
import dev.aicortex.gateway.dispatch.Scope;
import dev.aicortex.gateway.request.BodyBudget;
import dev.aicortex.gateway.request.Request;
import dev.aicortex.gateway.request.RequestBody;
import dev.aicortex.gateway.request.RequestParser;
import dev.aicortex.gateway.rewrite.Target;
import dev.aicortex.gateway.tracing.RequestTrace;
import dev.aicortex.relay.Outgoing;
import dev.aicortex.relay.Sink;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A list of texts whose embeddings are kept one by one, and asked for in parts where the list is
 * long. All of an answer's embeddings come from one content of one model: where parts do not, the
 * whole list goes to one server. Confined to the event loop of its request.
 */
public final class EmbeddingList implements Detour {
    private static final Future<Found> NOTHING = Future.succeededFuture(new Found.Nothing());

    private final EmbeddingLists all;
    private final Client client;
    private final Request request;
    private final Target target;
    private final Scope scope;
    private final Inputs inputs;
    private final Keeping keeping;
    private final long startedNanos = System.nanoTime();
    private final Map<Integer, Buffer> vectors = new HashMap<>();
    private final Promise<Found> result = Promise.promise();
    private final Queue<List<Integer>> parts = new ArrayDeque<>();
    private final Set<Dispatch> running = new LinkedHashSet<>();
    private final List<Recording> recordings = new ArrayList<>(1);
    private final Set<String> asked = new LinkedHashSet<>();
    private String content = "";
    private List<String> keys = List.of();
    private int unread;
    private int attempts;
    private long waitedMillis;
    private long held;
    private long tokens;
    private long loadNanos;
    private @Nullable Server server;
    private RequestTrace trace = RequestTrace.NONE;
    private boolean over;

    /**
     * What is kept of a list.
     *
     * @param cache null where nothing is
     * @param question without the texts
     * @param fresh whether what is kept is not wanted
     * @param told what the cache has to do with the answer
     */
    public record Keeping(
            @Nullable AnswerCache cache, Question question, boolean fresh, Consumer<Result> told) {}

    EmbeddingList(
            EmbeddingLists all,
            Client client,
            Request request,
            Target target,
            Scope scope,
            Inputs inputs,
            Keeping keeping) {
        this.all = all;
        this.client = client;
        this.request = request;
        this.target = target;
        this.scope = scope;
        this.inputs = inputs;
        this.keeping = keeping;
    }

    @Override
    public Future<Found> find(String served, int servers, RequestTrace of) {
        trace = of;
        content = served;
        AnswerCache cache = keeping.cache;
        if (cache == null || served.isEmpty()) {
            return ask(servers, Result.BYPASS);
        }
        keys =
                inputs.texts().stream()
                        .map(each -> keeping.question.key(served, each.text()))
                        .toList();
        if (keeping.fresh) {
            return ask(servers, Result.MISS);
        }
        Future<Map<String, Kept>> found = cache.find(keys.stream().distinct().toList());
        return (found.isComplete() ? found : OwnLoop.here(all.vertx, found))
                .compose(kept -> {
                    take(kept);
                    return ask(servers, Result.MISS);
                });
    }

    private void take(Map<String, Kept> kept) {
        for (int i = 0; i < keys.size(); i++) {
            Kept vector = kept.get(keys.get(i));
            if (vector != null) {
                vectors.put(i, vector.bytes());
            }
        }
    }

    private Future<Found> ask(int servers, Result unlessKept) {
        List<Integer> missing =
                IntStream.range(0, inputs.texts().size())
                        .filter(i -> !vectors.containsKey(i))
                        .boxed()
                        .toList();
        boolean fits = fits(); // else one server gets the list, and its answer passes
        keeping.told.accept(missing.isEmpty() && fits ? Result.HIT : unlessKept);
        if (over || !fits || (!missing.isEmpty() && servers == 0)) {
            return NOTHING;
        }
        if (missing.isEmpty()) {
            return Future.succeededFuture(answer());
        }
        int most = all.batch > 0 ? all.batch : missing.size();
        if (missing.size() == inputs.texts().size() && missing.size() <= most) {
            return NOTHING;
        }
        for (int from = 0; from < missing.size(); from += most) {
            parts.add(missing.subList(from, Math.min(from + most, missing.size())));
        }
        unread = parts.size();
        for (int i = 0; i < servers; i++) { // as many at once
            next();
        }
        return result.future();
    }

    private void next() {
        List<Integer> part = parts.poll();
        if (part == null || over) {
            return;
        }
        Chunk chunk = new Chunk(this, request.endpoint());
        Dispatch dispatch = all.dispatcher.begin(chunk, trace, running::remove);
        running.add(dispatch);
        chunk.told()
                .onFailure(result::tryFail)
                .onFailure(_ -> stop())
                .onSuccess(told -> told(part, told));
        try {
            Request of = request(inputs.only(part));
            dispatch.holds(of.body());
            dispatch.step(() -> dispatch.body(of, List.of(target), scope));
        } catch (IOException e) {
            dispatch.failed(e);
        }
    }

    /** Whether there is memory for an answer with all that was kept. */
    private boolean fits() {
        long bytes = 0;
        for (Buffer each : vectors.values()) {
            bytes += each.length() + Vectors.AROUND;
        }
        return takeMemory(bytes);
    }

    private boolean takeMemory(long bytes) {
        boolean room = !over && all.answers.take(bytes);
        held += room ? bytes : 0;
        return room;
    }

    // ---- what the parts tell as it happens, whatever ends the list

    String label(String model) {
        return client.label(model);
    }

    /** Whether so many bytes more may be kept in memory. */
    boolean room(int bytes) {
        return takeMemory(2L * bytes);
    }

    void asking(Server next, String model) {
        attempts++;
        server = next;
        client.asking(next, model, attempts);
    }

    /** They wait beside each other: the longest wait is that of the list. */
    void waited(long millis, int ahead) {
        if (millis > waitedMillis) {
            waitedMillis = millis;
            client.waited(millis, ahead);
        }
    }

    /** A server has embedded a part. */
    void counted(Usage usage) {
        tokens += usage.prompt();
        loadNanos = Math.max(loadNanos, usage.loadNanos());
        client.counted(Usage.tokens(tokens, 0), true);
        client.account().counted(usage);
    }

    @Override
    public int attempts() {
        return attempts;
    }

    @Override
    public @Nullable Server server() {
        return server;
    }

    private Request request(Buffer bytes) throws IOException {
        RequestBody body = new RequestBody.InMemory(bytes, new BodyBudget(Long.MAX_VALUE));
        return new Request(
                request.endpoint(),
                RequestParser.parse(body, request.endpoint()),
                request.head(),
                request.priority(),
                request.key(),
                request.user(),
                request.session(),
                request.deadline(),
                false,
                false);
    }

    private void told(List<Integer> part, Chunk.Told told) {
        switch (told) {
            case Chunk.Told.Verdict verdict ->
                    end(new Found.Verdict(verdict.reply(), verdict.unclear()));
            case Chunk.Told.TooLong _ -> end(new Found.Nothing());
            case Chunk.Told.Answer answer -> {
                if (!all.content(answer.server(), target).equals(content)) {
                    end(new Found.Nothing());
                } else {
                    read(answer.bytes())
                            .onSuccess(read -> came(part, read, answer))
                            .onFailure(_ -> end(new Found.Nothing()));
                }
            }
        }
    }

    private Future<List<Buffer>> read(Buffer answer) {
        Endpoint endpoint = request.endpoint();
        return all.work.read(answer.length(), () -> Vectors.in(answer, endpoint));
    }

    private void came(List<Integer> part, List<Buffer> read, Chunk.Told.Answer answer) {
        if (read.size() != part.size()) {
            end(new Found.Nothing());
            return;
        }
        for (int i = 0; i < part.size(); i++) {
            vectors.put(part.get(i), read.get(i));
        }
        keep(part, read);
        asked.add(String.valueOf(answer.server()));
        unread--;
        if (unread == 0) {
            end(answer());
        } else {
            next();
        }
    }

    private void keep(List<Integer> part, List<Buffer> read) {
        if (keeping.cache != null && !keys.isEmpty()) {
            Map<String, Kept> kept = new HashMap<>();
            for (int i = 0; i < part.size(); i++) {
                kept.put(keys.get(part.get(i)), Kept.part(read.get(i)));
            }
            keeping.cache.keep(kept);
        }
    }

    private Found answer() {
        List<Buffer> ordered = new ArrayList<>();
        for (int i = 0; i < inputs.texts().size(); i++) {
            ordered.add(vectors.getOrDefault(i, Buffer.buffer()));
        }
        Buffer body =
                Vectors.answer(
                        request.endpoint(),
                        request.spelling(),
                        ordered,
                        tokens,
                        System.nanoTime() - startedNanos,
                        loadNanos);
        Map<String, String> notices =
                asked.isEmpty()
                        ? Map.of()
                        : Map.of(
                                "X-Cortex-Server",
                                String.join(", ", asked),
                                "X-Cortex-Attempts",
                                Integer.toString(attempts));
        return new Found.Answer(new Kept("application/json; charset=utf-8", notices, body));
    }

    private void end(Found found) {
        result.tryComplete(found);
        stop();
    }

    private void stop() {
        over = true;
        List.copyOf(running).forEach(Dispatch::clientGone);
    }

    /** A server that gets all of the list answers past this; what it says is kept all the same. */
    @Override
    public Sink sink(Sink to, Outgoing answer, String from) {
        AnswerCache cache = keeping.cache;
        if (cache == null || keys.isEmpty() || !from.equals(content)) {
            return to;
        }
        Recording recording =
                new Recording(to, answer, Integer.MAX_VALUE, cache.passing, new Reading());
        recordings.add(recording);
        return recording;
    }

    private final class Reading implements Recording.Listener {
        @Override
        public void whole(Kept kept) {
            Future<List<Buffer>> _ = read(kept.bytes()).onSuccess(this::keepAll);
        }

        private void keepAll(List<Buffer> read) {
            if (read.size() == keys.size()) {
                keep(IntStream.range(0, keys.size()).boxed().toList(), read);
            }
        }

        /** Then none of its embeddings is kept. */
        @Override
        public void useless() {}
    }

    @Override
    public void over(boolean clientLeft) {
        stop();
        client.account().waited(waitedMillis);
        recordings.forEach(Recording::forget);
        all.answers.release(held);
        held = 0;
    }
}
