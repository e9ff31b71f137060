package dev.aicortex.catalogue.refresh;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** Many waits at once, on virtual threads with a bound. */
final class Parallel {
    private Parallel() {}

    /** The results in the order of the inputs. */
    static <A, B> List<B> map(
            List<A> inputs, int concurrency, Step step, Progress progress, Function<A, B> each) {
        Semaphore bound = new Semaphore(concurrency);
        AtomicInteger done = new AtomicInteger();
        progress.at(step, 0, inputs.size());
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<B>> running = new ArrayList<>();
            for (A input : inputs) {
                running.add(
                        threads.submit(() -> {
                            bound.acquire();
                            try {
                                return each.apply(input);
                            } finally {
                                bound.release();
                                progress.at(step, done.incrementAndGet(), inputs.size());
                            }
                        }));
            }
            return collect(running);
        }
    }

    private static <B> List<B> collect(List<Future<B>> running) {
        List<B> results = new ArrayList<>();
        try {
            for (Future<B> future : running) {
                results.add(future.get());
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            running.forEach(future -> future.cancel(true));
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
        return results;
    }
}
