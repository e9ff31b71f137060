package dev.aicortex.fleet;

import dev.aicortex.fleet.observed.Architecture;
import dev.aicortex.fleet.observed.CacheMirror;
import dev.aicortex.fleet.observed.CacheRule;
import dev.aicortex.fleet.observed.Speeds;
import dev.aicortex.fleet.observed.Typical;
import dev.aicortex.ollama.RunningModel;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** One model's content on one server, and what its answers have shown of it. */
public final class Holding {
    /** Until a load was seen anywhere: a gigabyte a second. */
    private static final double BYTES_PER_MILLI = 1_000_000;

    /** What lies in memory may have to make room, and be loaded again later. */
    private static final double EVICTION = 0.25;

    /** A model that does not fit the GPU is slower by so much, until it has been measured. */
    private static final double CPU_FACTOR = 4;

    /** With less than this share of what we believed to be cached, the caches are others'. */
    private static final double LOST = 0.25;

    private static final long NOT_LOADING = -1;

    /** Template, system prompt, parameters and licence of a tag, in bytes. */
    private static final long ALL_BUT_WEIGHTS = 256 << 10;

    /** One that works and one that waits for it, which may show that both are answered at once. */
    private static final int MOST_ONE_BY_ONE = 2;

    /** For the prompts that leave their places, of each loaded model (llama.cpp's default). */
    private static final long HOST_MEMORY = 8L << 30;

    /** Of a model with 8 billion parameters. */
    private static final long USUAL_PER_TOKEN = 128 << 10;

    private static final long LEAST_PER_TOKEN = 4 << 10;
    private static final long BYTES_OF_A_TOKEN = 4;

    private final Server server;
    private final String content;
    private final long size;
    private final Typical.OfModel typical;
    private final Architecture architecture;
    private final AtomicReference<Speeds> own = new AtomicReference<>(Speeds.UNKNOWN);
    private final Job.Running running = new Job.Running();
    private volatile CacheMirror mirror;
    private volatile boolean resident;
    private volatile boolean answered; // since the last probe
    private volatile boolean shares; // weights with another tag that is in memory
    private volatile boolean distinct; // from the models of its size
    private final AtomicInteger inFlight = new AtomicInteger();
    private volatile double onCpu; // the share of it that the GPUs have no room for, 0 to 1
    private volatile long loadingSince = NOT_LOADING;
    private volatile boolean loadable = true;
    private volatile int askedLength;
    private volatile int toldLength;

    /**
     * @param size bytes on disk
     * @param typical what it shares with the holdings of the same content on other servers
     */
    Holding(
            Server server,
            String content,
            long size,
            Architecture architecture,
            Typical.OfModel typical,
            List<RunningModel> inMemory) {
        this.server = server;
        this.content = content;
        this.size = size;
        this.architecture = architecture;
        this.typical = typical;
        this.mirror = new CacheMirror(server.engine().rule(architecture), typical.pause());
        seen(inMemory);
    }

    public Server server() {
        return server;
    }

    /** The digest; the model's name where a server does not tell it. */
    public String content() {
        return content;
    }

    public boolean resident() {
        return resident;
    }

    /** The context length that it was last asked with, in tokens; 0 = its own, or not in memory. */
    public int askedLength() {
        return askedLength;
    }

    /**
     * The context length that it is in memory with, in tokens: a server may give less than it was
     * asked for. 0 when it is not in memory or nobody told.
     */
    public int contextLength() {
        return warm() ? Math.max(askedLength, toldLength) : 0;
    }

    /** It answers a request with this context length in tokens; 0 = its own. */
    public void loadedWith(int length) {
        if (length > 0 && askedLength == 0 && length == toldLength) {
            return; // the server's own is as long
        }
        int before = length > 0 && askedLength == 0 ? toldLength : askedLength;
        askedLength = length;
        if (before > 0 && before != length) {
            toldLength = 0;
            mirror.forgetTheRest(); // another length is another process
        }
    }

    /** It is being loaded with this context length, unless it is in memory. */
    public void expect(int length) {
        if (!resident()) {
            askedLength = length;
        }
    }

    boolean warm() {
        return resident || loadingSince != NOT_LOADING;
    }

    /** How many requests for it the server answers at once. */
    int parallel() {
        return oneByOne() ? 1 : server.parallel();
    }

    private boolean oneByOne() {
        return architecture.single() && !running.sideBySide();
    }

    /** Whether no further request for it is given to the server for now. */
    public boolean full() {
        return server.full() || (oneByOne() && inFlight.get() >= MOST_ONE_BY_ONE);
    }

    /** Takes a slot for one if there is one; then an attempt or {@link #release} must follow. */
    public boolean reserve() {
        int most = oneByOne() ? MOST_ONE_BY_ONE : Integer.MAX_VALUE;
        boolean own = inFlight.getAndUpdate(taken -> taken < most ? taken + 1 : taken) < most;
        if (own && !server.reserve()) {
            inFlight.decrementAndGet();
            return false;
        }
        return own;
    }

    /** Takes one even if there is none: for what cannot wait. */
    public void reserveAnyway() {
        inFlight.incrementAndGet();
        server.reserveAnyway();
    }

    public void release() {
        inFlight.decrementAndGet();
        server.release();
    }

    /**
     * Requests that a further one would have before it or beside it.
     *
     * @param onServer in flight there, of all models
     * @param own whether one of these is the request itself
     */
    int before(int onServer, boolean own) {
        int here = inFlight.get() - (own ? 1 : 0);
        return oneByOne() ? Math.max(here, onServer + 1 - server.parallel()) : onServer;
    }

    /** What was measured here; 0 where nothing was. */
    public Speeds measured() {
        return own.get();
    }

    /** What is known of it; where nothing is, what is usual for the model elsewhere. */
    Speeds speeds() {
        Speeds measured = own.get();
        return measured.perKilobyte() > 0 && measured.serviceMillis() > 0
                ? measured
                : measured.or(typical.speeds().get(), 1 + CPU_FACTOR * onCpu);
    }

    /** How much of a prompt is likely not to have to be evaluated. */
    public long cachedBytes(PromptBlocks prompt) {
        return prompt.size() == 0 || !warm()
                ? 0
                : (long) (mirror.cachedBytes(prompt, parallel()) * reuse());
    }

    /** The same, with what others' prompts would have to be evaluated again because of it. */
    CacheMirror.Look look(PromptBlocks prompt, long nowMillis) {
        if (prompt.size() == 0 || !warm()) {
            return CacheMirror.Look.NOTHING;
        }
        CacheMirror.Look believed = mirror.look(prompt, parallel(), nowMillis);
        return new CacheMirror.Look(
                (long) (believed.cachedBytes() * reuse()), believed.pushedOut());
    }

    /** The share of what is believed to be cached that was found to be, in the mean. */
    double reuse() {
        return own.get().reuse();
    }

    CacheMirror mirror() {
        return mirror;
    }

    Typical.OfModel typical() {
        return typical;
    }

    Job.Running running() {
        return running;
    }

    /** How long it takes until the model is in memory; 0 when it is. */
    public double loadMillis(long nowMillis) {
        double whole = wholeLoadMillis();
        long since = loadingSince;
        if (whole == 0 || since == NOT_LOADING) {
            return whole * (1 + EVICTION * server.residents());
        }
        double taken = (double) (nowMillis - since);
        // one that takes longer than it should goes on for as long as it has taken
        return Math.max(1, taken < whole ? whole - taken : taken);
    }

    /** The same from its beginning: as it was here, else elsewhere, else by its size. */
    public double wholeLoadMillis() {
        if (resident) {
            return 0;
        }
        double here = own.get().loadMillis();
        double measured = here > 0 ? here : typical.speeds().get().loadMillis();
        return measured > 0 ? measured : Math.max(1, size / BYTES_PER_MILLI);
    }

    /** Whether it can be loaded without a real request. */
    public boolean loadable() {
        return loadable;
    }

    public void notLoadable() {
        loadable = false;
    }

    /** Whether a request or the gateway has it loaded at the moment. */
    boolean beingLoaded() {
        return loadingSince != NOT_LOADING;
    }

    /** The gateway begins to load the model. */
    public void loading() {
        asked(server.nowMillis());
    }

    /** The gateway has loaded the model, for which the server took so many nanoseconds. */
    public void loaded(long nanos) {
        answers();
        learn(new Speeds.Timing(nanos / 1e6, 0, 0, 0, 0));
    }

    /** A request goes there: a model that is not in memory is being loaded from now on. */
    void asked(long nowMillis) {
        if (!resident && loadingSince == NOT_LOADING) {
            loadingSince = nowMillis;
            typical.changed();
        }
    }

    /** It answers, so it is in memory, whatever the last probe saw. */
    void answers() {
        answered = true;
        if (!resident) {
            resident = true;
            onCpu = 0;
            typical.changed();
        }
        if (loadingSince != NOT_LOADING) {
            loadingSince = NOT_LOADING;
        }
    }

    /** Nothing came of a request: a load that it began has been broken off. */
    public void failed() {
        if (loadingSince != NOT_LOADING) {
            loadingSince = NOT_LOADING;
            askedLength = 0;
            typical.changed();
        }
    }

    /** What a probe saw in the server's memory: it lists a model before its load is over. */
    void seen(List<RunningModel> running) {
        boolean before = resident;
        boolean loading = loadingSince != NOT_LOADING;
        Optional<RunningModel> own = own(running);
        shares = own.isEmpty() && sharesWith(running).isPresent();
        answered = false;
        RunningModel here = loading ? null : in(running).orElse(null);
        onCpu = here == null || here.size() <= 0 ? 0 : onCpu(here);
        resident = here != null;
        if (before != (here != null)) {
            typical.changed();
        }
        if (here == null && !loading) {
            mirror.clear();
            askedLength = 0;
        }
        toldLength = here == null ? 0 : Objects.requireNonNullElse(here.contextLength(), 0);
        mirrors(here);
    }

    /** By the rule of the server's version, which may have changed. */
    private void mirrors(@Nullable RunningModel here) {
        CacheRule rule = server.engine().rule(architecture);
        if (!mirror.follows(rule)) {
            mirror = new CacheMirror(rule, typical.pause());
        }
        mirror.setUp(
                HOST_MEMORY / bytesPerToken(here) * BYTES_OF_A_TOKEN,
                batch(here) * BYTES_OF_A_TOKEN);
    }

    /** How many tokens the server evaluates at once ({@code server/sched.go} of Ollama 0.33). */
    private long batch(@Nullable RunningModel here) {
        Integer length = here == null ? null : here.contextLength();
        long context = length == null ? 0 : (long) length * parallel();
        return context > 32_768 ? 2_048 : context > 4_096 ? 1_024 : 512;
    }

    /** What a token of context takes in memory, from what the model takes above its weights. */
    private long bytesPerToken(@Nullable RunningModel here) {
        Integer length = here == null ? null : here.contextLength();
        if (here == null || length == null || length <= 0 || size <= 0 || here.size() <= size) {
            return USUAL_PER_TOKEN;
        }
        return Math.max(LEAST_PER_TOKEN, (here.size() - size) / length / parallel());
    }

    private static double onCpu(RunningModel running) {
        return Math.clamp(1 - (double) running.sizeVram() / running.size(), 0, 1);
    }

    /**
     * Tags of the same weights run together, and the server lists the one that loaded them: that
     * this is another of them shows when it has answered and is not listed, but one of its size is,
     * and was before. Once it had to be loaded beside that it never is.
     */
    private Optional<RunningModel> sharesWith(List<RunningModel> running) {
        return distinct || !(answered || shares)
                ? Optional.empty()
                : running.stream()
                        .filter(model -> alike(server.sizeOf(model.digest())))
                        .filter(model -> shares || server.wasListed(model.digest()))
                        .findFirst();
    }

    private boolean alike(long otherSize) {
        return size > 0 && Math.abs(otherSize - size) < ALL_BUT_WEIGHTS;
    }

    long size() {
        return size;
    }

    /**
     * What a server says of the model among all that it has in memory, under whatever tag of its
     * weights.
     */
    public Optional<RunningModel> in(List<RunningModel> running) {
        Optional<RunningModel> own = own(running);
        return own.isPresent() || !shares ? own : sharesWith(running);
    }

    private Optional<RunningModel> own(List<RunningModel> running) {
        return running.stream().filter(model -> content.equals(model.digest())).findFirst();
    }

    /** Learns from an answer, for this server and for the model on any. */
    void learn(Speeds.Timing timing) {
        distinct |= shares && timing.loaded();
        double found = timing.reuse(own.get().perKilobyte());
        if (timing.loaded() || (found >= 0 && found < LOST)) {
            mirror.forgetTheRest(); // its process is a new one, or was given to others
        }
        own.updateAndGet(speeds -> speeds.learned(timing));
        typical.speeds().updateAndGet(speeds -> speeds.learned(timing));
    }
}
