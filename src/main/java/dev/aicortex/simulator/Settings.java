package dev.aicortex.simulator;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** How a simulated server is set up. Nobody changes one that has been given out. */
public final class Settings implements Cloneable {
    /**
     * In which place of the prompt cache a request runs, and whose prompt it begins with. As
     * measured on Ollama 0.20; {@link Generation#LLAMA_SERVER} has a rule of its own.
     */
    public enum CacheRule {
        /** The free place whose prompt has most in common with the new one; the first of equals. */
        LONGEST_PREFIX,

        /**
         * As with {@code OLLAMA_MULTIUSER_CACHE=1}: the place whose whole prompt the new one goes
         * on from, else the free one whose last request began longest ago; it takes over what any
         * other place has in common.
         */
        MULTIUSER
    }

    private String name = "ollama";
    private int port = 0;
    private List<SimulatedModel> models = List.of(SimulatedModel.gemma3());
    private double tokensPerSecond = 0;
    private int tokensPerAnswer = 16;
    private Duration loadTime = Duration.ZERO;
    private int parallel = 4;
    private int maxQueue = 512;
    private String version = "0.33.0";
    private Generation generation = Generation.LLAMA_SERVER;
    private double prefill = 0;
    private CacheRule caches = CacheRule.LONGEST_PREFIX;
    private int cacheRam = 8_192;
    private int contextLength = 4_096;
    private int memory = 0;
    private Map<String, List<String>> calls = Map.of();
    private int wordsBeforeCall = 0;
    private int thoughts = 0;
    private String text = "";
    private String listFields = "";

    private Settings() {}

    /**
     * Ollama 0.33 with one {@code gemma3:270m} that loads at once and answers 16 tokens as fast as
     * they go, four requests at a time.
     */
    public static Settings defaults() {
        return new Settings();
    }

    private Settings with(Consumer<Settings> change) {
        try {
            Settings copy = (Settings) clone();
            change.accept(copy);
            return copy;
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What it is called in a log or a test's failure. */
    public String name() {
        return name;
    }

    public Settings withName(String value) {
        return with(copy -> copy.name = value);
    }

    /** On loopback; 0 = one that is free. */
    public int port() {
        return port;
    }

    public Settings withPort(int value) {
        return with(copy -> copy.port = value);
    }

    /** What it holds at first. */
    public List<SimulatedModel> models() {
        return models;
    }

    public Settings withModels(List<SimulatedModel> value) {
        return with(copy -> copy.models = List.copyOf(value));
    }

    /** Of each answer; 0 = as fast as they go. */
    public double tokensPerSecond() {
        return tokensPerSecond;
    }

    public Settings withTokensPerSecond(double value) {
        return with(copy -> copy.tokensPerSecond = value);
    }

    /** Unless the request sets a lower limit. */
    public int tokensPerAnswer() {
        return tokensPerAnswer;
    }

    public Settings withTokensPerAnswer(int value) {
        return with(copy -> copy.tokensPerAnswer = value);
    }

    /** How long the first request on an unloaded model waits. */
    public Duration loadTime() {
        return loadTime;
    }

    public Settings withLoadTime(Duration value) {
        return with(copy -> copy.loadTime = value);
    }

    /** How many requests run at once; since 0.30: of each model. */
    public int parallel() {
        return parallel;
    }

    public Settings withParallel(int value) {
        return with(copy -> copy.parallel = value);
    }

    /**
     * How many more wait; a further one is answered 503. Since 0.30 only those count whose model is
     * not in memory.
     */
    public int maxQueue() {
        return maxQueue;
    }

    public Settings withMaxQueue(int value) {
        return with(copy -> copy.maxQueue = value);
    }

    /** What {@code /api/version} says, and which {@link Generation} it behaves as. */
    public String version() {
        return version;
    }

    /**
     * The same with another version, and the generation that it belongs to.
     *
     * @throws IllegalArgumentException when it is not a version
     */
    public Settings withVersion(String value) {
        Generation of = Generation.of(value);
        return with(copy -> {
            copy.version = value;
            copy.generation = of;
        });
    }

    public Generation generation() {
        return generation;
    }

    /** Tokens of a prompt, a word each, that are evaluated in a second; 0 = at once. */
    public double prefill() {
        return prefill;
    }

    public Settings withPrefill(double value) {
        return with(copy -> copy.prefill = value);
    }

    /** Which of its prompt caches a prompt finds, before 0.30. */
    public CacheRule caches() {
        return caches;
    }

    public Settings withCaches(CacheRule value) {
        return with(copy -> copy.caches = value);
    }

    /**
     * The prompt cache in memory of each loaded model, since 0.30, in MiB of eight tokens; 0 =
     * none, negative = without limit. As {@code LLAMA_ARG_CACHE_RAM}.
     */
    public int cacheRam() {
        return cacheRam;
    }

    public Settings withCacheRam(int value) {
        return with(copy -> copy.cacheRam = value);
    }

    /**
     * In tokens, of a model that is loaded without another one being asked for. As {@code
     * OLLAMA_CONTEXT_LENGTH}.
     */
    public int contextLength() {
        return contextLength;
    }

    public Settings withContextLength(int value) {
        return with(copy -> copy.contextLength = value);
    }

    /**
     * How many models fit in memory; one more pushes out the least recently used that is idle; 0 =
     * any number.
     */
    public int memory() {
        return memory;
    }

    public Settings withMemory(int value) {
        return with(copy -> copy.memory = value);
    }

    /** The arguments that a tool is called with, one call after the other, by its name. */
    public Map<String, List<String>> calls() {
        return calls;
    }

    /**
     * Answers a chat that offers this tool by a call of it with these arguments, JSON objects: by
     * the first, and each result by the next, until there are no more. One that offers none of
     * those named so is answered by a single call of its first.
     */
    public Settings withCall(String tool, String... arguments) {
        Map<String, List<String>> more = new HashMap<>(calls);
        more.put(tool, List.of(arguments));
        return with(copy -> copy.calls = Map.copyOf(more));
    }

    /** Tokens that a model thinks before it answers, if it can and nobody declines. */
    public int thoughts() {
        return thoughts;
    }

    public Settings withThoughts(int value) {
        return with(copy -> copy.thoughts = value);
    }

    /** How many words are said before a call. */
    public int wordsBeforeCall() {
        return wordsBeforeCall;
    }

    public Settings withWordsBeforeCall(int value) {
        return with(copy -> copy.wordsBeforeCall = value);
    }

    /** What it says in place of words that it makes up; empty = nothing. */
    public String text() {
        return text;
    }

    public Settings withText(String value) {
        return with(copy -> copy.text = value);
    }

    /** What each entry of its lists says beside, as members of a JSON object; empty = nothing. */
    public String fieldsBeside() {
        return listFields.isEmpty() ? "" : "," + listFields;
    }

    public Settings withListFields(String value) {
        return with(copy -> copy.listFields = value);
    }
}
