package dev.aicortex.gateway;

import dev.aicortex.dialect.Endpoint;
import dev.aicortex.dialect.StreamKind;
import dev.aicortex.dialect.Usage;
import dev.aicortex.dialect.WaitNote;
import dev.aicortex.fleet.Reply;
import dev.aicortex.fleet.Server;
import dev.aicortex.gateway.cache.AnswerCache;
import dev.aicortex.gateway.cache.Kept;
import dev.aicortex.gateway.dispatch.Client;
import dev.aicortex.gateway.dispatch.Reservation;
import dev.aicortex.gateway.metrics.Account;
import dev.aicortex.gateway.metrics.GatewayMetrics;
import dev.aicortex.gateway.request.ParsedBody;
import dev.aicortex.gateway.request.Request;
import dev.aicortex.gateway.request.RequestBody;
import dev.aicortex.gateway.request.Requests;
import dev.aicortex.gateway.rewrite.Resumption;
import dev.aicortex.keys.Admission;
import dev.aicortex.model.CortexException;
import dev.aicortex.prompt.Truncation;
import dev.aicortex.relay.AnswerPump;
import dev.aicortex.relay.ChunkWriter;
import dev.aicortex.relay.Ending;
import dev.aicortex.relay.LastBytes;
import dev.aicortex.relay.Outgoing;
import dev.aicortex.usage.UsageRecord;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The client of one HTTP request: its response's head, heartbeats, what it waits for, the answer or
 * an error in its dialect's shape. Confined to its event loop.
 */
final class HttpExchange implements Client {
    private static final CharSequence SERVER = HttpHeaders.createOptimized("X-Cortex-Server");
    private static final CharSequence ATTEMPTS = HttpHeaders.createOptimized("X-Cortex-Attempts");
    private static final CharSequence MODEL = HttpHeaders.createOptimized("X-Cortex-Model");

    /** Milliseconds. */
    private static final CharSequence QUEUE_WAIT =
            HttpHeaders.createOptimized("X-Cortex-Queue-Wait");

    private static final CharSequence QUEUE_AHEAD =
            HttpHeaders.createOptimized("X-Cortex-Queue-Ahead");
    private static final CharSequence CACHED_TOKENS =
            HttpHeaders.createOptimized("X-Cortex-Cached-Tokens");
    private static final CharSequence REMOVED = HttpHeaders.createOptimized("X-Cortex-Removed");
    private static final CharSequence STRIPPED = HttpHeaders.createOptimized("X-Cortex-Stripped");
    private static final CharSequence CACHE = HttpHeaders.createOptimized("X-Cortex-Cache");
    private static final long NEVER = Long.MAX_VALUE;

    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final ChunkWriter writer;
    private final Endpoint endpoint;
    private final GatewayMetrics metrics;
    private final Account account;
    private final long heartbeatNanos;
    private final Captures.@Nullable Capture capture;
    private String model = "";
    private boolean explains;
    private boolean heartbeats;
    private long writtenNanos;
    private @Nullable Progress progress;
    private @Nullable AnswerPump pump;
    private @Nullable Spending spending;
    private boolean finished;
    private Supplier<String> standsBy = () -> "";

    /**
     * @param caller the name of the key that it came with; empty where none is asked for
     * @param heartbeat how often a client that waits for a stream is shown that its request lives;
     *     empty for never
     * @param capture keeps what is asked and answered; null where nothing does
     */
    HttpExchange(
            HttpServerRequest request,
            Endpoint endpoint,
            String caller,
            GatewayMetrics metrics,
            Optional<Duration> heartbeat,
            Captures.@Nullable Capture capture) {
        this.request = request;
        this.response = request.response();
        this.writer = new ChunkWriter(request);
        this.endpoint = endpoint;
        this.account = new Account(UsageRecord.Route.of(endpoint), caller);
        this.metrics = metrics;
        this.heartbeatNanos = heartbeat.map(Duration::toNanos).orElse(NEVER);
        this.capture = capture;
    }

    @Override
    public Account account() {
        return account;
    }

    @Override
    public HttpServerRequest http() {
        return request;
    }

    @Override
    public String id() {
        return Responses.requestId(response);
    }

    Endpoint endpoint() {
        return endpoint;
    }

    /** Its body is there; may block, and run on a worker thread. */
    void asks(RequestBody body) throws IOException {
        if (capture != null && endpoint != Endpoint.TRANSCRIPTIONS) { // that is sound, no text
            capture.asks(body);
        }
    }

    /** The bytes, which go to the client now. */
    private Buffer sent(Buffer bytes) {
        if (capture != null) {
            capture.answers(bytes);
        }
        return bytes;
    }

    /** The request is read: from here on its client may have to be kept waiting. */
    void read(Request read) {
        model = read.spelling();
        explains = read.head().explains();
        tell(REMOVED, read.parsed().web());
        tell(STRIPPED, read.parsed().lines());
        if (read.putBack()) {
            response.putHeader(Requests.PRIORITY, read.priority().word());
        }
        Endpoint endpoint = read.endpoint();
        heartbeats = read.stream() && endpoint.events() && endpoint.generates();
        writtenNanos = System.nanoTime();
        if (read.progress() && read.stream() && read.marks().asks() && WaitNote.fits(endpoint)) {
            progress = new Progress(writtenNanos, heartbeatNanos);
        }
    }

    /** What the request costs its key is counted from now on. */
    void admitted(Admission admission, Request read) {
        if (finished) { // its client left while that was asked for
            admission.settle(0);
            return;
        }
        Spending.tell(admission, endpoint.dialect(), response.headers());
        if (admission.refusal().isEmpty()) {
            spending = new Spending(admission, read);
        }
    }

    @Override
    public void counted(Usage usage, boolean whole) {
        if (spending != null) {
            spending.counted(usage, whole);
        }
    }

    /** What the cache of answers has to do with its answer. */
    void cache(AnswerCache.Result result) {
        if (untouched()) {
            response.putHeader(CACHE, result.word());
        }
    }

    private void tell(CharSequence header, ParsedBody.Removed removed) {
        if (!removed.names().isEmpty()) {
            response.putHeader(header, String.join(", ", removed.names()));
        }
    }

    // ---- the head: what it tells of the servers that were asked, as long as it is not sent

    @Override
    public String label(String asked) {
        return "request %s, model %s".formatted(Responses.requestId(response), asked);
    }

    @Override
    public boolean hedgeable() {
        return untouched();
    }

    private boolean untouched() {
        return !response.headWritten();
    }

    @Override
    public void waited(long millis, int ahead) {
        if (untouched()) {
            response.putHeader(QUEUE_WAIT, Long.toString(millis))
                    .putHeader(QUEUE_AHEAD, Integer.toString(ahead));
        }
    }

    @Override
    public void chosen(Reservation reservation) {
        if (!untouched()) {
            return;
        }
        if (reservation.ask().prompt().size() > 0) {
            long tokens = Truncation.estimate(reservation.facts().cachedBytes());
            response.putHeader(CACHED_TOKENS, Long.toString(tokens));
        }
        if (explains) {
            response.putHeader(Explain.HEADER, Explain.inShort(reservation));
        }
    }

    @Override
    public void asking(Server server, String asked, int attempts) {
        if (spending != null) {
            spending.asking();
        }
        if (!untouched()) {
            return;
        }
        response.putHeader(SERVER, server.toString())
                .putHeader(ATTEMPTS, Integer.toString(attempts));
        if (printable(asked)) {
            response.putHeader(MODEL, asked);
        } else {
            response.headers().remove(MODEL);
        }
    }

    /** A header cannot hold every name that JSON can. */
    private static boolean printable(String name) {
        for (int i = 0; i < name.length(); i++) {
            if (name.charAt(i) < '!' || name.charAt(i) > '~') {
                return false;
            }
        }
        return !name.isEmpty();
    }

    /** Told behind the answer. */
    @Override
    public void resumed(int times) {
        response.putTrailer(Resumption.RESUMED, Integer.toString(times));
    }

    // ---- heartbeats and notes: the first one before an answer sends the head of a stream

    @Override
    public boolean wantsProgress(long now) {
        return progress != null
                && pump == null
                && progress.due(now)
                && !response.closed()
                && !response.ended();
    }

    @Override
    public void progress(long now, String words) {
        if (progress != null && progress.news(now, words)) {
            String id = Responses.requestId(response);
            show(WaitNote.frame(endpoint, id, progress.since(), model, words), now);
        }
    }

    @Override
    public void tick(long now) {
        if (!heartbeats || response.closed() || response.ended()) {
            return;
        }
        if (pump != null) {
            writtenNanos = Math.max(writtenNanos, pump.lastWritten());
        }
        if (now - writtenNanos >= heartbeatNanos && (pump == null || pump.betweenEvents())) {
            show(heartbeat(), now);
        }
    }

    @Override
    public void standsBy(Supplier<String> words) {
        standsBy = words;
    }

    private Buffer heartbeat() {
        Buffer beat = StreamKind.events(endpoint).heartbeat();
        String words = standsBy.get();
        return words.isEmpty()
                ? beat
                : Buffer.buffer(": " + words.replaceAll("\\p{Cntrl}", " ") + "\n")
                        .appendBuffer(beat);
    }

    private void show(Buffer event, long now) {
        if (untouched()) { // another server than the one that is asked now may answer
            response.headers()
                    .remove(SERVER)
                    .remove(ATTEMPTS)
                    .remove(MODEL)
                    .remove(CACHED_TOKENS)
                    .remove(Explain.HEADER);
            response.setStatusCode(200)
                    .putHeader("Content-Type", StreamKind.of(endpoint).contentType())
                    .setChunked(true);
            Outgoing.unbuffered(response);
        }
        response.write(sent(event));
        writtenNanos = now;
    }

    // ---- the answer

    /** A document of Ollama's is a line too, the last one. */
    @Override
    public boolean takes(boolean stream) {
        return stream || untouched() || !endpoint.events();
    }

    @Override
    public void begin(AnswerPump answer, HttpClientResponse head) {
        pump = answer;
        if (untouched()) {
            answer.outgoing().writeHead(head, response);
        }
    }

    @Override
    public void write(Buffer bytes) {
        if (spending != null) {
            spending.wrote(bytes);
        }
        writer.write(sent(bytes));
    }

    @Override
    public boolean full() {
        return response.writeQueueFull();
    }

    @Override
    public void whenDrained(Runnable next) {
        response.drainHandler(_ -> next.run());
    }

    @Override
    public Future<Void> end(Buffer last) {
        return LastBytes.end(request, response, sent(last));
    }

    /** An error event where one can be added, and a connection that breaks. */
    @Override
    public Future<Void> breakOff(Ending how, String reason) {
        Buffer words = pump == null ? Buffer.buffer() : pump.outgoing().lastWords(reason);
        return LastBytes.breakOff(request, response, sent(words));
    }

    // ---- no answer

    @Override
    public Future<Void> refuse(CortexException error, int attempts, boolean retriable) {
        costsNothing();
        if (!untouched()) {
            return event(error.text(), error.code());
        }
        if (attempts > 0) {
            response.headers().remove(SERVER).remove(MODEL).remove(CACHED_TOKENS);
        }
        if (!retriable) { // the SDKs of OpenAI and Anthropic try every 5xx again but for this
            response.putHeader("x-should-retry", "false");
        }
        if (capture != null) {
            sent(Buffer.buffer(endpoint.dialect().error(error, id())));
        }
        return Responses.send(response, error, endpoint.dialect());
    }

    @Override
    public Future<Void> reject(Reply reply) {
        return reject(Rejection.of(reply, endpoint.dialect(), Responses.requestId(response)));
    }

    @Override
    public Future<Void> unclear(Reply reply) {
        return reject(
                Rejection.of(
                        reply, reply.status(), endpoint.dialect(), Responses.requestId(response)));
    }

    private void costsNothing() {
        if (spending != null && pump == null) {
            spending.refused();
        }
    }

    private Future<Void> reject(Rejection rejection) {
        costsNothing();
        if (!untouched()) {
            return event(rejection.words(), rejection.code());
        }
        response.setStatusCode(rejection.status());
        response.putHeader("Content-Type", rejection.contentType());
        return response.end(sent(rejection.body())).otherwiseEmpty();
    }

    @Override
    public Future<Void> answer(Reply reply) {
        costsNothing();
        return response.putHeader("Content-Type", reply.contentType())
                .end(sent(reply.body()))
                .otherwiseEmpty();
    }

    @Override
    public Future<Void> replay(Kept kept) {
        if (untouched()) {
            response.setStatusCode(Kept.STATUS).putHeader("Content-Type", kept.contentType());
            kept.notices().forEach(response::putHeader);
            if (kept.stream()) {
                response.setChunked(true);
                Outgoing.unbuffered(response);
            }
        }
        return LastBytes.end(request, response, sent(kept.bytes())).otherwiseEmpty();
    }

    @Override
    public Future<Void> interrupt(String reason) {
        response.trailers().remove(Resumption.RESUMED);
        return event(StreamKind.LOST + reason, "stream_interrupted");
    }

    /** The head of a stream has been sent: what follows has to be a part of it. */
    private Future<Void> event(String message, String code) {
        if (response.closed() || response.ended()) {
            return Future.succeededFuture();
        }
        Buffer frame = StreamKind.of(endpoint).errorFrame(endpoint, model, message, code);
        return LastBytes.breakOff(request, response, sent(frame)).otherwiseEmpty();
    }

    @Override
    public void finish(boolean streamed, long elapsedNanos) {
        heartbeats = false;
        finished = true;
        if (spending != null) {
            spending.ended(streamed);
        }
        if (capture != null) {
            capture.ended(id());
        }
        metrics.request(endpoint.dialect(), streamed, elapsedNanos);
    }
}
