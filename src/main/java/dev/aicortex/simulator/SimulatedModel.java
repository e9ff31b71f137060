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
 * @param contextLength in tokens, the most it was trained for
 * @param embeddingLength how many numbers an embedding has
 * @param capabilities of {@code completion}, {@code tools}, {@code thinking}, {@code vision},
 *     {@code embedding}
 * @param remoteHost where it runs, as the server lists it; empty for one that runs here
 * @param weights the digest of the model that it was made from, whose weights it has
 * @param numCtx the context length among its parameters; 0 = none
 */
public record SimulatedModel(
        String name,
        String digest,
        long size,
        String family,
        String parameterSize,
        String quantization,
        int contextLength,
        int embeddingLength,
        List<String> capabilities,
        Instant modifiedAt,
        String remoteHost,
        String weights,
        int numCtx) {
    private static final Instant MODIFIED = Instant.parse("2026-11-22T15:03:15.981938631Z");

    public SimulatedModel {
        capabilities = List.copyOf(capabilities);
    }

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
                "gemma3",
                "268.10M",
                "Q4_K_M",
                32_768,
                640,
                "completion");
    }

    /** A chat model that knows tools. */
    public static SimulatedModel llama32() {
        return named("llama3.2:3b");
    }

    /** A chat model that knows tools and thinking. */
    public static SimulatedModel qwen3() {
        return chat(
                "qwen3:8b", "8.2B", 5_225_388_164L, 40_960, "completion", "tools", "thinking");
    }

    /** An embedding model. */
    public static SimulatedModel nomicEmbedText() {
        return embedding("nomic-embed-text:latest");
    }

    /** The same model under another name. */
    public SimulatedModel withName(String name) {
        return with(name, digest, remoteHost, weights, numCtx);
    }

    /** The same model with another content, as after a pull of a newer one. */
    public SimulatedModel withDigest(String digest) {
        return with(name, digest, remoteHost, digest, numCtx);
    }

    /** A model that was made from this one: its weights, under a manifest of its own. */
    public SimulatedModel derived(String digest, int numCtx) {
        return with(name, digest, remoteHost, weights, numCtx > 0 ? numCtx : this.numCtx);
    }

    /** The same model, run by somebody else. */
    public SimulatedModel withRemoteHost(String remoteHost) {
        return with(name, digest, remoteHost, weights, numCtx);
    }

    private SimulatedModel with(
            String name, String digest, String remoteHost, String weights, int numCtx) {
        return new SimulatedModel(
                name,
                digest,
                size,
                family,
                parameterSize,
                quantization,
                contextLength,
                embeddingLength,
                capabilities,
                modifiedAt,
                remoteHost,
                weights,
                numCtx);
    }

    /** One that runs here and was made from no other. */
    private static SimulatedModel of(
            String name,
            String digest,
            long size,
            String family,
            String parameterSize,
            String quantization,
            int contextLength,
            int embeddingLength,
            String... capabilities) {
        return new SimulatedModel(
                name,
                digest,
                size,
                family,
                parameterSize,
                quantization,
                contextLength,
                embeddingLength,
                List.of(capabilities),
                MODIFIED,
                "",
                digest,
                0);
    }

    public boolean can(String capability) {
        return capabilities.contains(capability);
    }

    /** The members of a JSON array. */
    public String capabilitiesAsJson() {
        return String.join(",", capabilities.stream().map(GoJson::quote).toList());
    }

    private static SimulatedModel chat(String name) {
        return chat(name, "3.2B", 2_019_393_189L, 131_072, "completion", "tools");
    }

    private static SimulatedModel chat(
            String name, String parameters, long size, int context, String... capabilities) {
        String family = name.replaceFirst("^.*/", "").replaceFirst("[.:-].*$", "");
        return of(
                name,
                Sha256.of(name),
                size,
                family,
                parameters,
                "Q4_K_M",
                context,
                4_096,
                capabilities);
    }

    private static SimulatedModel embedding(String name) {
        return of(
                name,
                Sha256.of(name),
                274_302_450,
                "nomic-bert",
                "137M",
                "F16",
                2_048,
                768,
                "embedding");
    }
}
