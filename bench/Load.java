import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.function.BooleanSupplier;

/** Load generator: one thread and one selector drive all connections. See {@link Options#HELP}. */
final class Load implements Connection.Listener {
    private static final int MAX_ERRORS = 1000;
    private static final BooleanSupplier NEVER = () -> false;

    private final Options options;
    private final Measurement measurement;
    private final Selector selector;
    private final List<Connection> connections = new ArrayList<>();
    private final Queue<Connection> toReopen = new ArrayDeque<>();
    private int busy;
    private long sendUntil;

    static void main(String[] args) throws IOException, InterruptedException {
        if (args.length == 0 || List.of(args).contains("--help")) {
            IO.print(Options.HELP);
            return;
        }
        var options = parsed(args);
        var succeeded = options.untilReady() ? new Readiness(options).measure() : measure(options);
        System.exit(succeeded ? 0 : 1);
    }

    private static Options parsed(String... args) {
        try {
            return Options.parse(args);
        } catch (IllegalArgumentException e) {
            System.err.println("Load: " + e.getMessage() + " (--help lists the options)");
            System.exit(2);
            throw e;
        }
    }

    private static boolean measure(Options options) throws IOException {
        try (var selector = Selector.open()) {
            var measurement = new Measurement(options.target(), options.upstream());
            new Load(options, measurement, selector).run();
            IO.println(measurement.json(options));
            return measurement.requests() > 0;
        }
    }

    private Load(Options options, Measurement measurement, Selector selector) {
        this.options = options;
        this.measurement = measurement;
        this.selector = selector;
        var bytes = options.request();
        var request = ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
        var received = ByteBuffer.allocate(64 * 1024);
        for (int i = 0; i < options.connections(); i++) {
            connections.add(new Connection(selector, options, measurement, this, request, received));
        }
    }

    private void run() throws IOException {
        if (options.paced()) {
            runPaced();
        } else {
            runClosedLoop();
        }
        connections.forEach(Connection::abandon);
    }

    private void runClosedLoop() throws IOException {
        var start = System.nanoTime();
        var measureAt = start + nanos(options.warmup());
        var stopAt = measureAt + nanos(options.seconds());
        sendUntil = stopAt;
        connections.forEach(this::open);
        serve(measureAt, NEVER);
        measurement.start();
        serve(stopAt, NEVER);
        measurement.stop();
        serve(stopAt + nanos(options.timeout()), this::idle);
    }

    private void runPaced() throws IOException {
        var start = System.nanoTime();
        var gap = nanos(options.ramp()) / options.connections();
        sendUntil = start + nanos(options.seconds());
        measurement.start();
        for (int i = 0; i < connections.size(); i++) {
            serve(start + i * gap, NEVER);
            open(connections.get(i));
        }
        serve(System.nanoTime() + nanos(options.seconds() + options.timeout()), this::idle);
        measurement.stop();
    }

    /** Handles what arrives on the connections until the deadline, or sooner when finished or hopeless. */
    private void serve(long deadline, BooleanSupplier finished) throws IOException {
        var left = deadline - System.nanoTime();
        while (left > 0 && !finished.getAsBoolean() && measurement.errors() < MAX_ERRORS) {
            // Rounded up: a timeout of 0 would mean to wait for ever.
            selector.select(Load::ready, left / 1_000_000 + 1);
            reopenFailed();
            left = deadline - System.nanoTime();
        }
    }

    private static void ready(SelectionKey key) {
        ((Connection) key.attachment()).ready();
    }

    private void open(Connection connection) {
        busy++;
        connection.open();
    }

    private boolean idle() {
        return busy == 0;
    }

    @Override
    public boolean sendAnother(long now, long latencyNanos) {
        // A stream of the paced mode has to fit in the time as a whole; the closed loop just goes on to its end.
        var another = now + (options.paced() ? latencyNanos : 0) < sendUntil;
        if (!another) {
            busy--;
        }
        return another;
    }

    @Override
    public void failed(Connection connection) {
        busy--;
        if (!options.paced()) {
            toReopen.add(connection);
        }
    }

    /** Not done where the failure is noticed: a refused connection would fail again within that call, without end. */
    private void reopenFailed() {
        for (int failed = toReopen.size(); failed > 0; failed--) {
            var connection = toReopen.remove();
            if (System.nanoTime() < sendUntil) {
                open(connection);
            }
        }
    }

    private static long nanos(double seconds) {
        return (long) (seconds * 1e9);
    }
}
