package dev.aicortex.catalogue;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.Writer;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/** A {@link DoomedWriter} as who kills it sees it. */
final class DoomedProcess implements AutoCloseable {
    private final Process process;
    private final BufferedReader steps;
    private final Writer orders;

    private DoomedProcess(Process process) {
        this.process = process;
        this.steps = process.inputReader();
        this.orders = process.outputWriter();
    }

    /** Starts such processes. */
    record Starter(Path scratch, Path volume) {
        /** Quickly: from one jar, with the classes as a first one that was not killed had them. */
        static Starter rehearsed(Path scratch, Path volume)
                throws IOException, InterruptedException {
            ToolProvider.findFirst("jar")
                    .orElseThrow()
                    .run(
                            System.out,
                            System.err,
                            "--create",
                            "--file=" + scratch.resolve("doomed.jar"),
                            "-C",
                            "target/classes",
                            "dev",
                            "-C",
                            placeOf(DoomedWriter.class),
                            "dev/aicortex/catalogue");
            Starter elsewhere = new Starter(scratch, scratch.resolve("rehearsal"));
            try (DoomedProcess first = elsewhere.start(0)) {
                first.begin("wholly 1");
                first.end();
            }
            return new Starter(scratch, volume);
        }

        /** Starts one, whose clock is so many hours ahead; it does nothing before it is told to. */
        DoomedProcess start(int hours) throws IOException {
            String classPath =
                    Stream.of(
                                    JsonProperty.class,
                                    JsonParser.class,
                                    ObjectMapper.class,
                                    Logger.class)
                            .map(Starter::placeOf)
                            .collect(
                                    Collectors.joining(
                                            File.pathSeparator,
                                            scratch.resolve("doomed.jar") + File.pathSeparator,
                                            ""));
            List<String> command =
                    List.of(
                            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                            "-XX:TieredStopAtLevel=1",
                            "-XX:+UseSerialGC",
                            "-Xmx64m",
                            "-Xlog:disable",
                            "-XX:+AutoCreateSharedArchive",
                            "-XX:SharedArchiveFile=" + scratch.resolve("doomed.jsa"),
                            "-cp",
                            classPath,
                            DoomedWriter.class.getName(),
                            volume.toString(),
                            Integer.toString(hours));
            return new DoomedProcess(
                    new ProcessBuilder(command)
                            .redirectError(ProcessBuilder.Redirect.INHERIT)
                            .start());
        }

        private static String placeOf(Class<?> type) {
            try {
                return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI())
                        .toString();
            } catch (URISyntaxException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** Tells it what to do, and returns its first step, which it does not take yet. */
    String begin(String work) throws IOException {
        order(work);
        return answer();
    }

    /** Lets it take the step, and returns the next one; {@code done} when there is none. */
    String proceed() throws IOException {
        return begin("");
    }

    /** Lets it take all steps that are left. */
    void finish() throws IOException {
        String step = proceed();
        while (!step.equals(DoomedWriter.DONE)) {
            step = proceed();
        }
    }

    /** Tells it what to do and does not wait. */
    void order(String work) throws IOException {
        orders.write(work + "\n");
        orders.flush();
    }

    /** What it says next. */
    String answer() throws IOException {
        String step = steps.readLine();
        if (step == null) {
            throw new IOException("it ended by itself; standard error says why");
        }
        return step;
    }

    /** Kills it where it is, as {@code kill -9} does. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Lets it end by itself. */
    void end() throws IOException, InterruptedException {
        orders.close();
        process.waitFor();
    }

    @Override
    public void close() throws InterruptedException {
        kill();
    }
}
