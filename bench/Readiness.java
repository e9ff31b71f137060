import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.concurrent.TimeUnit;

/** Measures how long a command takes from its start to the first 200 at an address. */
record Readiness(Options options) {
    private static final int POLL_MILLIS = 5;
    private static final int ANSWER_MILLIS = 1000;

    /** Prints one result per start; false when the address did not answer in time. */
    boolean measure() throws IOException, InterruptedException {
        for (int start = 1; start <= options.starts(); start++) {
            var millis = options.command().isEmpty() ? waitFor(System.nanoTime(), null) : startAndWait();
            if (millis < 0) {
                System.err.println("Load: " + options.url() + " did not answer 200");
                return false;
            }
            var fields = new LinkedHashMap<String, Object>(options.tags());
            fields.put("mode", "until-ready");
            fields.put("start", start);
            fields.put("readyMs", millis);
            IO.println(Measurement.toJson(fields));
        }
        return true;
    }

    private double startAndWait() throws IOException, InterruptedException {
        if (answers200()) {
            throw new IOException("something answers at " + options.url() + " already");
        }
        var output = ProcessBuilder.Redirect.appendTo(options.log().toFile());
        var builder = new ProcessBuilder(options.command()).redirectErrorStream(true).redirectOutput(output);
        var startedAt = System.nanoTime();
        var process = builder.start();
        // When the benchmark is interrupted, the command must not outlive it.
        var stopWithUs = new Thread(process::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(stopWithUs);
        try {
            return waitFor(startedAt, process);
        } finally {
            stop(process);
            removeHook(stopWithUs);
        }
    }

    private double waitFor(long startedAt, Process process) throws InterruptedException {
        while (System.nanoTime() - startedAt < options.timeout() * 1e9 && (process == null || process.isAlive())) {
            if (answers200()) {
                return (System.nanoTime() - startedAt) / 1e6;
            }
            Thread.sleep(POLL_MILLIS);
        }
        return -1;
    }

    private boolean answers200() {
        try (var socket = new Socket()) {
            socket.setSoTimeout(ANSWER_MILLIS);
            socket.connect(options.address(), ANSWER_MILLIS);
            socket.getOutputStream().write(options.request());
            var statusLine = new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
            return statusLine.endsWith(" 200");
        } catch (IOException notYet) {
            return false;
        }
    }

    private static void stop(Process process) throws InterruptedException {
        process.destroy();
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor(5, TimeUnit.SECONDS);
        }
    }

    private static void removeHook(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException shuttingDown) {
            // The hook runs already.
        }
    }
}
