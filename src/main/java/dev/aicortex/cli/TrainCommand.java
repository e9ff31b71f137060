package dev.aicortex.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code aicortex train}: the load under which the build makes the AOT cache. What the gateway has
 * compiled and loaded by its end is what the next start begins with.
 */
@Command(
        name = "train",
        hidden = true,
        description = "Sends AI Cortex requests of every dialect for a while.")
final class TrainCommand implements Callable<Integer> {
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

    @Mixin private final ClientOptions options = new ClientOptions();

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
        CortexClient cortex = options.client();
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
            options.out().println("answered: " + asked);
            return 0;
        } catch (ExecutionException e) {
            throw new CommandException("a request was not answered: " + e.getMessage());
        }
    }

    private int ask(CortexClient cortex, int first, long end) {
        int asked = 0;
        while (System.nanoTime() < end) {
            for (Question question : questions(first + asked)) {
                cortex.expectWell(question.path(), question.body());
                asked++;
            }
        }
        return asked;
    }

    private record Question(String path, String body) {}

    /** Most of them as clients ask most: a chat, streamed or not; one of each other kind. */
    private List<Question> questions(int turn) {
        List<Question> questions = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            questions.add(new Question("/v1/chat/completions", body(false)));
            questions.add(new Question("/v1/chat/completions", body(true)));
        }
        String path = STREAMED.get(turn % STREAMED.size());
        questions.add(new Question(path, body(true)));
        questions.add(new Question(path, body(false)));
        questions.add(new Question(LISTS.get(turn % LISTS.size()), ""));
        return questions;
    }

    private String body(boolean stream) {
        return """
        {"model":"%s","stream":%s,"max_tokens":64,"prompt":"hello","input":"hello",
         "messages":[{"role":"user","content":"hello"}]}\
        """
                .formatted(model, stream);
    }
}
