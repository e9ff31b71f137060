package dev.aicortex.catalogue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * Changes the volume. A generation is written whole under a temporary name, then one rename of a
 * link makes it count: who reads meanwhile sees the old or the new one, and so does who starts
 * after a crash at any point. Only the holder of the volume's {@link Lease} may call this.
 */
public final class Generations {
    private static final Logger LOG = Logger.getLogger(Generations.class);

    /** Where the hand-placed files go that a generation has taken over; kept as long as it is. */
    private static final String BY_HAND = "by-hand";

    private static final String BACKUPS = "backups";
    private static final String UNFINISHED = ".new-";

    private final Volume volume;
    private final Disk disk;

    public Generations(Volume volume, Disk disk) {
        this.volume = volume;
        this.disk = disk;
    }

    /**
     * A generation that is kept.
     *
     * @param number eight digits, counting up
     * @param current whether it is the one that counts
     */
    public record Past(
            String number, Instant writtenAt, int families, int models, boolean current) {}

    /**
     * Makes these families the volume's, all at once.
     *
     * @param old what they were resolved from
     * @return the new generation's number; empty when a person has changed what counts meanwhile,
     *     and nothing was done
     */
    public Optional<String> publish(List<Family> families, Volume.Content old) throws IOException {
        clean();
        String number = String.format(Locale.ROOT, "%08d", highest() + 1);
        Path unfinished = write(families, number);
        List<Placed> placed = Placed.all(old.placed());
        if (!volume.version().equals(old.version())) {
            disk.delete(unfinished);
            return Optional.empty();
        }
        handBack(old.broken());
        disk.rename(unfinished, volume.generations().resolve(number));
        disk.sync(volume.generations());
        switchTo(number);
        takeOver(placed, number);
        linkForPeople();
        return Optional.of(number);
    }

    private long highest() throws IOException {
        List<String> numbers = volume.numbers();
        return numbers.isEmpty() ? 0 : Long.parseLong(numbers.getLast());
    }

    private Path write(List<Family> families, String number) throws IOException {
        Path unfinished = volume.generations().resolve(UNFINISHED + number);
        disk.createFolder(unfinished);
        StringBuilder sums = new StringBuilder();
        for (Family family : families) {
            Path file = unfinished.resolve(family.file());
            byte[] content = FamilyWriter.file(family);
            disk.write(file, content);
            sums.append(Volume.sum(file, content)).append('\n');
        }
        disk.write(
                unfinished.resolve(Volume.SUMS), sums.toString().getBytes(StandardCharsets.UTF_8));
        disk.sync(unfinished);
        return unfinished;
    }

    private void switchTo(String number) throws IOException {
        replaceLink(Volume.CURRENT, Path.of(Volume.GENERATIONS, number));
        disk.sync(volume.dir());
    }

    private void replaceLink(String name, Path target) throws IOException {
        Path unfinished = volume.dir().resolve(UNFINISHED + name);
        disk.link(unfinished, target);
        disk.rename(unfinished, volume.dir().resolve(name));
    }

    /** A hand-placed file at the moment when it was found to be what was resolved. */
    private record Placed(Path path, FileTime modified, long size) {
        static Placed of(Path path) throws IOException {
            BasicFileAttributes facts = Files.readAttributes(path, BasicFileAttributes.class);
            return new Placed(path, facts.lastModifiedTime(), facts.size());
        }

        static List<Placed> all(List<Path> paths) throws IOException {
            List<Placed> all = new ArrayList<>();
            for (Path path : paths) {
                all.add(of(path));
            }
            return all;
        }
    }

    /**
     * Until this is done a hand-placed file counts beside the generation that says the same; one
     * that is edited just now goes on to count.
     */
    private void takeOver(List<Placed> placed, String number) throws IOException {
        Path kept = volume.generations().resolve(number).resolve(BY_HAND);
        for (Placed file : placed) {
            if (file.equals(Placed.of(file.path()))) {
                disk.createFolder(kept);
                takeOver(file.path(), kept);
            }
        }
    }

    /** A file that is mounted there cannot be moved; it goes on to count. */
    private void takeOver(Path file, Path kept) throws IOException {
        try {
            disk.rename(file, kept.resolve(file.getFileName()));
        } catch (FileSystemException e) {
            LOG.debugf("%s stays where it is: %s", file, e.getReason());
        }
    }

    /**
     * What a person broke in a generation stays where the person finds and mends it, unless a newer
     * file is there.
     */
    private void handBack(List<Path> broken) throws IOException {
        for (Path file : broken) {
            String name = file.getFileName().toString();
            Path place = volume.dir().resolve(name);
            if (!Files.exists(place, LinkOption.NOFOLLOW_LINKS) || Volume.intoCurrent(place)) {
                Path unfinished = volume.dir().resolve(UNFINISHED + name);
                disk.write(unfinished, Files.readAllBytes(file));
                disk.rename(unfinished, place);
            }
        }
    }

    private void linkForPeople() throws IOException {
        for (Path link : Volume.jsonFiles(volume.dir())) {
            if (Volume.intoCurrent(link) && !Files.exists(link)) {
                disk.delete(link);
            }
        }
        for (Path file : Volume.jsonFiles(volume.current())) {
            String name = file.getFileName().toString();
            if (!Files.exists(volume.dir().resolve(name), LinkOption.NOFOLLOW_LINKS)) {
                replaceLink(name, Path.of(Volume.CURRENT, name));
            }
        }
    }

    /** Removes what a process that died has left unfinished. */
    private void clean() throws IOException {
        disk.createFolder(volume.generations());
        for (Path folder : List.of(volume.dir(), volume.generations(), backups())) {
            for (Path left : unfinished(folder)) {
                disk.delete(left);
            }
        }
    }

    private Path backups() {
        return volume.dir().resolve(BACKUPS);
    }

    private static List<Path> unfinished(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(path -> path.getFileName().toString().startsWith(UNFINISHED))
                    .toList();
        }
    }

    /** Copies the generation that counts to {@code backups/}, where none is ever deleted. */
    public void backup() throws IOException {
        String number = volume.generation();
        Path backup = backups().resolve(number);
        if (number.isEmpty() || Files.exists(backup)) {
            return;
        }
        Path unfinished = backup.resolveSibling(UNFINISHED + number);
        disk.delete(unfinished);
        disk.createFolder(unfinished);
        for (Path file : Volume.jsonFiles(volume.current())) {
            disk.write(unfinished.resolve(file.getFileName()), Files.readAllBytes(file));
        }
        disk.sync(unfinished);
        disk.rename(unfinished, backup);
        disk.sync(backups());
    }

    /**
     * Makes an older generation count again.
     *
     * @throws NoSuchFileException when it is not kept any more
     */
    public void rollback(String number) throws IOException {
        if (!volume.numbers().contains(number)) {
            throw new NoSuchFileException(volume.generations().resolve(number).toString());
        }
        clean();
        switchTo(number);
        linkForPeople();
    }

    /** Deletes the oldest generations so that {@code keep} are left; never the one that counts. */
    public void prune(int keep) throws IOException {
        List<String> numbers = volume.numbers();
        String current = volume.generation();
        for (String number : numbers.subList(0, Math.max(0, numbers.size() - keep))) {
            if (!number.equals(current)) {
                Path unfinished = volume.generations().resolve(UNFINISHED + number);
                disk.rename(volume.generations().resolve(number), unfinished);
                disk.delete(unfinished);
            }
        }
    }

    /** The generations that are kept, the oldest first. */
    public List<Past> history() throws IOException {
        String current = volume.generation();
        List<Past> all = new ArrayList<>();
        for (String number : volume.numbers()) {
            Path folder = volume.generations().resolve(number);
            List<Family> families = volume.generation(number);
            all.add(
                    new Past(
                            number,
                            Files.getLastModifiedTime(folder).toInstant(),
                            families.size(),
                            families.stream().mapToInt(family -> family.models().size()).sum(),
                            number.equals(current)));
        }
        return all;
    }
}
