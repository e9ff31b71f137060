package dev.aicortex.fleet;

import dev.aicortex.fleet.observed.CacheMirror;
import dev.aicortex.fleet.observed.Speeds;
import dev.aicortex.fleet.observed.Typical;
import dev.aicortex.ollama.RunningModel;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

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

    private final Server server;
    private final String content;
    private final long size;
    private final Typical.OfModel typical;
    private final CacheMirror mirror;
    private final AtomicReference<Speeds> own = new AtomicReference<>(Speeds.UNKNOWN);
    private final Job.Running running = new Job.Running();
    private volatile boolean resident;
    private volatile double onCpu; // the share of it that the GPUs have no room for, 0 to 1
    private volatile long loadingSince = NOT_LOADING;
    private volatile boolean loadable = true;
    private volatile int askedLength;
    private volatile int toldLength;

    /**
     * @param size bytes on disk
     * @param typical what it shares with the holdings of the same content on other servers
     * @param multiuser whether the server shares its caches between users
     */
    Holding(
            Server server,
            String content,
            long size,
            Typical.OfModel typical,
            boolean multiuser,
            List<RunningModel> inMemory) {
        this.server = server;
        this.content = content;
        this.size = size;
        this.typical = typical;
        this.mirror = new CacheMirror(multiuser, typical.pause());
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
            mirror.clear(); // another length is another process
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

    /** What is known of it; where nothing is, what is usual for the model elsewhere. */
    Speeds speeds() {
        Speeds measured = own.get();
        return measured.perKilobyte() > 0 && measured.serviceMillis() > 0
                ? measured
                : measured.or(typical.speeds().get(), 1 + CPU_FACTOR * onCpu);
    }

    /** How much of a prompt is likely not to have to be evaluated. */
    public long cachedBytes(PromptBlocks prompt) {
        if (prompt.size() == 0 || !warm()) {
            return 0;
        }
        long cached = mirror.cachedBytes(prompt);
        return cached == 0 ? 0 : (long) (cached * own.get().reuse());
    }

    /** How much of others' prompts would have to be evaluated again because of this one. */
    double pushedOut(PromptBlocks prompt, long nowMillis) {
        return prompt.size() == 0 || !warm()
                ? 0
                : mirror.pushedOut(prompt, server.parallel(), nowMillis);
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
    double loadMillis(long nowMillis) {
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
    }

    private static double onCpu(RunningModel running) {
        return Math.clamp(1 - (double) running.sizeVram() / running.size(), 0, 1);
    }

    /** What a server says of the model among all that it has in memory. */
    public Optional<RunningModel> in(List<RunningModel> running) {
        return running.stream().filter(model -> content.equals(model.digest())).findFirst();
    }

    /** Learns from an answer, for this server and for the model on any. */
    void learn(Speeds.Timing timing) {
        double found = timing.reuse(own.get().perKilobyte());
        if (timing.loaded() || (found >= 0 && found < LOST)) {
            mirror.forgetTheRest(); // its process is a new one, or was given to others
        }
        own.updateAndGet(speeds -> speeds.learned(timing));
        typical.speeds().updateAndGet(speeds -> speeds.learned(timing));
    }
}
