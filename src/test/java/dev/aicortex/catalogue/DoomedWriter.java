package dev.aicortex.catalogue;

import dev.aicortex.catalogue.refresh.Apply;
import dev.aicortex.catalogue.refresh.Resolution;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/**
 * A process that changes a volume and may be killed before any step of it: {@code DoomedWriter DIR
 * HOURS}, where the clock is that many hours ahead so that the lease of those that died before has
 * ended. It does what each line of standard input says, {@code apply 7}, {@code backup 8} or {@code
 * rollback 00000003}, tells of each step and waits for an empty line before it; {@code wholly 9} is
 * an apply without that.
 */
final class DoomedWriter {
    /** What it says at the end of a work. */
    static final String DONE = "done";

    /** What it says when another process changes the volume. */
    static final String REFUSED = "refused";

    /** So few that there is something to prune. */
    private static final int KEEP = 2;

    private final Volume volume;
    private final Clock clock;

    private DoomedWriter(Volume volume, Clock clock) {
        this.volume = volume;
        this.clock = clock;
    }

    public static void main(String[] args) throws Exception {
        Duration ahead = Duration.ofHours(Long.parseLong(args[1]));
        DoomedWriter writer =
                new DoomedWriter(
                        new Volume(Path.of(args[0])), Clock.offset(Clock.systemUTC(), ahead));
        while (true) {
            String work = readLine();
            try {
                writer.run(work.split(" ", -1));
                System.out.println(DONE);
            } catch (Lease.HeldException _) {
                System.out.println(REFUSED);
            }
        }
    }

    private void run(String[] work) throws Exception {
        try (Lease lease = Lease.take(volume, "process " + ProcessHandle.current().pid(), clock)) {
            Disk disk = new SteppedDisk(DoomedWriter::await);
            switch (work[0]) {
                case "wholly" -> apply(new Disk(), Integer.parseInt(work[1]), false, lease);
                case "apply" -> apply(disk, Integer.parseInt(work[1]), false, lease);
                case "backup" -> apply(disk, Integer.parseInt(work[1]), true, lease);
                case "rollback" -> new Generations(volume, disk).rollback(work[1]);
                default -> throw new IllegalArgumentException(work[0]);
            }
        }
    }

    private void apply(Disk disk, int edition, boolean backup, Lease lease) throws Exception {
        Volume.Content content = volume.read();
        List<Family> families = Editions.over(content.families(), edition);
        new Apply(volume, disk, new Apply.Options(false, backup, 1, KEEP), clock)
                .run(new Resolution(content.version(), families, List.of()), lease);
    }

    private static void await(String change) throws IOException {
        System.out.println(change);
        readLine();
    }

    /** A line of standard input; this process ends with the one that started it. */
    private static String readLine() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = System.in.read(); next != '\n'; next = System.in.read()) {
            if (next < 0) {
                System.exit(0);
            }
            line.append((char) next);
        }
        return line.toString();
    }
}
