package dev.aicortex.cli;

import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code aicortex train}: the load under which the build makes the AOT cache. What the gateway has
 * compiled and loaded by its end is what the next start begins with.
 */
@Command(
        name = "train",
        hidden = true,
        description = "Sends AI Cortex requests of every dialect for a while.")
final class TrainCommand extends GatewayCommand {
    private static final int CLIENTS = 16;

    private static final List<String> STREAMED =
            List.of(
                    "/v1/chat/completions",
                    "/v1/completions",
                    "/v1/responses",
                    "/v1/messages",
                    "/api/chat",
                    "/api/generate");

    private static final List<String> LISTS =
            List.of("/v1/models", "/api/tags", "/api/ps", "/health", "/q/health/ready");

    @Option(
            names = "--model",
            required = true,
            paramLabel = "MODEL",
            description = "What is asked.")
    private String model = "";

    @Option(
            names = "--seconds",
            paramLabel = "N",
            description = "For how long (default: ${DEFAULT-VALUE}).")
    private int seconds = 10;

    @Override
    public Integer call() throws InterruptedException {
        CortexClient cortex = client();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        try (ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
            List<Future<Integer>> running =
                    IntStream.range(0, CLIENTS)
                            .mapToObj(first -> clients.submit(() -> ask(cortex, first, end)))
                            .toList();
            int asked = 0;
            for (Future<Integer> each : running) {
                asked += each.get();
            }
            out().println("answered: " + asked);
            return 0;
        } catch (ExecutionException e) {
            throw new CommandException("a request was not answered: " + e.getMessage());
        }
    }

    /** Most of them as clients ask most: a chat, streamed or not; one of each other kind. */
    private int ask(CortexClient cortex, int first, long end) {
        int asked = 0;
        while (System.nanoTime() < end) {
            int turn = first + asked;
            for (int i = 0; i < 4; i++) {
                asked += askBoth(cortex, STREAMED.getFirst());
            }
            asked += askBoth(cortex, STREAMED.get(turn % STREAMED.size()));
            cortex.read(LISTS.get(turn % LISTS.size()), null);
            asked++;
        }
        return asked;
    }

    /** Asks for a stream and for a whole answer. */
    private int askBoth(CortexClient cortex, String path) {
        cortex.read(path, body(true));
        cortex.read(path, body(false));
        return 2;
    }

    private String body(boolean stream) {
        return """
        {"model":"%s","stream":%s,"max_tokens":64,"prompt":"hello","input":"hello",
         "messages":[{"role":"user","content":"hello"}]}\
        """
                .formatted(model, stream);
    }
}
