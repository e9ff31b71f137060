package dev.aicortex.catalogue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Tells of each change of the volume before it is made, and of a half-made one where a change takes
 * more than one system call.
 */
final class SteppedDisk extends Disk {
    private final Step step;

    /** Whoever is told; may stop everything there. */
    interface Step {
        void before(String change) throws IOException;
    }

    SteppedDisk(Step step) {
        this.step = step;
    }

    @Override
    public void createFolder(Path folder) throws IOException {
        step.before("create folder " + folder);
        super.createFolder(folder);
    }

    @Override
    public void write(Path file, byte[] content) throws IOException {
        step.before("write " + file);
        int half = content.length / 2;
        Files.write(file, Arrays.copyOf(content, half), StandardOpenOption.CREATE_NEW);
        step.before("write the other half of " + file);
        byte[] rest = Arrays.copyOfRange(content, half, content.length);
        Files.write(file, rest, StandardOpenOption.APPEND);
    }

    @Override
    public void sync(Path folder) throws IOException {
        step.before("sync " + folder);
        super.sync(folder);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        step.before("rename " + from + " to " + to);
        super.rename(from, to);
    }

    @Override
    public void link(Path link, Path target) throws IOException {
        step.before("link " + link);
        super.link(link, target);
    }

    @Override
    public void delete(Path path) throws IOException {
        step.before("delete " + path);
        if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            try (Stream<Path> all = Files.list(path)) {
                List<Path> inside = all.sorted().toList();
                for (Path each : inside.subList(0, (inside.size() + 1) / 2)) {
                    super.delete(each);
                }
            }
            step.before("delete the other half of " + path);
        }
        super.delete(path);
    }
}
