package dev.aicortex.config;

import dev.aicortex.model.Signals;
import dev.aicortex.model.ValidationException;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.scheduler.Scheduled;
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
                    "cortex.routing.",
                    "cortex.wake.");

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
     * @param layers what counts beside it
     * @param problem why a newer file is refused
     */
    private record State(
            SmallRyeConfig source,
            CortexConfig config,
            @Nullable ConfigFile file,
            Layers layers,
            Instant since,
            @Nullable String problem,
            NavigableSet<String> nextStart) {
        State refused(@Nullable String problem) {
            return new State(source, config, file, layers, since, problem, nextStart);
        }
    }

    LiveConfig(Config running, CortexConfig config, @Any Instance<Part> parts) {
        this.started = running.unwrap(SmallRyeConfig.class);
        this.path = config.config();
        this.parts = parts;
        ConfigFile file = fileOf(started);
        this.state =
                new State(started, config, file, Layers.NONE, Instant.now(), null, new TreeSet<>());
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

    /** The file has to be right without servers from elsewhere too, as at the next start. */
    private void take(ConfigFile file) {
        Prepared alone = prepared(file, Layers.NONE, null);
        Layers layers = state.layers;
        Prepared next = layers.isEmpty() ? alone : beside(file, layers).orElse(null);
        if (next == null && !layers.of(Origin.ADDED).isEmpty()) {
            next = beside(file, layers.with(Origin.ADDED, Map.of())).orElse(null);
        }
        (next == null ? alone : next).take();
    }

    private Optional<Prepared> beside(ConfigFile file, Layers layers) {
        try {
            return Optional.of(prepared(file, layers, null));
        } catch (ValidationException e) {
            LOG.warnf("servers that the configuration does not name are in its way: %s", e.text());
            return Optional.empty();
        }
    }

    private String later() {
        NavigableSet<String> keys = state.nextStart;
        return keys.isEmpty() ? "" : "; at the next start: " + String.join(", ", keys);
    }

    /**
     * Has servers count too that the configuration does not name, in place of those before of this
     * origin. A discovered one whose name or address the configuration has itself, or another
     * origin, waits until it has not.
     *
     * @param servers by name, each with its settings by key, without {@code cortex.server.<name>}
     * @throws ValidationException when the whole is wrong with them; then nothing changes
     */
    public synchronized void put(Origin origin, Map<String, Map<String, String>> servers) {
        prepared(state.file, state.layers.with(origin, servers), state.problem).take();
    }

    /** The servers of this origin that {@link #put} was given last and that were not refused. */
    public Map<String, Map<String, String>> servers(Origin origin) {
        return state.layers.of(origin);
    }

    /** Whether the configuration itself has a key that begins so, not one from elsewhere. */
    public boolean has(String prefix) {
        SmallRyeConfig source = state.source;
        for (String name : source.getPropertyNames()) {
            if (name.startsWith(prefix)
                    && !Origin.is(source.getConfigValue(name).getConfigSourceName())) {
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

    private Prepared prepared(@Nullable ConfigFile file, Layers layers, @Nullable String problem) {
        SmallRyeConfig source = rebuilt(file, layers);
        Problems problems = new Problems();
        problems.of(() -> Keys.check(source.getPropertyNames()));
        CortexConfig next = source.getConfigMapping(CortexConfig.class);
        Values.check(next, problems);
        List<Runnable> changes = new ArrayList<>();
        for (Part part : parts) {
            problems.of(() -> changes.add(part.prepared(next, layers.added().keySet())));
        }
        (file == null ? problems : problems.located(file)).refuse();
        return new Prepared(
                new State(source, next, file, layers, Instant.now(), problem, nextStart(source)),
                changes);
    }

    /** The sources of the start with others among them. */
    private SmallRyeConfig rebuilt(@Nullable ConfigFile file, Layers layers) {
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
        others.add(Origin.ADDED.source(layers.added()));
        SmallRyeConfig source = built(others);
        List<ConfigSource> discovered =
                layers.discoveredBeside(source.getConfigMapping(CortexConfig.class));
        others.addAll(discovered);
        return discovered.isEmpty() ? source : built(others);
    }

    private SmallRyeConfig built(List<ConfigSource> sources) {
        try {
            return new SmallRyeConfigBuilder()
                    .forClassLoader(LiveConfig.class.getClassLoader()) // a signal's thread has none
                    .addDiscoveredConverters()
                    .addDefaultInterceptors()
                    .withProfiles(started.getProfiles())
                    .withSources(sources)
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
