package dev.aicortex.catalogue;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The right to change a volume, for one process at a time. It is a file that names the holder and
 * when its right ends, so a holder that died is succeeded; the file is read and written under the
 * operating system's lock, so two cannot take it at once.
 */
public final class Lease implements AutoCloseable {
    /** Long enough for a slow volume, short enough to wait for a holder that died. */
    public static final Duration TERM = Duration.ofSeconds(60);

    private static final String FILE = ".lease";
    private static final String LOCK = ".lock";

    /** The operating system's lock is one a process; this one is for its threads. */
    private static final ReentrantLock THREADS = new ReentrantLock();

    private final Path dir;
    private final String holder;
    private final Clock clock;

    private Lease(Path dir, String holder, Clock clock) {
        this.dir = dir;
        this.holder = holder;
        this.clock = clock;
    }

    /** Another one has it, or has had it meanwhile. */
    public static final class HeldException extends Exception {
        private static final long serialVersionUID = 1L;

        private HeldException(Owner by) {
            super(
                    by.equals(Owner.NOBODY)
                            ? "the right to change the catalogue ran out meanwhile; run it again"
                            : "the catalogue is being changed by %s, until %s at the latest"
                                    .formatted(by.holder(), by.until()));
        }
    }

    private record Owner(String holder, Instant until) {
        static final Owner NOBODY = new Owner("", Instant.MIN);
    }

    private interface Locked {
        void run() throws IOException, HeldException;
    }

    /** A name that no other run has and that tells a person which process it is. */
    public static String newHolder() {
        String host = System.getenv().getOrDefault("HOSTNAME", "this machine");
        String random = UUID.randomUUID().toString().substring(0, 8);
        return "process %d on %s (%s)".formatted(ProcessHandle.current().pid(), host, random);
    }

    /**
     * Takes the volume's lease for {@link #TERM}.
     *
     * @param holder a name that no other run has, as {@link #newHolder()} gives one
     */
    public static Lease take(Volume volume, String holder, Clock clock)
            throws IOException, HeldException {
        Files.createDirectories(volume.dir());
        Lease lease = new Lease(volume.dir(), holder, clock);
        lease.locked(() -> {
            Owner owner = lease.owner();
            if (clock.instant().isBefore(owner.until())) {
                throw new HeldException(owner);
            }
            lease.extend();
        });
        return lease;
    }

    /**
     * Extends the right, or fails when it has ended and another one has it now, or has had it
     * since: the volume may have changed.
     */
    public void renew() throws IOException, HeldException {
        locked(() -> {
            Owner owner = owner();
            if (!owner.holder().equals(holder)) {
                throw new HeldException(owner);
            }
            extend();
        });
    }

    private void extend() throws IOException {
        String text =
                FamilyFile.JSON
                        .createObjectNode()
                        .put("holder", holder)
                        .put("until", clock.instant().plus(TERM).toString())
                        .toString();
        Path unfinished = dir.resolve(FILE + ".new");
        Files.writeString(unfinished, text);
        Files.move(unfinished, dir.resolve(FILE), StandardCopyOption.ATOMIC_MOVE);
    }

    /** Gives the right back, if it is still this one's; an interrupted thread does so too. */
    @Override
    public void close() throws IOException {
        boolean interrupted = Thread.interrupted(); // it would close the lock's channel
        try {
            locked(() -> {
                if (owner().holder().equals(holder)) {
                    Files.deleteIfExists(dir.resolve(FILE));
                }
            });
        } catch (HeldException e) {
            throw new IllegalStateException(e); // nothing above throws it
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void locked(Locked action) throws IOException, HeldException {
        THREADS.lock();
        try (FileChannel channel =
                        FileChannel.open(
                                dir.resolve(LOCK),
                                StandardOpenOption.CREATE,
                                StandardOpenOption.WRITE);
                FileLock _ = channel.lock()) {
            action.run();
        } finally {
            THREADS.unlock();
        }
    }

    /** Who has it; nobody, since for ever, when the file is not there or not readable. */
    private Owner owner() throws IOException {
        try {
            JsonNode file = FamilyFile.JSON.readTree(Files.readAllBytes(dir.resolve(FILE)));
            return new Owner(
                    file.path("holder").asText(), Instant.parse(file.path("until").asText()));
        } catch (NoSuchFileException | JacksonException | DateTimeException _) {
            return Owner.NOBODY;
        }
    }
}
