package dev.aicortex.catalogue.refresh;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** Many waits at once, on virtual threads with a bound. */
final class Parallel {
    private Parallel() {}

    /** The results in the order of the inputs. */
    static <A, B> List<B> map(
            List<A> inputs,
            int concurrency,
            Progress.Step step,
            Progress progress,
            Function<A, B> each) {
        AtomicInteger done = new AtomicInteger();
        progress.at(step, 0, inputs.size());
        Function<A, Callable<B>> task =
                input ->
                        () -> {
                            try {
                                return each.apply(input);
                            } finally {
                                progress.at(step, done.incrementAndGet(), inputs.size());
                            }
                        };
        try (ExecutorService threads =
                Executors.newFixedThreadPool(concurrency, Thread.ofVirtual().factory())) {
            List<B> results = new ArrayList<>();
            for (Future<B> ended : threads.invokeAll(inputs.stream().map(task).toList())) {
                results.add(ended.get());
            }
            return results;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
