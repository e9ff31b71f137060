import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What processes used so far, summed: processor time, resident memory now and at its peak (Linux, from /proc). */
record ProcessUsage(double cpuSeconds, long residentKb, long peakResidentKb) {
    // The kernel reports processor time to user space in hundredths of a second on every architecture Java runs on.
    private static final double TICKS_PER_SECOND = 100;
    private static final int USER = 1;
    private static final int NICE = 2;
    private static final int SYSTEM = 3;

    /** The given processes and their descendants, such as the workers of nginx. */
    static List<Long> trees(List<Long> roots) {
        return roots.stream().flatMap(ProcessUsage::tree).distinct().toList();
    }

    static ProcessUsage of(List<Long> processes) {
        return processes.stream().map(ProcessUsage::of).reduce(new ProcessUsage(0, 0, 0), ProcessUsage::plus);
    }

    static ProcessUsage of(long pid) {
        try {
            var status = Files.readAllLines(Path.of("/proc/" + pid + "/status"));
            return new ProcessUsage(cpuSeconds(pid), kilobytes(status, "VmRSS:"), kilobytes(status, "VmHWM:"));
        } catch (IOException gone) {
            throw new IllegalStateException("process " + pid + " has ended", gone);
        }
    }

    /** Processor time of all processes of the machine, without interrupts: no process is charged for those. */
    static double machineCpuSeconds() {
        try (var lines = Files.lines(Path.of("/proc/stat"))) {
            var fields = lines.findFirst().orElseThrow().split(" +");
            return IntStream.of(USER, NICE, SYSTEM).mapToLong(field -> Long.parseLong(fields[field])).sum()
                    / TICKS_PER_SECOND;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Stream<Long> tree(long root) {
        var descendants = ProcessHandle.of(root).stream().flatMap(ProcessHandle::descendants).map(ProcessHandle::pid);
        return Stream.concat(Stream.of(root), descendants);
    }

    private static double cpuSeconds(long pid) throws IOException {
        var stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
        // The command name stands in parentheses and may contain spaces: count the fields behind it.
        var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_PER_SECOND;
    }

    private static long kilobytes(List<String> status, String name) {
        return status.stream().filter(line -> line.startsWith(name)).findFirst()
                .map(line -> Long.parseLong(line.replaceAll("\\D", ""))).orElse(0L);
    }

    private ProcessUsage plus(ProcessUsage other) {
        return new ProcessUsage(cpuSeconds + other.cpuSeconds, residentKb + other.residentKb,
                peakResidentKb + other.peakResidentKb);
    }
}
