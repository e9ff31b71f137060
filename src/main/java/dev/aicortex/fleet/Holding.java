package dev.aicortex.fleet;

import dev.aicortex.fleet.observed.CacheMirror;
import dev.aicortex.fleet.observed.Speeds;
import dev.aicortex.fleet.observed.Typical;
import dev.aicortex.ollama.RunningModel;
import java.util.List;
import java.util.Objects;
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
     */
    Holding(Server server, String content, long size, Typical.OfModel typical, CacheMirror mirror) {
        this.server = server;
        this.content = content;
        this.size = size;
        this.typical = typical;
        this.mirror = mirror;
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

    /**
     * It answers a request with this context length, so it is in memory with that.
     *
     * @param length in tokens; 0 = its own
     */
    public void loadedWith(int length) {
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
    long cachedBytes(PromptBlocks prompt) {
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

    /** What it shares with the holdings of the same content on other servers. */
    Typical.OfModel typical() {
        return typical;
    }

    /** The requests for it that have not ended. */
    Job.Running running() {
        return running;
    }

    /** How long it takes until the model is in memory; 0 when it is. */
    double loadMillis(long nowMillis) {
        if (resident) {
            return 0;
        }
        double whole = wholeLoad();
        long since = loadingSince;
        return since == NOT_LOADING
                ? whole * (1 + EVICTION * server.residents())
                : rest(whole, (double) (nowMillis - since));
    }

    /** One that takes longer than it should goes on for as long as it has taken. */
    private static double rest(double whole, double taken) {
        return Math.max(1, taken < whole ? whole - taken : taken);
    }

    /** As it was here, else elsewhere, else by its size. */
    private double wholeLoad() {
        double measured = measuredLoadMillis();
        return measured > 0 ? measured : Math.max(1, size / BYTES_PER_MILLI);
    }

    /**
     * How long a load of the model is expected to take from its beginning; 0 when it is in memory.
     */
    public double wholeLoadMillis() {
        return resident ? 0 : wholeLoad();
    }

    /** How long its last loads took here or elsewhere; 0 while none was seen. */
    public double measuredLoadMillis() {
        double here = own.get().loadMillis();
        return here > 0 ? here : typical.speeds().get().loadMillis();
    }

    /** Whether it can be loaded without a real request. */
    public boolean loadable() {
        return loadable;
    }

    /** Its server loads it for real requests alone. */
    public void notLoadable() {
        loadable = false;
    }

    /** The gateway has the model loaded. */
    public void loading() {
        asked(server.nowMillis());
    }

    /**
     * The model is in memory, since the gateway had it loaded.
     *
     * @param nanos that the server spent on it
     */
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
        @Nullable RunningModel here = loading ? null : in(running);
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

    private @Nullable RunningModel in(List<RunningModel> running) {
        for (RunningModel model : running) {
            if (content.equals(model.digest())) {
                return model;
            }
        }
        return null;
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
