package dev.aicortex.cli;

import dev.aicortex.model.Signals;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The terminal with each key at once and a screen that is drawn anew, by {@code stty} and the
 * escapes that terminals share. What it was before comes back however the process ends, short of
 * {@code kill -9}.
 */
final class RawTerminal implements AutoCloseable {
    private static final File TERMINAL = new File("/dev/tty");
    private static final String OTHER_SCREEN = "\033[?1049h\033[?25l";
    private static final String OWN_SCREEN = "\033[?25h\033[?1049l";
    private static final String HOME = "\033[H";
    private static final String REST_OF_LINE = "\033[K";
    private static final String REST_OF_SCREEN = "\033[J";

    private final PrintWriter out;
    private final String before;
    private final AtomicBoolean changed = new AtomicBoolean(true);
    private final Thread atExit = new Thread(this::restore);
    private volatile Size size;

    /** Of the terminal, in characters. */
    record Size(int columns, int rows) {
        private static final Size USUAL = new Size(80, 24);

        /** From what {@code stty size} prints; what is usual where that tells nothing. */
        static Size of(String text) {
            String[] parts = text.strip().split(" ", -1);
            boolean told = parts.length == 2 && text.strip().matches("[1-9]\\d{0,4} [1-9]\\d{0,4}");
            return told ? new Size(Integer.parseInt(parts[1]), Integer.parseInt(parts[0])) : USUAL;
        }
    }

    /**
     * @param resized runs when the terminal has another size
     * @throws IOException when there is no terminal
     */
    RawTerminal(PrintWriter out, Runnable resized) throws IOException {
        this.out = out;
        this.before = stty("-g").strip();
        this.size = Size.of(stty("size"));
        Runtime.getRuntime().addShutdownHook(atExit);
        String _ = stty("-icanon", "-echo", "min", "1", "susp", "undef");
        out.print(OTHER_SCREEN);
        Signals.on(
                List.of("WINCH"),
                () -> {
                    size = sizeNow();
                    resized.run();
                });
    }

    private Size sizeNow() {
        try {
            return Size.of(stty("size"));
        } catch (IOException _) {
            return size;
        }
    }

    private static String stty(String... arguments) throws IOException {
        Process process =
                new ProcessBuilder(Stream.concat(Stream.of("stty"), Stream.of(arguments)).toList())
                        .redirectInput(TERMINAL)
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        try (InputStream output = process.getInputStream()) {
            String text = new String(output.readAllBytes(), StandardCharsets.US_ASCII);
            if (process.waitFor() != 0) {
                throw new IOException("this terminal cannot be set up by stty");
            }
            return text;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    Size size() {
        return size;
    }

    void draw(List<String> lines) {
        out.print(
                HOME
                        + lines.stream()
                                .limit(size.rows())
                                .collect(Collectors.joining(REST_OF_LINE + "\r\n"))
                        + REST_OF_LINE
                        + REST_OF_SCREEN);
        out.flush();
    }

    private void restore() {
        if (changed.getAndSet(false)) {
            out.print(OWN_SCREEN);
            out.flush();
            try {
                String _ = stty(before);
            } catch (IOException e) {
                out.println("the terminal is not as it was (" + e.getMessage() + "); type: reset");
            }
        }
    }

    @Override
    public void close() {
        restore();
        Runtime.getRuntime().removeShutdownHook(atExit);
    }
}
