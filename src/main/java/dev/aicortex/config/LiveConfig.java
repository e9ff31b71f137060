package dev.aicortex.config;

import dev.aicortex.model.Signals;
import dev.aicortex.model.ValidationException;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.spi.ConfigSource;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The configuration in force, which changes with its file. A changed file is checked whole: it is
 * taken as one, or refused and the one before stays.
 */
@ApplicationScoped
public class LiveConfig {
    /** The key that names the file. */
    static final String FILE = "cortex.config";

    private static final Logger LOG = Logger.getLogger(LiveConfig.class);

    /** What changes while the gateway runs: whole keys, and maps and groups with a dot behind. */
    static final List<String> LIVE =
            List.of(
                    "cortex.servers",
                    "cortex.server.",
                    "cortex.max-concurrent",
                    "cortex.aliases.",
                    "cortex.keys.",
                    "cortex.limits.",
                    "cortex.queue.priority",
                    "cortex.queue.priorities.",
                    "cortex.queue.background",
                    "cortex.warm.",
                    "cortex.context.",
                    "cortex.hedging.",
                    "cortex.progress",
                    "cortex.prompt.",
                    "cortex.resume",
                    "cortex.resume-keys",
                    "cortex.allow-web-search",
                    "cortex.routing.");

    private static final String ADDED = "added at run time";

    /** Below the file's and above those of a file of properties. */
    private static final int ADDED_ORDINAL = 265;

    private final SmallRyeConfig started;
    private final Optional<Path> path;
    private final Instance<Part> parts;
    private final AtomicLong taken = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private volatile State state;

    /** The file's text at the last look; null while it cannot be read. */
    private @Nullable String seen;

    /** The one that was taken or refused last. */
    private @Nullable String tried;

    /** What takes a part of a new configuration. */
    public interface Part {
        /**
         * Checks what concerns it.
         *
         * @return puts it in force; must not fail
         * @throws ValidationException for what cannot be taken, naming the key
         */
        Runnable prepared(CortexConfig next);

        /**
         * The same for a part that tells what was added at run time from the rest.
         *
         * @param added the keys that were
         */
        default Runnable prepared(CortexConfig next, Set<String> added) {
            return prepared(next);
        }
    }

    /**
     * How it is with the file.
     *
     * @param since when the configuration in force was read
     * @param problem why the file is not the one in force; null when it is
     * @param nextStart keys that have changed and take effect at the next start
     */
    public record Status(
            Path file, Instant since, @Nullable String problem, NavigableSet<String> nextStart) {}

    /**
     * What is in force.
     *
     * @param file its values; null without a file
     * @param added keys that were added at run time
     * @param problem why a newer file is refused
     */
    private record State(
            SmallRyeConfig source,
            CortexConfig config,
            @Nullable ConfigFile file,
            Map<String, String> added,
            Instant since,
            @Nullable String problem,
            NavigableSet<String> nextStart) {
        State refused(@Nullable String problem) {
            return new State(source, config, file, added, since, problem, nextStart);
        }
    }

    LiveConfig(Config running, CortexConfig config, @Any Instance<Part> parts) {
        this.started = running.unwrap(SmallRyeConfig.class);
        this.path = config.config();
        this.parts = parts;
        ConfigFile file = fileOf(started);
        this.state =
                new State(started, config, file, Map.of(), Instant.now(), null, new TreeSet<>());
        this.seen = file == null ? null : file.text();
        this.tried = seen;
    }

    /** Closing a terminal sends it too; without a file it ends the process as usual. */
    void listen(@Observes StartupEvent event) {
        if (path.isPresent()) {
            Signals.on(List.of("HUP"), this::reload);
        }
    }

    private static @Nullable ConfigFile fileOf(SmallRyeConfig config) {
        for (ConfigSource source : config.getConfigSources()) {
            if (FileSource.is(source)) {
                return FileSource.file(source);
            }
        }
        return null;
    }

    /** The configuration in force; what does not change live is as it was at the start. */
    public CortexConfig current() {
        return state.config;
    }

    /** How it is with the file; empty when none is named. */
    public Optional<Status> status() {
        State now = state;
        return path.map(file -> new Status(file, now.since, now.problem, now.nextStart));
    }

    /** How many changed files were taken. */
    public long taken() {
        return taken.get();
    }

    /** How many were refused. */
    public long refused() {
        return refused.get();
    }

    /** The sources of what is in force for a key. */
    public SmallRyeConfig source(String key) {
        return live(key) ? state.source : started;
    }

    /** The names of all keys that are set. */
    public NavigableSet<String> names() {
        NavigableSet<String> names = new TreeSet<>();
        started.getPropertyNames().forEach(names::add);
        state.source.getPropertyNames().forEach(names::add);
        return names;
    }

    /** Whether a change of this key takes effect while the gateway runs. */
    public static boolean live(String key) {
        String whole = key.replaceAll("\\[\\d+]$", "");
        return LIVE.stream()
                .anyMatch(each -> each.endsWith(".") ? key.startsWith(each) : whole.equals(each));
    }

    /** A text that two looks find is whole: an editor may be writing at the first. */
    @Scheduled(every = "1s", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void look() {
        path.ifPresent(this::look);
    }

    private synchronized void look(Path file) {
        String text = text(file);
        boolean whole = Objects.equals(text, seen);
        seen = text;
        if (whole && !Objects.equals(text, tried)) {
            take(file, text);
        }
    }

    /** Reads the file at once, and those again that it names. */
    public synchronized void reload() {
        path.ifPresent(file -> {
            seen = text(file);
            take(file, seen);
        });
    }

    private static @Nullable String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            LOG.debugf(e, "%s cannot be read", file);
            return null;
        }
    }

    private void take(Path file, @Nullable String text) {
        tried = text;
        try {
            if (text == null) {
                throw ConfigFile.unreadable(file, new IOException(file.toString()));
            }
            take(ConfigFile.of(file.toString(), text).checked());
            taken.incrementAndGet();
            LOG.infof("%s: the new configuration is in force%s", file, later());
        } catch (ValidationException e) {
            refused(file, e.text());
        } catch (RuntimeException e) {
            LOG.debugf(e, "%s cannot be taken", file);
            refused(file, String.valueOf(e.getMessage()));
        }
    }

    private void refused(Path file, String why) {
        refused.incrementAndGet();
        state = state.refused(why);
        LOG.errorf("%s is refused, the configuration before stays: %s", file, why);
    }

    /** The file has to be right without what was added too, as it has to be at the next start. */
    private void take(ConfigFile file) {
        Prepared next = prepared(file, Map.of(), null);
        if (!state.added.isEmpty()) {
            try {
                next = prepared(file, state.added, null);
            } catch (ValidationException e) {
                LOG.warnf("servers that were added at run time are in its way: %s", e.text());
            }
        }
        next.take();
    }

    private String later() {
        NavigableSet<String> keys = state.nextStart;
        return keys.isEmpty() ? "" : "; at the next start: " + String.join(", ", keys);
    }

    /**
     * Has these keys count too, in place of those that were added before: below the file's.
     *
     * @throws ValidationException when the whole is wrong with them; then nothing changes
     */
    public synchronized void add(Map<String, String> keys) {
        prepared(state.file, Map.copyOf(keys), state.problem).take();
    }

    /** The keys that were added and are in force. */
    public Map<String, String> added() {
        return state.added;
    }

    /** Whether the configuration itself has a key that begins so, not one that was added. */
    public boolean has(String prefix) {
        SmallRyeConfig source = state.source;
        for (String name : source.getPropertyNames()) {
            if (name.startsWith(prefix)
                    && !String.valueOf(source.getConfigValue(name).getConfigSourceName())
                            .contains(ADDED)) { // the library puts its own words around it
                return true;
            }
        }
        return false;
    }

    /** All that is needed to have a configuration in force: nothing of it can fail any more. */
    private final class Prepared {
        private final State next;
        private final List<Runnable> changes;

        Prepared(State next, List<Runnable> changes) {
            this.next = next;
            this.changes = changes;
        }

        void take() {
            changes.forEach(Runnable::run);
            state = next;
        }
    }

    private Prepared prepared(
            @Nullable ConfigFile file, Map<String, String> added, @Nullable String problem) {
        SmallRyeConfig source = rebuilt(file, added);
        Problems problems = new Problems();
        problems.of(() -> Keys.check(source.getPropertyNames()));
        CortexConfig next = source.getConfigMapping(CortexConfig.class);
        Values.check(next, problems);
        List<Runnable> changes = new ArrayList<>();
        for (Part part : parts) {
            problems.of(() -> changes.add(part.prepared(next, added.keySet())));
        }
        (file == null ? problems : problems.located(file)).refuse();
        return new Prepared(
                new State(source, next, file, added, Instant.now(), problem, nextStart(source)),
                changes);
    }

    /** The sources of the start with others among them. */
    private SmallRyeConfig rebuilt(@Nullable ConfigFile file, Map<String, String> added) {
        List<ConfigSource> others = new ArrayList<>();
        for (ConfigSource source : started.getConfigSources()) {
            if (!FileSource.is(source)) {
                others.add(source);
            }
        }
        if (file != null) {
            Iterator<String> names =
                    others.stream().flatMap(each -> each.getPropertyNames().stream()).iterator();
            others.add(new FileSource(file, names));
        }
        others.add(new PropertiesConfigSource(added, ADDED, ADDED_ORDINAL));
        try {
            return new SmallRyeConfigBuilder()
                    .forClassLoader(LiveConfig.class.getClassLoader()) // a signal's thread has none
                    .addDiscoveredConverters()
                    .addDefaultInterceptors()
                    .withProfiles(started.getProfiles())
                    .withSources(others)
                    .withMapping(CortexConfig.class)
                    .withMappingIgnore("cortex.**")
                    .build();
        } catch (RuntimeException e) {
            throw ConfigErrors.refusal(e);
        }
    }

    /** The keys that have another value than at the start, and do not change live. */
    private NavigableSet<String> nextStart(SmallRyeConfig next) {
        NavigableSet<String> changed = new TreeSet<>();
        Stream.of(started, next)
                .flatMap(each -> names(each).stream())
                .filter(name -> !live(name))
                .filter(name -> !Objects.equals(value(started, name), value(next, name)))
                .forEach(changed::add);
        return changed;
    }

    private static NavigableSet<String> names(SmallRyeConfig config) {
        NavigableSet<String> names = new TreeSet<>();
        for (String name : config.getPropertyNames()) {
            if (name.startsWith("cortex.")) {
                names.add(name);
            }
        }
        for (ConfigSource source : config.getConfigSources()) {
            if (FileSource.is(source)) {
                names.addAll(source.getPropertyNames());
            }
        }
        return names;
    }

    private static @Nullable String value(SmallRyeConfig config, String name) {
        return config.getConfigValue(name).getValue();
    }
}
