import java.io.IOException;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * The load of {@code bench/fleet}: users in conversations, each with pauses to think, and beside them batch requests, one
 * after the other in so many threads; half-way a server's process is killed. Prints one JSON object.
 */
final class FleetLoad {
    private static final double SHORTEST_RETRY_SECONDS = 0.05;

    private final FleetOptions options;
    private final FleetTally tally;
    private final FleetWords words;
    private final HttpClient http;
    private final CountDownLatch over = new CountDownLatch(1);

    static void main(String[] args) throws InterruptedException, IOException {
        FleetOptions options;
        try {
            options = FleetOptions.parse(args);
        } catch (IllegalArgumentException e) {
            System.err.println("FleetLoad: " + e.getMessage());
            System.exit(2);
            throw e;
        }
        new FleetLoad(options).run();
    }

    private FleetLoad(FleetOptions options) throws IOException {
        this.options = options;
        this.tally = new FleetTally(options);
        this.words = new FleetWords(options);
        this.http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
                .executor(Executors.newCachedThreadPool()).build();
    }

    private void run() throws InterruptedException {
        warmUp();
        tally.begin();
        var before = Usage.now(options.gateway());
        for (int i = 0; i < options.clients(); i++) {
            var user = i;
            Thread.ofPlatform().daemon().start(() -> user(user, random(user)));
        }
        for (int i = 0; i < options.batch(); i++) {
            var user = options.clients() + i;
            Thread.ofPlatform().daemon().start(() -> batch(user, random(user)));
        }
        sleep(options.seconds() / 2);
        tally.killed();
        if (!ProcessHandle.of(options.victim()).orElseThrow().destroyForcibly()) {
            throw new IllegalStateException("process " + options.victim() + " could not be killed");
        }
        sleep(options.seconds() / 2);
        var fields = tally.fields(options.seconds());
        over.countDown();
        tally.close();
        fields.putAll(before.until(Usage.now(options.gateway()), options.seconds()));
        tally.errors().forEach((text, times) -> System.err.println(times + " x " + text));
        IO.println(Measurement.toJson(fields));
        System.exit(0);
    }

    /** The first use of the client takes its time, which no request should be charged for. */
    private void warmUp() throws InterruptedException {
        var answer = new FleetCall(http, options.url().resolve("/v1/models")).send("", false, false);
        if (answer.whole()) {
            throw new IllegalStateException("a request without a body was answered");
        }
    }

    private RandomGenerator random(int user) {
        return new SplittableRandom(options.seed() * 1_000 + user);
    }

    private static void sleep(double seconds) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep((long) (seconds * 1e9));
    }

    /** One conversation after the other. */
    private void user(int user, RandomGenerator random) {
        try {
            pause(random.nextDouble() * options.rampMillis());
            while (!isOver()) {
                converse(user, random);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void converse(int user, RandomGenerator random) throws InterruptedException {
        var conversation = words.conversation();
        for (int turn = 0; turn < options.turns() && !isOver(); turn++) {
            conversation.ask(words.question(random));
            var body = conversation.body(words.answerTokens(random));
            conversation.answered(answer(user, turn, body));
            pause(options.thinkMillis() * FleetWords.around(random));
        }
    }

    /** Repeats a turn until it is answered. */
    private String answer(int user, int turn, String body) throws InterruptedException {
        while (true) {
            var result = new FleetCall(http, options.url()).send(body, true, false);
            if (isOver()) {
                return result.content();
            }
            tally.turn(user, turn, body.length(), result);
            if (result.whole()) {
                return result.content();
            }
            pauseBeforeRetry(result);
        }
    }

    private void batch(int user, RandomGenerator random) {
        try {
            pause(random.nextDouble() * options.rampMillis());
            while (!isOver()) {
                var body = words.batch(random);
                var result = new FleetCall(http, options.url()).send(body, false, true);
                if (!isOver()) {
                    tally.batch(user, body.length(), result);
                }
                if (!result.whole()) {
                    pauseBeforeRetry(result);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isOver() {
        return over.getCount() == 0;
    }

    private void pauseBeforeRetry(FleetCall.Result result) throws InterruptedException {
        pause(Math.max(SHORTEST_RETRY_SECONDS, result.retryAfter()) * 1_000);
    }

    private static void pause(double millis) throws InterruptedException {
        Thread.sleep(Duration.ofNanos((long) (millis * 1e6)));
    }

    /** Seconds of processor time so far. */
    private record Usage(double machine, double gateway, double load) {
        static Usage now(long gateway) {
            return new Usage(ProcessUsage.machineCpuSeconds(), ProcessUsage.of(gateway).cpuSeconds(),
                    ProcessUsage.of(ProcessHandle.current().pid()).cpuSeconds());
        }

        Map<String, Object> until(Usage later, double seconds) {
            var all = seconds * Runtime.getRuntime().availableProcessors();
            var fields = new LinkedHashMap<String, Object>();
            fields.put("machineBusy", (later.machine - machine) / all);
            fields.put("gatewayBusy", (later.gateway - gateway) / all);
            fields.put("loadBusy", (later.load - load) / all);
            return fields;
        }
    }
}
