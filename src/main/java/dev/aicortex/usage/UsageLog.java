package dev.aicortex.usage;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.store.Database;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.interceptor.Interceptor;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jctools.queues.atomic.MpscAtomicArrayQueue;
import org.jspecify.annotations.Nullable;

/**
 * Takes the records of requests and writes them on a thread of its own, twice a second: a process
 * that is killed loses no more. While the database is away they wait here; when no more may wait,
 * new ones are dropped and counted. No request waits for any of it.
 */
@ApplicationScoped
public class UsageLog {
    private static final Logger LOG = Logger.getLogger(UsageLog.class);

    /** Records that may wait, some 300 bytes each; the queue makes a power of two of it. */
    static final int MOST_WAITING = 10_000;

    /** Records a transaction, so that none takes long. */
    private static final int BATCH = 1_000;

    private static final Duration EVERY = Duration.ofMillis(500);
    private static final Duration PRUNED_EVERY = Duration.ofMinutes(1);

    /** How long a stop waits for a database that is away. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final MpscAtomicArrayQueue<UsageRecord> queue =
            new MpscAtomicArrayQueue<>(MOST_WAITING);

    private final UsageStore store;
    private final CortexConfig.Usage config;
    private final boolean wanted;
    private final Counter dropped;
    private final Counter written;
    private final Clock clock = Clock.systemUTC();
    private final CountDownLatch stop = new CountDownLatch(1);

    /** Tells the ids of this process from those of others. */
    private final String process =
            HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());

    private int number;
    private List<UsageStore.Numbered> batch = List.of();
    private boolean away;
    private long prunedNanos = System.nanoTime();
    private volatile @Nullable Thread thread;

    UsageLog(CortexConfig config, Database database, UsageStore store, MeterRegistry registry) {
        this.config = config.usage();
        this.store = store;
        this.wanted = this.config.enabled() && database.wanted();
        this.dropped =
                Counter.builder("cortex.usage.dropped")
                        .description("Records of requests that were dropped: too many waited")
                        .register(registry);
        this.written =
                Counter.builder("cortex.usage.written")
                        .description("Records of requests that were written to the database")
                        .register(registry);
        registry.gauge("cortex.usage.waiting", queue, MpscAtomicArrayQueue::size);
    }

    /** Whether requests are recorded. */
    public boolean wanted() {
        return wanted;
    }

    /** Takes a record; from any thread, without waiting. */
    public void add(UsageRecord record) {
        if (!wanted) {
            return;
        }
        if (!queue.offer(record)) {
            dropped.increment();
        } else if (thread == null) {
            begin();
        }
    }

    private synchronized void begin() {
        if (thread == null) {
            thread = Thread.ofPlatform().daemon().name("usage").start(this::run);
        }
    }

    private void run() {
        try {
            boolean more = false;
            while (!stop.await(more ? 0 : EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
                more = tended();
            }
            long end = System.nanoTime() + PATIENCE.toNanos();
            while (!tended() && waiting() > 0 && end - System.nanoTime() > 0) {
                TimeUnit.MILLISECONDS.sleep(EVERY.toMillis() / 2);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // told below
        }
        if (waiting() > 0) {
            LOG.warnf("stopping; records of usage that could not be written: %d", waiting());
        }
    }

    private synchronized int waiting() {
        return batch.size() + queue.size();
    }

    /** Writes what waits and lets go of what is old; whether there is more to do at once. */
    private boolean tended() {
        try {
            flush();
            if (away) {
                away = false;
                LOG.info("usage is recorded again");
            }
            return pruned();
        } catch (RuntimeException | Error e) { // whatever a driver throws, this thread goes on
            if (!away) {
                away = true;
                LOG.warnf("usage is not recorded at present; it is kept in memory: %s", reason(e));
            }
            return false;
        }
    }

    private static String reason(Throwable e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }

    /**
     * Writes what waits now. Blocks; throws when the database cannot be used, and keeps what was
     * not written.
     */
    public synchronized void flush() {
        for (int left = waiting(); left > 0; ) {
            if (batch.isEmpty()) {
                batch = taken();
            }
            store.write(batch);
            written.increment(batch.size());
            left -= batch.size();
            batch = List.of();
        }
    }

    /** Numbered once: a batch whose commit was answered by nobody is written again as it is. */
    private List<UsageStore.Numbered> taken() {
        List<UsageStore.Numbered> taken = new ArrayList<>();
        queue.drain(
                each ->
                        taken.add(
                                new UsageStore.Numbered(
                                        UsageStore.idAt(each.at())
                                                + process
                                                + HexFormat.of().toHexDigits(number++),
                                        each)),
                BATCH);
        return taken;
    }

    private boolean pruned() {
        if (System.nanoTime() - prunedNanos < PRUNED_EVERY.toNanos()) {
            return false;
        }
        long now = clock.millis();
        boolean more =
                store.pruneRecords(now - config.keep().toMillis(), config.maxRecords(), BATCH);
        if (!more) {
            store.pruneSums(now);
            prunedNanos = System.nanoTime();
        }
        return more;
    }

    /** Behind those that wait for the last answers; the database is closed only later. */
    void stop(@Observes @Priority(Interceptor.Priority.LIBRARY_AFTER) ShutdownEvent event)
            throws InterruptedException {
        stop.countDown();
        Thread running = thread;
        if (running != null && !running.join(PATIENCE.multipliedBy(2))) {
            LOG.warn("stopping; the database does not answer");
        }
    }
}
