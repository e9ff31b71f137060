package dev.aicortex.catalogue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Changes the volume. A generation is written whole under a temporary name, then one rename of a
 * link makes it count: who reads meanwhile sees the old or the new one, and so does who starts
 * after a crash at any point. Only the holder of the volume's {@link Lease} may call this.
 */
public record Generations(Volume volume, Disk disk) {
    private static final Logger LOG = Logger.getLogger(Generations.class);

    /** Where the hand-placed files go that a generation has taken over; kept as long as it is. */
    private static final String BY_HAND = "by-hand";

    private static final String BACKUPS = "backups";
    private static final String UNFINISHED = ".new-";

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
        List<String> numbers = volume.numbers();
        long highest = numbers.isEmpty() ? 0 : Long.parseLong(numbers.getLast());
        String number = String.format(Locale.ROOT, "%08d", highest + 1);
        Path unfinished = write(families, number);
        Map<Path, String> placed = new LinkedHashMap<>();
        for (Path file : old.placed()) {
            placed.put(file, Volume.stamp(file));
        }
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

    private Path write(List<Family> families, String number) throws IOException {
        Path unfinished = volume.generations().resolve(UNFINISHED + number);
        disk.createFolder(unfinished);
        StringBuilder sums = new StringBuilder();
        for (Family family : families) {
            Path file = unfinished.resolve(family.file());
            byte[] content = FamilyFile.write(family);
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

    /**
     * Until this is done a hand-placed file counts beside the generation that says the same; one
     * that is edited just now goes on to count, and so does one that is mounted there.
     *
     * @param placed the files, each as it was when it was found to be what was resolved
     */
    private void takeOver(Map<Path, String> placed, String number) throws IOException {
        Path kept = volume.generations().resolve(number).resolve(BY_HAND);
        for (Map.Entry<Path, String> file : placed.entrySet()) {
            Path path = file.getKey();
            if (file.getValue().equals(Volume.stamp(path))) {
                disk.createFolder(kept);
                try {
                    disk.rename(path, kept.resolve(path.getFileName()));
                } catch (FileSystemException e) {
                    LOG.debugf("%s stays where it is: %s", path, e.getReason());
                }
            }
        }
    }

    /**
     * What a person broke in a generation stays where the person finds and mends it, unless a newer
     * file is there.
     */
    private void handBack(List<Path> broken) throws IOException {
        for (Path file : broken) {
            String name = Volume.name(file);
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
            String name = Volume.name(file);
            if (!Files.exists(volume.dir().resolve(name), LinkOption.NOFOLLOW_LINKS)) {
                replaceLink(name, Path.of(Volume.CURRENT, name));
            }
        }
    }

    /** Removes what a process that died has left unfinished. */
    private void clean() throws IOException {
        disk.createFolder(volume.generations());
        for (Path folder : List.of(volume.dir(), volume.generations(), backups())) {
            if (Files.isDirectory(folder)) {
                for (Path left : Volume.list(folder, name -> name.startsWith(UNFINISHED))) {
                    disk.delete(left);
                }
            }
        }
    }

    private Path backups() {
        return volume.dir().resolve(BACKUPS);
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
