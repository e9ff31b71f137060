package dev.aicortex.catalogue;

import dev.aicortex.config.CortexConfig;
import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** The catalogue in memory, and the volume that it comes from. */
@ApplicationScoped
public class CatalogueStore {
    private static final Logger LOG = Logger.getLogger(CatalogueStore.class);

    private final List<Family> shipped = Shipped.families();
    private volatile Loaded loaded;
    private volatile @Nullable String unreadable;
    private volatile @Nullable Instant refreshedAt;

    /** One reference, so that no reader sees the parts of two moments. */
    private record Loaded(
            Volume volume, String version, Catalogue catalogue, List<String> malformed) {}

    CatalogueStore(CortexConfig config) {
        loaded = unread(config.catalogue().dir());
        reload();
    }

    private Loaded unread(Path dir) {
        Catalogue catalogue = Catalogue.of("", shipped, List.of());
        return new Loaded(new Volume(dir), "", catalogue, List.of());
    }

    /** The catalogue as it is known now. */
    public Catalogue catalogue() {
        return loaded.catalogue();
    }

    public Volume volume() {
        return loaded.volume();
    }

    /** The files that were skipped, each with the line and what is wrong. */
    public List<String> malformed() {
        return loaded.malformed();
    }

    /** Why the volume cannot be read; null when it can. The catalogue in memory serves on. */
    public @Nullable String unreadable() {
        return unreadable;
    }

    /** When a refresh last came to its end, by whichever process; null when none has. */
    public @Nullable Instant refreshedAt() {
        return refreshedAt;
    }

    /** Takes another folder from now on. */
    public synchronized void open(Path dir) {
        loaded = unread(dir);
        reload();
    }

    /** Takes over what another replica, a command or a person changed on the volume. */
    @Scheduled(every = "5s", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    public synchronized void reload() {
        Loaded old = loaded;
        try {
            if (!old.volume().version().equals(old.version())) {
                loaded = read(old);
            }
            refreshedAt = old.volume().refreshedAt().orElse(null);
            unreadable = null;
        } catch (IOException | UncheckedIOException e) {
            if (unreadable == null) {
                LOG.warnf(
                        "the catalogue in %s cannot be read, the old one counts: %s",
                        old.volume().dir(), e);
            }
            unreadable = e.toString();
        }
    }

    private Loaded read(Loaded old) throws IOException {
        Volume.Content content = old.volume().read();
        content.malformed().stream()
                .filter(what -> !old.malformed().contains(what))
                .forEach(what -> LOG.warnf("skipped in %s: %s", old.volume().dir(), what));
        Catalogue catalogue = Catalogue.of(content.generation(), shipped, content.families());
        LOG.infof(
                "catalogue: %d families, %d models, generation %s of %s",
                catalogue.families().size(),
                catalogue.size(),
                content.generation().isEmpty() ? "none" : content.generation(),
                old.volume().dir());
        return new Loaded(old.volume(), content.version(), catalogue, content.malformed());
    }
}
