package dev.aicortex.simulator;

import dev.aicortex.model.Sha256;
import dev.aicortex.simulator.exchange.GoJson;
import java.time.Instant;
import java.util.List;

/**
 * A model that a simulated server holds.
 *
 * @param name with its tag
 * @param digest of its manifest, 64 hexadecimal digits
 * @param size in bytes
 * @param remoteHost where it runs, as the server lists it; empty for one that runs here
 * @param weights the digest of the model that it was made from, whose weights it has
 * @param numCtx the context length among its parameters; 0 = none
 */
public record SimulatedModel(
        String name,
        String digest,
        long size,
        Architecture architecture,
        String remoteHost,
        String weights,
        int numCtx) {
    /** When each of them was made. */
    public static final Instant MODIFIED = Instant.parse("2026-11-22T15:03:15.981938631Z");

    /**
     * What the weights of a model are like.
     *
     * @param contextLength in tokens, the most it was trained for
     * @param embeddingLength how many numbers an embedding has
     * @param capabilities of {@code completion}, {@code tools}, {@code thinking}, {@code vision},
     *     {@code embedding}
     */
    public record Architecture(
            String family,
            String parameterSize,
            String quantization,
            int contextLength,
            int embeddingLength,
            List<String> capabilities) {}

    /**
     * The model that a pull of this name brings: one of the samples below, an embedding model when
     * its name says so, else a chat model. Its digest is derived from the name, so that two servers
     * agree on it.
     */
    public static SimulatedModel named(String name) {
        return switch (name) {
            case "gemma3:270m" -> gemma3();
            case "qwen3:8b" -> qwen3();
            default -> name.contains("embed") ? embedding(name) : chat(name);
        };
    }

    /** The model of the recorded exchanges. */
    public static SimulatedModel gemma3() {
        return of(
                "gemma3:270m",
                "37cb8a9dda2e918127a1aaf14e9487953564f4e3c21327db7f2df99cd3883088",
                253_113_862,
                new Architecture(
                        "gemma3", "268.10M", "Q4_K_M", 32_768, 640, List.of("completion")));
    }

    /** A chat model that knows tools. */
    public static SimulatedModel llama32() {
        return named("llama3.2:3b");
    }

    /** A chat model that knows tools and thinking. */
    public static SimulatedModel qwen3() {
        List<String> capabilities = List.of("completion", "tools", "thinking");
        return of(
                "qwen3:8b",
                Sha256.of("qwen3:8b"),
                5_225_388_164L,
                new Architecture("qwen3", "8.2B", "Q4_K_M", 40_960, 4_096, capabilities));
    }

    /** An embedding model. */
    public static SimulatedModel nomicEmbedText() {
        return embedding("nomic-embed-text:latest");
    }

    private static SimulatedModel chat(String name) {
        String family = name.replaceFirst("^.*/", "").replaceFirst("[.:-].*$", "");
        List<String> capabilities = List.of("completion", "tools");
        return of(
                name,
                Sha256.of(name),
                2_019_393_189L,
                new Architecture(family, "3.2B", "Q4_K_M", 131_072, 4_096, capabilities));
    }

    private static SimulatedModel embedding(String name) {
        return of(
                name,
                Sha256.of(name),
                274_302_450,
                new Architecture("nomic-bert", "137M", "F16", 2_048, 768, List.of("embedding")));
    }

    /** One that runs here and was made from no other. */
    private static SimulatedModel of(
            String name, String digest, long size, Architecture architecture) {
        return new SimulatedModel(name, digest, size, architecture, "", digest, 0);
    }

    /** The same model under another name. */
    public SimulatedModel withName(String name) {
        return new SimulatedModel(name, digest, size, architecture, remoteHost, weights, numCtx);
    }

    /** The same model with another content, as after a pull of a newer one. */
    public SimulatedModel withDigest(String digest) {
        return new SimulatedModel(name, digest, size, architecture, remoteHost, digest, numCtx);
    }

    /** A model that was made from this one: its weights, under a manifest of its own. */
    public SimulatedModel derived(String digest, int numCtx) {
        int length = numCtx > 0 ? numCtx : this.numCtx;
        return new SimulatedModel(name, digest, size, architecture, remoteHost, weights, length);
    }

    /** The same model, run by somebody else. */
    public SimulatedModel withRemoteHost(String remoteHost) {
        return new SimulatedModel(name, digest, size, architecture, remoteHost, weights, numCtx);
    }

    public boolean can(String capability) {
        return architecture.capabilities.contains(capability);
    }

    /** The members of a JSON array. */
    public String capabilitiesAsJson() {
        return String.join(",", architecture.capabilities.stream().map(GoJson::quote).toList());
    }
}
