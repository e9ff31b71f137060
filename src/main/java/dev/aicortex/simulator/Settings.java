package dev.aicortex.simulator;

import java.time.Duration;
import java.util.List;

/**
 * How a simulated server is set up.
 *
 * @param name what it is called in a log or a test's failure
 * @param port on loopback; 0 = one that is free
 * @param models what it holds at first
 * @param tokensPerSecond of each answer; 0 = as fast as they go
 * @param tokensPerAnswer unless the request sets a lower limit
 * @param loadTime how long the first request on an unloaded model waits
 * @param parallel how many requests run at once
 * @param maxQueue how many more wait; a further one is answered 503
 * @param version what {@code /api/version} says
 * @param hardware how fast it evaluates prompts, and what its memory holds
 */
public record Settings(
        String name,
        int port,
        List<SimulatedModel> models,
        double tokensPerSecond,
        int tokensPerAnswer,
        Duration loadTime,
        int parallel,
        int maxQueue,
        String version,
        Hardware hardware) {
    public Settings {
        models = List.copyOf(models);
    }

    /**
     * One {@code gemma3:270m} that loads at once and answers 16 tokens as fast as they go, four
     * requests at a time.
     */
    public static Settings defaults() {
        return new Settings(
                "ollama",
                0,
                List.of(SimulatedModel.gemma3()),
                0,
                16,
                Duration.ZERO,
                4,
                512,
                "0.20.0",
                Hardware.BOUNDLESS);
    }

    public Settings withName(String name) {
        return new Settings(
                name,
                port,
                models,
                tokensPerSecond,
                tokensPerAnswer,
                loadTime,
                parallel,
                maxQueue,
                version,
                hardware);
    }

    public Settings withPort(int port) {
        return new Settings(
                name,
                port,
                models,
                tokensPerSecond,
                tokensPerAnswer,
                loadTime,
                parallel,
                maxQueue,
                version,
                hardware);
    }

    public Settings withModels(List<SimulatedModel> models) {
        return new Settings(
                name,
                port,
                models,
                tokensPerSecond,
                tokensPerAnswer,
                loadTime,
                parallel,
                maxQueue,
                version,
                hardware);
    }

    public Settings withTokensPerSecond(double tokensPerSecond) {
        return new Settings(
                name,
                port,
                models,
                tokensPerSecond,
                tokensPerAnswer,
                loadTime,
                parallel,
                maxQueue,
                version,
                hardware);
    }

    public Settings withTokensPerAnswer(int tokensPerAnswer) {
        return new Settings(
                name,
                port,
                models,
                tokensPerSecond,
                tokensPerAnswer,
                loadTime,
                parallel,
                maxQueue,
                version,
                hardware);
    }

    public Settings withLoadTime(Duration loadTime) {
        return new Settings(
                name,
                port,
                models,
                tokensPerSecond,
                tokensPerAnswer,
                loadTime,
                parallel,
                maxQueue,
                version,
                hardware);
    }

    public Settings withParallel(int parallel) {
        return new Settings(
                name,
                port,
                models,
                tokensPerSecond,
                tokensPerAnswer,
                loadTime,
                parallel,
                maxQueue,
                version,
                hardware);
    }

    public Settings withMaxQueue(int maxQueue) {
        return new Settings(
                name,
                port,
                models,
                tokensPerSecond,
                tokensPerAnswer,
                loadTime,
                parallel,
                maxQueue,
                version,
                hardware);
    }

    public Settings withVersion(String version) {
        return new Settings(
                name,
                port,
                models,
                tokensPerSecond,
                tokensPerAnswer,
                loadTime,
                parallel,
                maxQueue,
                version,
                hardware);
    }

    public Settings withHardware(Hardware hardware) {
        return new Settings(
                name,
                port,
                models,
                tokensPerSecond,
                tokensPerAnswer,
                loadTime,
                parallel,
                maxQueue,
                version,
                hardware);
    }
}
