package dev.aicortex.clients;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A program that is run to its end. */
final class Command {
    private Command() {}

    /** Whether it is there and ends well. */
    static boolean succeeds(List<String> command) throws InterruptedException {
        try {
            Process process =
                    new ProcessBuilder(command)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start();
            return process.waitFor() == 0;
        } catch (IOException e) {
            return false; // there is no such program
        }
    }

    /**
     * What it prints when nobody types; the path of a program that has a folder is looked for in
     * its home. It and what it started are ended when it takes more than five minutes, and when
     * this thread is interrupted.
     *
     * @throws IllegalStateException if it does not end well
     */
    static String run(Path home, Map<String, String> environment, List<String> command)
            throws IOException, InterruptedException {
        ProcessBuilder builder =
                new ProcessBuilder(new ArrayList<>(command)).directory(home.toFile());
        builder.environment().putAll(environment);
        if (command.getFirst().contains("/")) {
            builder.command().set(0, home.resolve(command.getFirst()).toAbsolutePath().toString());
        }
        Process process = builder.start();
        try {
            process.getOutputStream().close();
            return output(process, command);
        } finally {
            end(process);
        }
    }

    private static String output(Process process, List<String> command)
            throws InterruptedException {
        CompletableFuture<String> errors = reading(process.getErrorStream());
        CompletableFuture<String> output = reading(process.getInputStream());
        if (!process.waitFor(5, TimeUnit.MINUTES)) {
            end(process);
        }
        if (process.waitFor() != 0) {
            throw new IllegalStateException(
                    "%s: status %d\n%s%s"
                            .formatted(command, process.exitValue(), output.join(), errors.join()));
        }
        return output.join();
    }

    private static void end(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly); // they hold its output
        process.destroyForcibly();
    }

    private static CompletableFuture<String> reading(InputStream stream) {
        return CompletableFuture.supplyAsync(() -> read(stream), Thread::startVirtualThread);
    }

    private static String read(InputStream stream) {
        try {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
